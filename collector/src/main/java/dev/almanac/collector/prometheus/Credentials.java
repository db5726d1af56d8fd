package dev.almanac.collector.prometheus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Makes the Authorization header from a file, and takes secrets out of texts. */
final class Credentials {

  /** What one request says, and the content of the file it was made of. */
  static final class Authorization {
    final String header;
    private final byte[] file;
    private final List<String> secrets;

    private Authorization(String header, byte[] file, List<String> secrets) {
      this.header = header;
      this.file = file;
      this.secrets = secrets;
    }

    /** The text without our secrets, should a server or proxy have repeated them. */
    String redact(String text) {
      String clean = text;
      for (String secret : secrets) {
        clean = clean.replace(secret, "[redacted]");
      }
      return clean;
    }

    @Override
    public String toString() {
      return "Authorization[redacted]";
    }
  }

  private final Authentication authentication;
  private final WatchedFile file;

  Credentials(Authentication authentication) {
    this.authentication = authentication;
    this.file =
        new WatchedFile(
            switch (authentication) {
              case Authentication.Bearer(var tokenFile) -> tokenFile;
              case Authentication.Basic(var _, var passwordFile) -> passwordFile;
            });
  }

  /** The header for the next request, from the file as it is now. */
  Authorization read() throws IOException {
    byte[] content = file.bytes();
    String text = new String(content, StandardCharsets.UTF_8);
    return switch (authentication) {
      case Authentication.Bearer _ -> {
        String token = text.strip();
        // RFC 6750 section 2.1; above all nothing that could start another header.
        if (token.isEmpty() || !token.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
          throw new IOException("holds no token");
        }
        yield new Authorization("Bearer " + token, content, List.of(token));
      }
      case Authentication.Basic(String user, var _) -> {
        String password = text.lines().findFirst().orElse("");
        if (password.isEmpty()) {
          throw new IOException("holds no password");
        }
        String encoded =
            Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        yield new Authorization("Basic " + encoded, content, List.of(encoded, password));
      }
    };
  }

  /** Whether the file says something else now than it did when {@code used} was made. */
  boolean changedSince(Authorization used) throws IOException {
    return file.differsFrom(used.file);
  }

  /** The file's path. */
  @Override
  public String toString() {
    return file.toString();
  }
}
