package dev.almanac.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.series.TimeSeries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowsTest {
  private static final int DAY = 288;

  @Test
  void sixOriginsStandInTheLastFortyPercent() {
    WorkloadSeries series = series(300, noise(20 * DAY));
    List<Window> windows = Windows.of(series);
    Set<Integer> origins = new HashSet<>();
    for (Window w : windows) {
      origins.add(w.origin());
      assertThat(w.origin()).isBetween(12 * DAY, 20 * DAY - 1 - w.steps());
    }
    assertThat(origins).hasSize(6).contains(12 * DAY, 20 * DAY - 1 - DAY);
    assertThat(windows).hasSize(18);
    assertThat(windows.stream().map(w -> w.horizon().name()).distinct())
        .containsExactly("15m", "1h", "24h");
    assertThat(windows.stream().map(Window::steps).distinct()).containsExactly(3, 12, DAY);
  }

  @Test
  void aSeriesBelowFifteenDaysHasThree() {
    assertThat(Windows.of(series(300, noise(10 * DAY)))).hasSize(9);
  }

  @Test
  void fiveWeeksHaveAWeekAheadOnHourlyMeans() {
    List<Window> windows = Windows.of(series(300, noise(35 * DAY)));
    List<Window> weeks = windows.stream().filter(w -> w.horizon().equals(Horizon.WEEK)).toList();
    assertThat(weeks).hasSize(6);
    assertThat(weeks.getFirst().steps()).isEqualTo(168);
    assertThat(weeks.getFirst().series().step()).isEqualTo(3600);
    assertThat(Windows.of(series(300, noise(34 * DAY))))
        .noneMatch(w -> w.horizon().equals(Horizon.WEEK));
  }

  @Test
  void minutesAreAveragedToFiveAndAbsentStaysAbsent() {
    double[] minutes = new double[15];
    Arrays.fill(minutes, Double.NaN);
    minutes[0] = 2;
    minutes[4] = 4;
    minutes[12] = 7;
    TimeSeries five = WorkloadSeries.averaged(new TimeSeries(600, 60, minutes), 300);
    assertThat(five).isEqualTo(new TimeSeries(600, 300, new double[] {3, Double.NaN, 7}));
    // A start between two steps belongs to the step that it is in.
    TimeSeries shifted = WorkloadSeries.averaged(new TimeSeries(840, 60, new double[] {1, 5}), 300);
    assertThat(shifted).isEqualTo(new TimeSeries(600, 300, new double[] {1, 5}));
  }

  @Test
  void historyEndsAtTheOriginAndHasAtMostFourWeeks() {
    WorkloadSeries series = series(300, noise(60 * DAY));
    for (Window w : Windows.of(series)) {
      TimeSeries history = w.history();
      assertThat(history.length()).isLessThanOrEqualTo(28 * w.series().stepsPerDay());
      assertThat(history.epochSecondAt(history.length() - 1)).isEqualTo(w.originEpochSecond());
      assertThat(w.actuals()[0]).isEqualTo(w.series().samples().values()[w.origin() + 1]);
      assertThat(w.actuals()).hasSize(w.steps());
    }
  }

  @Test
  void whatComesAfterTheOriginChangesNeitherTheOriginsNorAnyHistory() {
    double[] values = noise(40 * DAY);
    List<Window> before = Windows.of(series(300, values));
    for (Window probe : before) {
      double[] changed = values.clone();
      long first =
          (probe.originEpochSecond() + probe.series().step()) / 300; // the first unknown sample
      for (int t = (int) first; t < changed.length; t++) {
        changed[t] = 1e6 + t;
      }
      List<Window> after = Windows.of(series(300, changed));
      assertThat(after).hasSameSizeAs(before);
      Window same = after.get(before.indexOf(probe));
      assertThat(same.origin()).isEqualTo(probe.origin());
      assertThat(same.history()).isEqualTo(probe.history());
      assertThat(same.actuals()[0]).isGreaterThan(1e5);
    }
  }

  @Test
  void contendersGetOnlyTheHistory() {
    WorkloadSeries series = series(300, noise(20 * DAY));
    Contender spy =
        new Contender() {
          @Override
          public String name() {
            return "spy";
          }

          @Override
          public Fitted fit(TimeSeries history, int longest) {
            return (recent, steps, levels) -> {
              assertThat(recent).isEqualTo(history);
              double[][] q = new double[levels.length][steps];
              for (double[] path : q) {
                Arrays.fill(path, recent.endEpochSecond());
              }
              return q;
            };
          }
        };
    Window w = Windows.of(series).getLast();
    RollingRun.score(List.of(w), List.of(spy));
    assertThat(w.history().endEpochSecond()).isEqualTo(w.originEpochSecond() + 300);
  }

  @Test
  void originsMoveToWhereThereIsSomethingToScore() {
    double[] values = noise(20 * DAY);
    for (int t = 0; t < values.length; t++) {
      int hour = t % DAY / 12;
      if (hour < 7 || hour >= 21) {
        values[t] = Double.NaN;
      }
    }
    List<Window> windows = Windows.of(series(300, values));
    assertThat(windows).isNotEmpty();
    for (Window w : windows) {
      assertThat(values[w.origin()]).isFinite();
      assertThat(Metrics.present(w.actuals())).isPositive();
    }
  }

  @Test
  void aShortOrEmptySeriesHasWhatFits() {
    assertThat(Windows.of(series(300, noise(DAY))).stream().map(w -> w.horizon().name()).distinct())
        .containsExactly("15m", "1h");
    assertThat(Windows.of(series(300, noise(DAY))).getFirst().isShort()).isTrue();
    assertThat(Windows.of(series(300, noise(3)))).isEmpty();
    double[] absent = new double[20 * DAY];
    Arrays.fill(absent, Double.NaN);
    assertThat(Windows.of(series(300, absent))).isEmpty();
  }

  @Test
  void theFileNamesEveryWindow(@TempDir Path folder) throws Exception {
    WorkloadSeries series =
        new WorkloadSeries("d", "f.csv", "a \"b\", c", new TimeSeries(0, 300, noise(20 * DAY)));
    List<Window> windows = Windows.of(series);
    Path file = folder.resolve("w.csv");
    Windows.write(windows, file);
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(windows.size() + 1);
    int origin = windows.getFirst().origin() * 300;
    assertThat(lines.get(1))
        .startsWith(
            "0,d,f.csv,\"a \"\"b\"\", c\",300,%d,15m,3,%d,%d,3,"
                .formatted(origin, origin + 300, origin + 900));
  }

  static WorkloadSeries series(int step, double[] values) {
    return new WorkloadSeries("set", "file.csv", "one", new TimeSeries(0, step, values));
  }

  static double[] noise(int n) {
    SplittableRandom random = new SplittableRandom(7);
    double[] values = new double[n];
    Arrays.setAll(values, t -> 100 + 50 * Math.sin(2 * Math.PI * t / DAY) + random.nextDouble());
    return values;
  }
}
