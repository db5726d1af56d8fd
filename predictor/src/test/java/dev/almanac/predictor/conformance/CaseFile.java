package dev.almanac.predictor.conformance;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Reads a file of conformance cases and runs all of them. */
public final class CaseFile {
  private CaseFile() {}

  /**
   * The file that a system property names, or else the resource beside a class. A relative name is
   * looked up where Maven was started, then in the module.
   */
  public static JsonNode read(String property, Class<?> owner, String resource) {
    String name = System.getProperty(property, "");
    try (InputStream in =
        name.isEmpty()
            ? Objects.requireNonNull(owner.getResourceAsStream(resource))
            : Files.newInputStream(resolve(name))) {
      return parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException("reading the cases of " + name, e);
    }
  }

  private static Path resolve(String name) {
    Path fromRoot = Path.of(System.getProperty("almanac.root", "")).resolve(name);
    return Files.exists(fromRoot) ? fromRoot : Path.of(name);
  }

  /** Reads strictly: nothing after the end, no field twice. */
  public static JsonNode parse(InputStream in) throws IOException {
    var mapper =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
            .build();
    return mapper.readTree(in);
  }

  /**
   * Outcome of a file.
   *
   * @param subject what the cases are about
   * @param conform cases that conform
   * @param total cases in the file
   * @param problems one line for each other case, and for what is wrong with the file itself
   */
  public record Report(String subject, int conform, int total, List<String> problems) {

    public String closingLine() {
      return "%s: %d of %d conform".formatted(subject, conform, total);
    }

    /** The other cases, one a line, then the closing line. */
    public void print() {
      problems.forEach(System.out::println);
      System.out.println(closingLine());
    }
  }

  /**
   * Runs every case.
   *
   * @param checkHead throws when the head is not that of such a file
   * @param runCase the differences of one case; one that cannot be read or that throws does not
   *     conform, and is not the end
   */
  public static Report run(
      String subject,
      JsonNode file,
      Consumer<JsonNode> checkHead,
      Function<JsonNode, List<String>> runCase) {
    List<String> problems = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    int conform = 0;
    try {
      checkHead.accept(file);
    } catch (IllegalArgumentException e) {
      problems.add(Objects.toString(e.getMessage()));
    }
    for (JsonNode node : file.path("cases")) {
      String id = node.path("id").asText("without id");
      List<String> differences = runOne(node, runCase);
      if (!ids.add(id)) {
        differences = List.of("the id occurs twice");
      }
      if (differences.isEmpty()) {
        conform++;
      } else {
        problems.add(id + ": " + String.join("; ", differences));
      }
    }
    return new Report(subject, conform, file.path("cases").size(), problems);
  }

  private static List<String> runOne(JsonNode node, Function<JsonNode, List<String>> runCase) {
    try {
      return runCase.apply(node);
    } catch (RuntimeException e) {
      return List.of(e.toString());
    }
  }
}
