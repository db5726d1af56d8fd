package dev.almanac.service.cli;

import dev.almanac.service.http.Listen;
import java.util.Set;

/** {@code ADDRESS:PORT} as people write it. */
final class Listening {
  private Listening() {}

  static Listen parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      if (colon > 0) {
        String address = text.substring(0, colon).replace("[", "").replace("]", "");
        return new Listen(address, Integer.parseInt(text.substring(colon + 1)), Set.of());
      }
    } catch (IllegalArgumentException e) {
      throw new BadInput("--listen %s: %s".formatted(text, e.getMessage()));
    }
    throw new BadInput("--listen %s: write ADDRESS:PORT, such as 127.0.0.1:8080".formatted(text));
  }
}
