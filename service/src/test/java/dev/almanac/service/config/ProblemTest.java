package dev.almanac.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemTest {

  @Test
  void tellsAllProblemsInOneMessageOfEightyColumns() throws Exception {
    Path file = Path.of(getClass().getResource("rejected/several-mistakes-at-once.yaml").toURI());

    String report = ((Configuration.Rejected) Configuration.load(file)).report();

    assertThat(report)
        .isEqualTo(
            """
            configuration refused: 3 problems
            several-mistakes-at-once.yaml:6: spec.minReplicas: 5 is above spec.maxReplicas,
                which is 3; lower one or raise the other
            several-mistakes-at-once.yaml:11: spec.demand.perReplica: "500M" is not a plain,
                finite number; write 500000000 (M is million) or 0.5 (m is a thousandth)
            several-mistakes-at-once.yaml:12: spec.stgae: unknown field; did you mean
                "stage"?
            """);
    assertThat(report.lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void leavesOutWhatThereIsNot() {
    assertThat(new Problem("web.yaml", 0, "", "is larger than 1 MiB"))
        .hasToString("web.yaml: is larger than 1 MiB");
    assertThat(Problem.report(List.of(new Problem("web.yaml", 3, "", "is not YAML"))))
        .isEqualTo("configuration refused: 1 problem\nweb.yaml:3: is not YAML\n");
  }

  @Test
  void doesNotBreakAWordThatIsLongerThanTheLine() {
    String word = "x".repeat(100);
    assertThat(Problem.report(List.of(new Problem("a", 1, word, "b"))))
        .endsWith("a:1:\n    " + word + ":\n    b\n");
  }
}
