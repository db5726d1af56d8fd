package dev.almanac.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.series.TimeSeries;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DegradedRunTest {
  private static final int DAY = 288;

  private final WorkloadSeries series = WindowsTest.series(300, WindowsTest.noise(20 * DAY));
  private final Window window = Windows.of(series).getLast();
  private final TimeSeries whole = window.history();

  @ParameterizedTest
  @EnumSource(Damage.class)
  void aDamageIsTheSameEveryTimeAndLeavesTheOrigin(Damage damage) {
    TimeSeries once = damage.apply(window);
    assertThat(damage.apply(window)).isEqualTo(once);
    assertThat(once).isNotEqualTo(whole);
    assertThat(once.endEpochSecond()).isEqualTo(whole.endEpochSecond());
    assertThat(once.values()[once.length() - 1]).isFinite();
    assertThat(window.history()).as("the original").isEqualTo(whole);
  }

  @Test
  void sharesAndLengthsAreWhatTheirNamesSay() {
    assertThat(Damage.DROP_5.apply(window).presentShare()).isCloseTo(0.95, within(0.01));
    assertThat(Damage.DROP_20.apply(window).presentShare()).isCloseTo(0.80, within(0.02));
    assertThat(whole.presentCount() - Damage.GAP.apply(window).presentCount()).isEqualTo(72);
    assertThat(Damage.NEW_1.apply(window).length()).isEqualTo(DAY);
    assertThat(Damage.NEW_3.apply(window).length()).isEqualTo(3 * DAY);
    TimeSeries step = Damage.STEP.apply(window);
    int n = whole.length();
    assertThat(step.values()[n - 37]).isEqualTo(whole.values()[n - 37]);
    assertThat(step.values()[n - 36]).isEqualTo(1.5 * whole.values()[n - 36]);
    assertThat(step.values()[n - 1]).isEqualTo(1.5 * whole.values()[n - 1]);
  }

  @Test
  void theGapEndsOneToTwentyFourHoursBeforeTheOrigin() {
    for (Window w : Windows.of(series)) {
      double[] y = Damage.GAP.apply(w).values();
      int last = y.length - 1;
      while (!Double.isNaN(y[last])) {
        last--;
      }
      assertThat(y.length - 1 - last).isBetween(12, 24 * 12);
    }
  }

  @Test
  void anErrorAfterAStepIsMeasuredInTheStepsOwnUnit() throws Exception {
    // The seasonal naive sees nothing of a step but its last three hours, and misses by half.
    List<Map<String, Object>> rows =
        DegradedRun.run(
            Windows.of(series),
            Contenders.BASELINE,
            1,
            new Progress(new PrintStream(OutputStream.nullOutputStream()), false));
    assertThat(rows).hasSize(12);
    for (Map<String, Object> row : rows) {
      assertThat(row).containsEntry("sql_ratio", 1.0).containsEntry("windows", 6);
    }
    Map<String, Object> step =
        rows.stream()
            .filter(r -> "x1.5 step 3 h before".equals(r.get("damage")))
            .filter(r -> "1h".equals(r.get("horizon")))
            .findFirst()
            .orElseThrow();
    assertThat((Map<?, ?>) step.get("against_undamaged")).isNotEmpty();
    assertThat((double) ((Map<?, ?>) step.get("against_undamaged")).get("mase_ratio"))
        .isGreaterThan(10);
  }
}
