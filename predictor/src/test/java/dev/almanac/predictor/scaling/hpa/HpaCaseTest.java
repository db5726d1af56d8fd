package dev.almanac.predictor.scaling.hpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.conformance.CaseFile;
import dev.almanac.predictor.conformance.CaseFile.Report;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The runner of case files must not wave anything through. */
class HpaCaseTest {
  private static final String GOOD =
      """
      {"id": "a", "kind": "stabilize_default", "origin": "derived",
       "source": {"file": "f", "test": "t"},
       "input": {"downscale_window_s": 300, "recommendations": [], "desired": 5},
       "expected": {"stabilized": 5, "history_length": 1}}\
      """;

  @Test
  void countsWhatConforms() throws IOException {
    Report report = run(GOOD, GOOD.replace("\"a\"", "\"b\""));

    assertThat(report.problems()).isEmpty();
    assertThat(report.closingLine()).isEqualTo("hpa: 2 of 2 conform");
  }

  @Test
  void showsExpectedAndActualOfTheOthersAndRunsOn() throws IOException {
    Report report =
        run(GOOD.replace("\"stabilized\": 5", "\"stabilized\": 6"), GOOD.replace("\"a\"", "\"b\""));

    assertThat(report.problems()).containsExactly("a: stabilized expected 6 actual 5");
    assertThat(report.closingLine()).isEqualTo("hpa: 1 of 2 conform");
  }

  @Test
  void takesNothingThatItDoesNotKnow() throws IOException {
    assertProblem(GOOD.replace("\"desired\": 5", "\"desired\": 5, \"new\": 1"), "unexpected field");
    assertProblem(
        GOOD.replace("\"history_length\"", "\"new\": 1, \"history_length\""), "unexpected field");
    assertProblem(GOOD.replace("\"id\"", "\"new\": null, \"id\""), "unexpected field");
    assertProblem(GOOD.replace("\"file\"", "\"new\": 1, \"file\""), "unexpected field");
    assertProblem(GOOD.replace("stabilize_default", "stabilize_other"), "unexpected value");
    assertProblem(GOOD.replace("derived", "invented"), "unexpected value");
    assertProblem(
        GOOD.replace("[]", "[{\"age_s\": 1, \"replicas\": 1, \"new\": 1}]"),
        "recommendations[0]: unexpected field new");
  }

  @Test
  void takesNothingOfAnotherType() throws IOException {
    assertProblem(GOOD.replace("\"desired\": 5", "\"desired\": 5.0"), "not an int64");
    assertProblem(GOOD.replace("\"desired\": 5", "\"desired\": \"5\""), "not an int64");
    assertProblem(GOOD.replace("\"desired\": 5", "\"desired\": 5000000000"), "overflow");
    assertProblem(
        GOOD.replace("\"stabilized\": 5", "\"stabilized\": 9223372036854775808"), "not an int64");
    assertProblem(GOOD.replace("[]", "{}"), "not a list");
    assertProblem(GOOD.replace("\"desired\": 5", "\"desired\": null"), "missing field desired");
  }

  @Test
  void whatTheSourceDoesNotAssertIsNotCompared() throws IOException {
    assertThat(run(GOOD.replace(", \"history_length\": 1", "")).conform()).isOne();
    assertProblem(GOOD.replace("\"stabilized\": 5, ", ""), "missing field stabilized");
  }

  @Test
  void anErrorIsNoSizeAndASizeIsNoError() throws IOException {
    String request =
        """
        {"id": "r", "kind": "pod_requests", "origin": "derived",
         "source": {"file": "f", "test": "t"},
         "input": {"pod_level_resources_enabled": true, "container": null,
                   "containers": [{"name": "c1", "type": "main", "cpu_request_m": 100}]},
         "expected": {"cpu_request_m": 100}}\
        """;
    assertThat(run(request).problems()).isEmpty();
    assertProblem(
        request.replace("\"cpu_request_m\": 100}}", "\"error\": \"missing_request\"}}"), "error");
    assertProblem(
        request.replace("\"cpu_request_m\": 100}]", "\"cpu_request_m\": null}]"), "error");
  }

  @Test
  void idsAreUnique() throws IOException {
    assertThat(run(GOOD, GOOD).problems()).containsExactly("a: the id occurs twice");
  }

  @Test
  void theHeadIsCheckedToo() throws IOException {
    assertThat(parse("{\"schema\": \"hpa-cases/1\", \"total\": 2, \"cases\": [" + GOOD + "]}"))
        .isEqualTo("file.total: says 2, has 1");
    assertThat(parse("{\"schema\": \"hpa-cases/2\", \"cases\": [" + GOOD + "]}"))
        .isEqualTo("file.schema: unexpected value hpa-cases/2");
    assertThat(parse("{\"schema\": \"hpa-cases/1\", \"new\": 2, \"cases\": [" + GOOD + "]}"))
        .isEqualTo("file: unexpected field new");
  }

  @Test
  void textAfterTheEndAndFieldsGivenTwiceAreErrors() {
    assertThatThrownBy(() -> parse("{\"schema\": \"hpa-cases/1\", \"cases\": []} more"))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> run(GOOD.replace("\"desired\": 5", "\"desired\": 5, \"desired\": 6")))
        .isInstanceOf(IOException.class);
  }

  private static String parse(String file) throws IOException {
    Report report = HpaConformanceTest.run(CaseFile.parse(bytes(file)));
    return String.join("\n", report.problems());
  }

  private static Report run(String... cases) throws IOException {
    String file = "{\"schema\": \"hpa-cases/1\", \"cases\": [" + String.join(",", cases) + "]}";
    return HpaConformanceTest.run(CaseFile.parse(bytes(file)));
  }

  private static void assertProblem(String oneCase, String part) throws IOException {
    Report report = run(oneCase);
    assertThat(report.conform()).isZero();
    assertThat(report.problems()).singleElement().asString().contains(part);
  }

  private static ByteArrayInputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
