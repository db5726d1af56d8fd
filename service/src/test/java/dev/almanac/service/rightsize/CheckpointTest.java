package dev.almanac.service.rightsize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.Figures;
import dev.almanac.predictor.rightsizing.advice.Reason;
import dev.almanac.predictor.rightsizing.advice.Severity;
import dev.almanac.predictor.rightsizing.advice.WorkloadAdvice.HpaTarget;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.comparison.Advice;
import dev.almanac.predictor.rightsizing.comparison.Tool;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that was interrupted goes on, with the same rows as one that was not. */
class CheckpointTest {
  private static final Instant TO = Instant.parse("2026-06-15T00:00:00Z");

  @TempDir private Path folder;

  private static Row row(ContainerAdvice advice) {
    float[] usage = new float[Sketch.COLUMNS];
    Arrays.fill(usage, Float.NaN);
    usage[3] = 0.25f;
    return new Row(
        new WorkloadName("shop", "Deployment", "web"),
        false,
        3,
        2.5,
        Role.SIDECAR,
        advice,
        Optional.of(new HpaTarget("h", 60, 80, true)),
        Double.NaN,
        12.5,
        Map.of(
            Resource.CPU,
            Map.of(
                Tool.VPA,
                new Advice.Request(0.5),
                Tool.KRR,
                new Advice.NotEnoughHistory(Duration.ofMinutes(5), Duration.ofMinutes(500)))),
        Optional.of(new Sketch(usage, usage, usage, new boolean[Sketch.COLUMNS], 7)));
  }

  private static List<Row> rows() {
    ContainerResources some =
        new ContainerResources(
            ResourceList.of(250, 300 << 20), ResourceList.NONE.with(Resource.CPU, 1000));
    return List.of(
        row(
            new ContainerAdvice.Recommended(
                "app",
                Optional.empty(),
                some,
                Severity.SAVING,
                Optional.of(
                    new Figures(1, 2, 3, 4, Double.NaN, Optional.of(new Figures.Kept(11, 0, 8.7)))),
                Optional.empty(),
                List.of(new Reason(Reason.Code.BY_PRICE, "so")))),
        row(
            new ContainerAdvice.Refused(
                "init", Optional.of(some), ContainerAdvice.Refused.Why.INIT_CONTAINER, "no")));
  }

  /** Of a sketch the content counts, which arrays do not compare by. */
  private static String shown(List<Row> rows) {
    StringBuilder out = new StringBuilder();
    for (Row row : rows) {
      out.append(row.key()).append(row.advice()).append(row.hpa()).append(row.others());
      out.append(row.usdNow()).append(row.usdAdvised()).append(row.meanPods()).append(row.role());
      row.sketch().ifPresent(s -> out.append(Arrays.toString(s.cpuHigh())).append(s.killColumn()));
    }
    return out.toString();
  }

  @Test
  void finishedNamespacesComeBackAsTheyWere() throws IOException {
    Checkpoint first = Checkpoint.open(folder, "q", TO);
    assertThat(first.rows("shop")).isEmpty();
    first.finished("shop", rows());
    Checkpoint next = Checkpoint.open(folder, "q", TO.plusSeconds(3600));
    assertThat(next.to()).as("the history ends where it ended").isEqualTo(TO);
    assertThat(shown(next.rows("shop").orElseThrow())).isEqualTo(shown(rows()));
    assertThat(next.rows("other")).isEmpty();
    Checkpoint.over(folder);
    assertThat(folder.resolve(".run")).doesNotExist();
    assertThat(Checkpoint.open(folder, "q", TO.plusSeconds(3600)).rows("shop")).isEmpty();
  }

  @Test
  void anotherQuestionOrAnotherDayBeginsAnew() throws IOException {
    Checkpoint.open(folder, "q", TO).finished("shop", rows());
    assertThat(Checkpoint.open(folder, "other", TO).rows("shop")).isEmpty();
    Checkpoint.open(folder, "q", TO).finished("shop", rows());
    Instant tomorrow = TO.plus(Duration.ofHours(25));
    Checkpoint late = Checkpoint.open(folder, "q", tomorrow);
    assertThat(late.to()).isEqualTo(tomorrow);
    assertThat(late.rows("shop")).isEmpty();
  }

  @Test
  void whatCannotBeReadIsNotThere() throws IOException {
    Checkpoint run = Checkpoint.open(folder, "q", TO);
    run.finished("../shop", rows());
    Path file = folder.resolve(".run/ns-.._shop.json");
    assertThat(file).exists();
    Files.writeString(file, Files.readString(file).substring(0, 100));
    assertThat(run.rows("../shop")).isEmpty();
    Files.writeString(folder.resolve(".run/run.json"), "{}");
    assertThat(Checkpoint.open(folder, "q", TO).to()).isEqualTo(TO);
  }
}
