package dev.almanac.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.series.TimeSeries;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RollingRunTest {
  private static final Progress QUIET =
      new Progress(new PrintStream(OutputStream.nullOutputStream()), false);

  private final WorkloadSeries series = WindowsTest.series(300, WindowsTest.noise(20 * 288));
  private final List<Window> windows = Windows.of(series);

  /** Knows the future, which shows that a score of zero can be had, and only by knowing it. */
  private Contender prophet() {
    return contender(
        "prophet",
        (recent, h) -> {
          double[] all = series.samples().values();
          return all[(int) (recent.endEpochSecond() / 300) + h];
        });
  }

  private static Contender contender(String name, Point point) {
    return new Contender() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Fitted fit(TimeSeries history, int longest) {
        return (recent, steps, levels) -> {
          double[][] q = new double[levels.length][steps];
          for (double[] path : q) {
            Arrays.setAll(path, h -> point.at(recent, h));
          }
          return q;
        };
      }
    };
  }

  private interface Point {
    double at(TimeSeries recent, int step);
  }

  @Test
  void aPerfectForecasterScoresZeroAndCoversAll() throws Exception {
    RollingRun.Scores scores = RollingRun.run(windows, List.of(prophet()), 1, QUIET);
    TreeMap<Integer, WindowScore> all = scores.byContender().get("prophet");
    assertThat(all).hasSize(windows.size());
    for (WindowScore s : all.values()) {
      assertThat(s.mase()).isZero();
      assertThat(s.sql()).isZero();
      assertThat(s.p95()).isZero();
      assertThat(s.p99()).isZero();
      assertThat(s.coveredP99()).isEqualTo(s.actuals());
    }
  }

  @Test
  void oneStepOffIsNotPerfect() throws Exception {
    Contender late =
        contender(
            "late",
            (recent, h) ->
                series.samples().values()[(int) (recent.endEpochSecond() / 300) + h - 1]);
    RollingRun.Scores scores = RollingRun.run(windows, List.of(late), 1, QUIET);
    assertThat(scores.byContender().get("late").values()).allMatch(s -> s.mase() > 0.01);
  }

  @Test
  void theBaselineHasRatioOne() throws Exception {
    RollingRun.Scores scores = RollingRun.run(windows, Contenders.members(), 1, QUIET);
    for (Horizon h : List.of(Horizon.QUARTER, Horizon.HOUR, Horizon.DAY)) {
      Ratios own = scores.ratios("seasonal naive", "seasonal naive", h);
      assertThat(own.figures())
          .containsEntry("mase_ratio", 1.0)
          .containsEntry("sql_ratio", 1.0)
          .containsEntry("p95_ratio", 1.0)
          .containsEntry("p99_ratio", 1.0)
          .containsEntry("windows", 6);
    }
  }

  @Test
  void threadsDoNotChangeScores() throws Exception {
    List<Contender> contenders = new ArrayList<>();
    Contenders.names().forEach(n -> contenders.add(Contenders.forecaster(n).contender()));
    contenders.addAll(Contenders.members());
    Report one = new Report("almanac");
    one.rolling(RollingRun.run(windows, contenders, 1, QUIET));
    Report two = new Report("almanac");
    two.rolling(RollingRun.run(windows, contenders, 2, QUIET));
    assertThat(two.json().get("horizons")).isEqualTo(one.json().get("horizons"));
    assertThat(two.json().get("groups")).isEqualTo(one.json().get("groups"));
  }

  @Test
  void aPeerOnASampleIsComparedOnItsWindows() throws Exception {
    RollingRun.Scores scores =
        RollingRun.run(windows, List.of(Contenders.BASELINE, prophet()), 1, QUIET);
    scores.byContender().get("prophet").keySet().removeIf(number -> number > 2);
    assertThat(scores.on("prophet").byContender().get("seasonal naive")).hasSize(3);
    assertThat(scores.ratios("seasonal naive", "prophet", Horizon.DAY).figures())
        .containsEntry("windows", 1);
  }
}
