package dev.almanac.predictor.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.forecast.SeasonalHistory.Grid;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeasonalHistoryTest {

  @ParameterizedTest
  @ValueSource(ints = {24, 48, 288, 576})
  void nothingAfterTheOriginIsRead(int day) {
    SplittableRandom random = new SplittableRandom(day);
    double[] x = random.doubles(17L * day).toArray();
    Grid grid = new Grid(day);
    // Learned from all of the history, as coefficients are.
    Optional<DayLikeness> likeness = Optional.of(new DayLikeness(grid, x));
    SeasonalHistory history = new SeasonalHistory(grid, x.clone(), likeness);
    for (int round = 0; round < 200; round++) {
      int t = random.nextInt(x.length - 1);
      int h = random.nextInt(1, 8 * day);
      double[] changed = x.clone();
      Arrays.fill(changed, t + 1, changed.length, 1e9);
      assertThat(row(new SeasonalHistory(grid, changed, likeness), t, h))
          .as("t = %d, h = %d", t, h)
          .isEqualTo(row(history, t, h));
    }
  }

  @Test
  void aSlotIsAveragedOverSevenDaysAndAbsentSamplesCountInNothing() {
    int day = 24;
    double[] x = new double[8 * day];
    for (int i = 0; i < x.length; i++) {
      x[i] = i / day;
    }
    x[3 * day] = Double.NaN;
    SeasonalHistory history = new SeasonalHistory(new Grid(day), x);
    assertThat(history.dayMean.at(7 * day)).isEqualTo((1 + 2 + 4 + 5 + 6 + 7) / 6.0);
    assertThat(history.dayMean.at(7 * day + 1)).isEqualTo(4);
    assertThat(history.deviation.at(7 * day + 1)).isEqualTo(7 - 3);
    assertThat(history.deviation.at(3 * day)).isNaN();
  }

  @ParameterizedTest
  @ValueSource(ints = {24, 288, 1440})
  void whatIsKeptGivesTheSameRowAtTheEnd(int day) {
    double[] x = daily(day, 16);
    SeasonalHistory all = new SeasonalHistory(new Grid(day), x);
    int t = x.length - 1;
    double[] recent = Arrays.copyOfRange(x, x.length - 2 * day, x.length);
    SeasonalHistory kept = new SeasonalMemory(all, day).with(recent, t, day);
    for (int h = 1; h <= day; h += day / 24) {
      double[] expected = row(all, t, h);
      double[] actual = row(kept, t, h);
      for (int i = 0; i < expected.length; i++) {
        // Kept in 16 bits; five-minute means of minutes are close.
        assertThat(actual[i])
            .as("entry %d at h = %d", i, h)
            .isEqualTo(expected[i], within(day > 288 ? .1 : 1e-4));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {24, 288, 1440})
  void newerSamplesMoveItAsARefitWould(int day) {
    double[] x = daily(day, 17);
    int known = 16 * day;
    SeasonalHistory early = new SeasonalHistory(new Grid(day), Arrays.copyOf(x, known));
    int t = known + day / 3;
    SeasonalHistory late = new SeasonalHistory(new Grid(day), Arrays.copyOf(x, t + 1));
    double[] recent = Arrays.copyOfRange(x, known - 5, t + 1);
    SeasonalHistory extended = new SeasonalMemory(early, day).with(recent, t, day);
    for (int h = 1; h <= day; h += day / 24) {
      double[] expected = row(late, t, h);
      double[] actual = row(extended, t, h);
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).as("entry %d at h = %d", i, h).isEqualTo(expected[i], within(.15));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {24, 288, 1440})
  void aShorterOutlookSaysTheSameAsFarAsItGoes(int day) {
    double[] x = daily(day, 17);
    int known = 16 * day;
    SeasonalMemory memory =
        new SeasonalMemory(new SeasonalHistory(new Grid(day), Arrays.copyOf(x, known)), day);
    for (int after : new int[] {1, day / 24, day / 2, day - 2}) {
      int t = known - 1 + after;
      double[] recent = Arrays.copyOfRange(x, t - day / 24, t + 1);
      SeasonalHistory far = memory.with(recent, t, day);
      for (int h = 1; h <= day; h += 1 + day / 48) {
        assertThat(row(memory.with(recent, t, h), t, h))
            .as("%d steps later, h = %d", after, h)
            .isEqualTo(row(far, t, h));
      }
    }
  }

  private static double[] row(SeasonalHistory history, int t, int h) {
    double[] origin = new double[SeasonalHistory.ORIGIN];
    double[] row = new double[history.rowLength()];
    history.origin(t, origin);
    history.target(t, h, origin, row);
    return row;
  }

  /** Between 1 and 3 with a little noise. */
  private static double[] daily(int day, int days) {
    SplittableRandom random = new SplittableRandom(5);
    double[] x = new double[days * day];
    for (int i = 0; i < x.length; i++) {
      x[i] = 2 - Math.cos(2 * Math.PI * i / day) + .1 * random.nextGaussian();
    }
    return x;
  }
}
