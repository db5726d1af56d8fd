package dev.almanac.predictor.rightsizing.vpa;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.predictor.conformance.CaseFields;
import dev.almanac.predictor.conformance.CaseFile;
import dev.almanac.predictor.conformance.CaseFile.Report;
import org.junit.jupiter.api.Test;

/**
 * Runs a file of conformance cases for the Vertical Pod Autoscaler.
 *
 * <p>By default this is the product's own file; {@code -Dalmanac.vpa.cases=FILE} names another of
 * the same format. Every case is run; at the end the ids of those that do not conform are printed
 * with what was expected and what came out, then one line with the count.
 */
class VpaConformanceTest {

  @Test
  void everyCaseOfTheFileConforms() {
    Report report = run(CaseFile.read("almanac.vpa.cases", getClass(), "vpa-cases.json"));
    report.print();
    assertThat(report.problems()).isEmpty();
    assertThat(report.total()).isPositive();
  }

  static Report run(JsonNode file) {
    JsonNode defaults = file.path("defaults");
    return CaseFile.run(
        "vpa", file, VpaConformanceTest::checkHead, node -> new VpaCase(node, defaults).run());
  }

  private static void checkHead(JsonNode file) {
    CaseFields head =
        new CaseFields(
            file,
            "file",
            "schema_version",
            "subject",
            "source",
            "units",
            "defaults",
            "counts",
            "total",
            "cases");
    if (head.integer("schema_version") != 1) {
      throw new IllegalArgumentException(
          "file.schema_version: unexpected value " + head.integer("schema_version"));
    }
    CaseFields defaults = head.object("defaults", VpaCase.SETTINGS);
    VpaCase.settings(defaults, defaults);
    int cases = file.path("cases").size();
    if (head.has("total") && head.integer("total") != cases) {
      throw new IllegalArgumentException(
          "file.total: says %d, has %d".formatted(head.integer("total"), cases));
    }
  }
}
