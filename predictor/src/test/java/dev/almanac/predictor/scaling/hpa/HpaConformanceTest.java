package dev.almanac.predictor.scaling.hpa;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.predictor.conformance.CaseFields;
import dev.almanac.predictor.conformance.CaseFile;
import dev.almanac.predictor.conformance.CaseFile.Report;
import org.junit.jupiter.api.Test;

/**
 * Runs a file of conformance cases for the HorizontalPodAutoscaler's rules.
 *
 * <p>By default this is the product's own file; {@code -Dalmanac.hpa.cases=FILE} names another of
 * the same format. Every case is run; at the end the ids of those that do not conform are printed
 * with what was expected and what came out, then one line with the count.
 */
class HpaConformanceTest {

  @Test
  void everyCaseOfTheFileConforms() {
    Report report = run(CaseFile.read("almanac.hpa.cases", getClass(), "hpa-cases.json"));
    report.print();
    assertThat(report.problems()).isEmpty();
    assertThat(report.total()).isPositive();
  }

  static Report run(JsonNode file) {
    return CaseFile.run(
        "hpa", file, HpaConformanceTest::checkHead, node -> new HpaCase(node).run());
  }

  private static void checkHead(JsonNode file) {
    CaseFields head =
        new CaseFields(
            file, "file", "schema", "description", "provenance", "counts", "total", "cases");
    if (!head.text("schema").equals("hpa-cases/1")) {
      throw new IllegalArgumentException("file.schema: unexpected value " + head.text("schema"));
    }
    int cases = file.path("cases").size();
    if (head.has("total") && head.integer("total") != cases) {
      throw new IllegalArgumentException(
          "file.total: says %d, has %d".formatted(head.integer("total"), cases));
    }
  }
}
