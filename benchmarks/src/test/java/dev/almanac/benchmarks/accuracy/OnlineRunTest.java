package dev.almanac.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.benchmarks.accuracy.OnlineRun.Outcome;
import dev.almanac.benchmarks.accuracy.OnlineRun.Tally;
import dev.almanac.benchmarks.accuracy.OnlineRun.Target;
import dev.almanac.predictor.series.TimeSeries;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OnlineRunTest {
  private static final double NONE = Double.NaN;
  private static final int DAY = 24;

  private final double[] values = new double[40 * DAY];
  private final WorkloadSeries series;

  OnlineRunTest() {
    SplittableRandom random = new SplittableRandom(3);
    Arrays.setAll(values, t -> 10 + t % DAY + random.nextDouble());
    series = WindowsTest.series(3600, values);
  }

  /** Writes down what it is shown and answers with the truth. */
  private final class Spy implements OnlineContender {
    final List<Long> refits = new ArrayList<>();
    final List<Long> asked = new ArrayList<>();

    @Override
    public String name() {
      return "spy";
    }

    @Override
    public Life begin(int stepSeconds, int[] targets) {
      return new Life() {
        @Override
        public void refit(TimeSeries history) {
          refits.add(history.endEpochSecond() / 3600);
          assertThat(history.length()).isLessThanOrEqualTo(28 * DAY);
        }

        @Override
        public double[][] forecast(TimeSeries recent, double[] levels) {
          int next = (int) (recent.endEpochSecond() / 3600);
          asked.add((long) next);
          double[][] q = new double[targets.length][levels.length];
          for (int k = 0; k < targets.length; k++) {
            int at = next - 1 + targets[k];
            Arrays.fill(q[k], at < values.length ? values[at] : NONE);
          }
          return q;
        }
      };
    }
  }

  @Test
  void everyStepIsAskedOnceAndRefitsAreADayApart() {
    Spy spy = new Spy();
    Outcome o = OnlineRun.live(series, List.of(spy), List.of(new Target("1h", 1, 1)));
    // The last 40 % of 40 days are 16 days: from sample 576 on, known up to and including it.
    assertThat(spy.asked).hasSize(16 * DAY - 1).startsWith(577L, 578L).endsWith(959L);
    assertThat(spy.refits).hasSize(16).startsWith(577L, 577L + DAY);
    assertThat(o.fits()).isEqualTo(16);
  }

  @Test
  void truthScoresZeroAndWarmUpIsNotScored() {
    List<Target> targets = List.of(new Target("1h", 1, 1), new Target("24h", DAY, 1));
    Outcome o = OnlineRun.live(series, List.of(new Spy()), targets);
    Tally hour = o.tallies().get("spy").get("1h");
    Tally day = o.tallies().get("spy").get("24h");
    assertThat(hour.score(o.scale()).mase()).isZero();
    assertThat(day.score(o.scale()).sql()).isZero();
    // 13 scored days; the last step has nothing after it, the last day nothing a day after it.
    assertThat(hour.score(1).actuals()).isEqualTo(13 * DAY - 1);
    assertThat(day.score(1).actuals()).isEqualTo(13 * DAY - DAY);
    assertThat(hour.underProvisioned()).isZero();
    assertThat(hour.overProvisioned()).isZero();
  }

  @Test
  void aMaximumIsTheHighestPresentSampleOfItsWindow() {
    double[] y = {9, 1, NONE, 3, 2, NONE, NONE};
    assertThat(new Target("m", 1, 3).actual(y, 0)).isEqualTo(3);
    assertThat(new Target("m", 1, 3).actual(y, 1)).isEqualTo(3);
    assertThat(new Target("m", 1, 2).actual(y, 4)).isNaN();
    assertThat(new Target("p", 2, 1).actual(y, 0)).isNaN();
    assertThat(new Target("p", 3, 1).actual(y, 0)).isEqualTo(3);
    assertThat(new Target("m", 2, 3).last()).isEqualTo(4);
  }

  @Test
  void trailingMaximaLookBackOnly() {
    TimeSeries y = new TimeSeries(0, 60, new double[] {5, 1, NONE, 2, NONE, NONE, NONE, 4});
    assertThat(OfMaxima.maxima(y, 3).values()).containsExactly(5, 5, 5, 2, 2, 2, NONE, 4);
    assertThat(OfMaxima.maxima(y, 1)).isEqualTo(y);
  }

  @Test
  void trailingMaximaEqualTheirDefinition() {
    SplittableRandom random = new SplittableRandom(11);
    for (int trial = 0; trial < 200; trial++) {
      int width = 1 + random.nextInt(20);
      double[] y = new double[1 + random.nextInt(60)];
      Arrays.setAll(y, _ -> random.nextInt(4) == 0 ? NONE : random.nextInt(50));
      double[] expected = new double[y.length];
      for (int t = 0; t < y.length; t++) {
        expected[t] = NONE;
        for (int i = Math.max(0, t - width + 1); i <= t; i++) {
          expected[t] = Double.isNaN(expected[t]) || y[i] > expected[t] ? y[i] : expected[t];
        }
      }
      assertThat(OfMaxima.maxima(new TimeSeries(0, 60, y), width).values())
          .as("width %d of %s", width, Arrays.toString(y))
          .containsExactly(expected);
    }
  }

  @Test
  void aContenderOfMaximaAnswersForTheNextWindow() {
    // A day season without noise: the seasonal naive of trailing maxima is exact.
    double[] y = new double[10 * DAY];
    Arrays.setAll(y, t -> t % DAY);
    TimeSeries history = new TimeSeries(0, 3600, Arrays.copyOf(y, 9 * DAY + 5));
    double[][] q =
        new OfMaxima(Contenders.BASELINE, 3).fit(history, 1).forecast(history, 1, Levels.all());
    // Samples at 5, 6 and 7 o'clock follow: 7 is the highest.
    assertThat(q[Levels.MEDIAN]).containsExactly(7);
  }

  @Test
  void replicasAreBoughtByP95AndJudgedByTheNeed() {
    // Median before the life is 50: one replica serves 10. p95 says 35: 4 replicas.
    double[] y = new double[20 * DAY];
    Arrays.fill(y, 50);
    Arrays.setAll(y, t -> t < 12 * DAY ? 50 : t % 2 == 0 ? 61 : 19);
    Contender flat =
        new Contender() {
          @Override
          public String name() {
            return "flat";
          }

          @Override
          public Fitted fit(TimeSeries history, int steps) {
            return (_, ahead, levels) -> {
              double[][] q = new double[levels.length][ahead];
              for (double[] path : q) {
                Arrays.fill(path, 35);
              }
              return q;
            };
          }
        };
    Outcome o =
        OnlineRun.live(
            WindowsTest.series(3600, y),
            List.of(OnlineContender.of(flat)),
            List.of(new Target("1h", 1, 1)));
    Tally tally = o.tallies().get("flat").get("1h");
    // Need is 7 and 2 in turn: half the steps are short; 2 replicas of 4 are idle against 4.5.
    assertThat(tally.underProvisioned()).isCloseTo(50, within(1.0));
    assertThat(tally.overProvisioned()).isCloseTo(100 * 1 / 4.5, within(0.5));
  }

  @Test
  void theProductsMaximaAreCalibratedByWhatCame() {
    // From the beginning of the scored life on, noise is three times what history had.
    SplittableRandom random = new SplittableRandom(8);
    double[] y = new double[60 * DAY];
    Arrays.setAll(y, t -> 100 + t % DAY + (t < 36 * DAY ? 1 : 3) * random.nextGaussian());
    Measured measured = Contenders.forecaster(Contenders.PRODUCT);
    List<Target> targets = List.of(new Target("highest", 1, 3));
    Outcome o =
        OnlineRun.live(WindowsTest.series(3600, y), List.of(measured.maximum().apply(3)), targets);
    WindowScore score = o.tallies().get(measured.name()).get("highest").score(1);
    assertThat((double) score.coveredP90() / score.actuals()).isEqualTo(.9, within(.03));
    assertThat((double) score.coveredP95() / score.actuals()).isEqualTo(.95, within(.03));
  }

  @Test
  void twoRunsAgreeOnAnyNumberOfThreads() throws Exception {
    Progress quiet = new Progress(new PrintStream(OutputStream.nullOutputStream()), false);
    List<WorkloadSeries> all = List.of(series, WindowsTest.series(60, WindowsTest.noise(1440)));
    Measured measured = Contenders.forecaster(Contenders.PRODUCT);
    assertThat(OnlineSuite.run(all, measured, 2, quiet).report())
        .isEqualTo(OnlineSuite.run(all, measured, 1, quiet).report());
  }
}
