package dev.almanac.predictor.scaling.hpa;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;

/**
 * Runs a file of conformance cases for the HorizontalPodAutoscaler's rules.
 *
 * <p>By default this is the product's own file; {@code -Dalmanac.hpa.cases=FILE} names another of
 * the same format. Every case is run; at the end the ids of those that do not conform are printed
 * with what was expected and what came out, then one line with the count.
 */
class HpaConformanceTest {
  private static final String OWN_CASES = "hpa-cases.json";

  @Test
  void everyCaseOfTheFileConforms() {
    JsonNode file = read(System.getProperty("almanac.hpa.cases", ""));
    Report report = run(file);
    report.problems().forEach(System.out::println);
    System.out.println(report.closingLine());
    assertThat(report.problems()).isEmpty();
    assertThat(report.total()).isPositive();
  }

  /**
   * Outcome of a file.
   *
   * @param conform cases that conform
   * @param total cases in the file
   * @param problems one line for each other case, and for what is wrong with the file itself
   */
  record Report(int conform, int total, List<String> problems) {
    String closingLine() {
      return "hpa: %d of %d conform".formatted(conform, total);
    }
  }

  static Report run(JsonNode file) {
    List<String> problems = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    int conform = 0;
    checkHead(file, problems);
    for (JsonNode node : file.path("cases")) {
      String id = node.path("id").asText("without id");
      List<String> differences = runOne(node);
      if (!ids.add(id)) {
        differences = List.of("the id occurs twice");
      }
      if (differences.isEmpty()) {
        conform++;
      } else {
        problems.add(id + ": " + String.join("; ", differences));
      }
    }
    return new Report(conform, file.path("cases").size(), problems);
  }

  private static void checkHead(JsonNode file, List<String> problems) {
    try {
      CaseFields head =
          new CaseFields(
              file, "file", "schema", "description", "provenance", "counts", "total", "cases");
      if (!head.text("schema").equals("hpa-cases/1")) {
        problems.add("file.schema: unexpected value " + head.text("schema"));
      }
      int cases = file.path("cases").size();
      if (head.has("total") && head.integer("total") != cases) {
        problems.add("file.total: says %d, has %d".formatted(head.integer("total"), cases));
      }
    } catch (IllegalArgumentException e) {
      problems.add(Objects.toString(e.getMessage()));
    }
  }

  /** A case that cannot be read or that throws is one that does not conform, not the end. */
  private static List<String> runOne(JsonNode node) {
    try {
      return new HpaCase(node).run();
    } catch (RuntimeException e) {
      return List.of(e.toString());
    }
  }

  /** Reads strictly: nothing after the end, no field twice. */
  static JsonNode parse(InputStream in) throws IOException {
    var mapper =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
            .build();
    return mapper.readTree(in);
  }

  private static JsonNode read(String name) {
    try (InputStream in =
        name.isEmpty()
            ? Objects.requireNonNull(HpaConformanceTest.class.getResourceAsStream(OWN_CASES))
            : Files.newInputStream(resolve(name))) {
      return parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException("reading the cases of " + name, e);
    }
  }

  /** A relative name is looked up where Maven was started, then in the module. */
  private static Path resolve(String name) {
    Path fromRoot = Path.of(System.getProperty("almanac.root", "")).resolve(name);
    return Files.exists(fromRoot) ? fromRoot : Path.of(name);
  }
}
