package dev.almanac.predictor.rightsizing.vpa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.conformance.CaseFile;
import dev.almanac.predictor.conformance.CaseFile.Report;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The runner of case files must not wave anything through. */
class VpaCaseTest {
  private static final String GOOD =
      """
      {"id": "a", "group": "cpu-from-cores", "origin": "derived", "source": "s",
       "input": {"cores": [0.0199]}, "expect": {"millicores": [19]}}\
      """;

  @Test
  void countsWhatConformsAndShowsTheOthers() throws IOException {
    Report report = run(GOOD, GOOD.replace("\"a\"", "\"b\"").replace("[19]", "[20]"));
    assertThat(report.problems()).containsExactly("b: millicores expected [20] actual [19]");
    assertThat(report.closingLine()).isEqualTo("vpa: 1 of 2 conform");
  }

  @Test
  void takesNothingThatItDoesNotKnow() throws IOException {
    assertProblem(GOOD.replace("\"cores\"", "\"new\": 1, \"cores\""), "unexpected field new");
    assertProblem(GOOD.replace("\"millicores\"", "\"new\": 1, \"millicores\""), "unexpected field");
    assertProblem(GOOD.replace("\"id\"", "\"new\": 1, \"id\""), "unexpected field new");
    assertProblem(GOOD.replace("cpu-from-cores", "cpu"), "unexpected value cpu");
    assertProblem(GOOD.replace("derived", "invented"), "unexpected value invented");
    assertProblem(GOOD.replace("0.0199", "\"x\""), "not a number");
    assertProblem(GOOD.replace("\"source\": \"s\",", ""), "missing field source");
  }

  @Test
  void theHeadIsCheckedToo() throws IOException {
    String file = file(GOOD);
    assertThat(head(file)).isEmpty();
    assertThat(head(file.replace("\"schema_version\": 1", "\"schema_version\": 2")))
        .isEqualTo("file.schema_version: unexpected value 2");
    assertThat(head(file.replace("\"margin\"", "\"margins\"")))
        .isEqualTo("file.defaults: unexpected field margins");
    assertThat(head(file.replace("\"cases\"", "\"total\": 3, \"cases\"")))
        .isEqualTo("file.total: says 3, has 1");
  }

  private static void assertProblem(String oneCase, String part) throws IOException {
    Report report = run(oneCase);
    assertThat(report.conform()).isZero();
    assertThat(report.problems()).singleElement().asString().contains(part);
  }

  private static String head(String file) throws IOException {
    return String.join("\n", VpaConformanceTest.run(parse(file)).problems());
  }

  private static Report run(String... cases) throws IOException {
    return VpaConformanceTest.run(parse(file(cases)));
  }

  private static com.fasterxml.jackson.databind.JsonNode parse(String text) throws IOException {
    return CaseFile.parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String file(String... cases) {
    return """
    {"schema_version": 1, "defaults": {
      "memory_interval_s": 86400, "memory_interval_count": 8, "memory_half_life_s": 86400,
      "cpu_half_life_s": 86400, "oom_bump_ratio": 1.2, "oom_min_bump_bytes": 104857600,
      "margin": 0.15, "pod_min_cpu_millicores": 25, "pod_min_memory_mib": 250,
      "target_cpu_percentile": 0.9, "lower_cpu_percentile": 0.5, "upper_cpu_percentile": 0.95,
      "confidence_interval_cpu_s": 86400, "target_memory_percentile": 0.9,
      "lower_memory_percentile": 0.5, "upper_memory_percentile": 0.95,
      "confidence_interval_memory_s": 86400},
     "cases": [%s]}
    """
        .formatted(String.join(",", cases));
  }
}
