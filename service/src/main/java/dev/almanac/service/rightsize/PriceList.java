package dev.almanac.service.rightsize;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.almanac.predictor.rightsizing.advice.Prices;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Prices with where they come from.
 *
 * @param name for people
 * @param asOf when they were so
 * @param source where that stands
 */
public record PriceList(String name, String asOf, String source, Prices prices) {
  /** Lists that come with the program. */
  public static final List<String> NAMES = List.of("opencost", "aws", "azure", "gcp");

  private static final Set<String> KEYS =
      Set.of("name", "asOf", "source", "cpuCoreHourUsd", "memoryGibHourUsd");
  private static final long MOST_BYTES = 64 << 10;
  private static final YAMLMapper YAML = new YAMLMapper();

  /**
   * A list that comes with the program, or one in a file.
   *
   * @throws IllegalArgumentException when there is none or it cannot be used; the message says why
   */
  public static PriceList of(String nameOrFile) {
    try {
      if (NAMES.contains(nameOrFile)) {
        String resource = "prices-" + nameOrFile + ".yaml";
        try (InputStream in = PriceList.class.getResourceAsStream(resource)) {
          if (in == null) {
            throw new IllegalStateException(resource + " is missing in this build");
          }
          return read(nameOrFile, in.readAllBytes());
        }
      }
      Path file = Path.of(nameOrFile);
      if (Files.size(file) > MOST_BYTES) {
        throw new IllegalArgumentException(file + " is larger than 64 KiB: no price list");
      }
      return read(nameOrFile, Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          "there is no file %s, and no list of that name: %s".formatted(nameOrFile, NAMES), e);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(nameOrFile + " is not YAML: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + nameOrFile + ": " + e.getMessage(), e);
    }
  }

  private static PriceList read(String place, byte[] text) throws IOException {
    JsonNode root = YAML.readTree(text);
    Set<String> unknown = new TreeSet<>();
    root.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(KEYS);
    if (!root.isObject() || !unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: %s; the keys are %s"
              .formatted(
                  place,
                  root.isObject() ? "unknown key " + unknown.iterator().next() : "not a map",
                  new TreeSet<>(KEYS)));
    }
    return new PriceList(
        root.path("name").asText(place),
        root.path("asOf").asText(""),
        root.path("source").asText(""),
        new Prices(price(place, root, "cpuCoreHourUsd"), price(place, root, "memoryGibHourUsd")));
  }

  private static double price(String place, JsonNode root, String key) {
    JsonNode value = root.path(key);
    if (!value.isNumber() || value.doubleValue() < 0 || value.doubleValue() > 1e6) {
      throw new IllegalArgumentException(
          "%s: %s must be a number of dollars, such as 0.0316".formatted(place, key));
    }
    return value.doubleValue();
  }
}
