package dev.almanac.predictor.scaling.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.Trust;
import dev.almanac.predictor.scaling.Trust.Cause;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Minutes: four scores a day, of the day before; windows are known three minutes later. */
class TrustScoreTest {
  private static final int DAY = 1440;
  private static final int QUARTER = 360;
  private static final int KNOWN_AFTER = 3;
  private static final int LEAST = 500;

  private static Trust trust(double[] chances) {
    return TrustScore.of(chances, 0, new TrustScore.Rhythm(QUARTER, DAY, KNOWN_AFTER, LEAST));
  }

  /** Windows that come true as often as they say: chances spread evenly by the golden ratio. */
  private static double[] sound(int minutes) {
    double[] chances = new double[minutes];
    for (int i = 0; i < minutes; i++) {
      chances[i] = (i + 1) * 0.6180339887498949 % 1;
    }
    return chances;
  }

  /** The same, of which one in so many goes beyond the p98 from a minute on. */
  private static double[] missing(double[] chances, int from, int every) {
    double[] out = chances.clone();
    for (int i = from; i < out.length; i += every) {
      out[i] = 0.001;
    }
    return out;
  }

  private static double[] shifted(double[] chances, int from, double power) {
    double[] out = chances.clone();
    for (int i = from; i < out.length; i++) {
      out[i] = Math.pow(out[i], power);
    }
    return out;
  }

  @Test
  void windowsThatComeTrueEarnAllTrust() {
    assertThat(trust(sound(3 * DAY))).isEqualTo(Trust.EARNED);
  }

  @Test
  void nothingIsEarnedBeforeEnoughHasClosed() {
    assertThat(trust(new double[0])).isEqualTo(Trust.NOT_SCORED);
    assertThat(trust(sound(LEAST + KNOWN_AFTER - 1))).isEqualTo(Trust.NOT_SCORED);
    assertThat(trust(sound(LEAST + KNOWN_AFTER))).isEqualTo(Trust.EARNED);
  }

  @Test
  void demandBeyondTheQuantilesDemotesToFloor() {
    assertThat(trust(missing(sound(5 * DAY), 4 * DAY, 20)))
        .isEqualTo(new Trust(Stage.FLOOR, Cause.COVERAGE));
  }

  @Test
  void tooManyBeyondTheP90AloneDemoteToo() {
    double[] chances = sound(5 * DAY);
    for (int i = 4 * DAY; i < chances.length; i += 5) {
      chances[i] = 0.05;
    }
    assertThat(trust(chances).cause()).isEqualTo(Cause.COVERAGE);
  }

  @Test
  void trustComesBackOnlyInsideTheNarrowerBand() {
    // One in 31 and those that belong there are 5.2 % beyond p98: between 4.5 and 6 %.
    double[] between = missing(sound(6 * DAY), 4 * DAY, 31);
    assertThat(trust(between)).isEqualTo(Trust.EARNED);
    Arrays.fill(between, 4 * DAY, 4 * DAY + QUARTER, 0.001);
    assertThat(trust(between)).isEqualTo(new Trust(Stage.FLOOR, Cause.COVERAGE));
    double[] back = sound(6 * DAY);
    Arrays.fill(back, 4 * DAY, 4 * DAY + QUARTER, 0.001);
    assertThat(trust(back)).isEqualTo(Trust.EARNED);
  }

  @Test
  void aForecastThatIsTooLowMayRaiseAndOneThatIsTooHighMayNot() {
    assertThat(trust(shifted(sound(5 * DAY), 4 * DAY, 8)).stage()).isEqualTo(Stage.FLOOR);
    assertThat(trust(shifted(sound(5 * DAY), 4 * DAY, 8)).cause()).isEqualTo(Cause.TOO_LOW);
    assertThat(trust(shifted(sound(5 * DAY), 4 * DAY, 0.1)))
        .isEqualTo(new Trust(Stage.SHADOW, Cause.TOO_HIGH));
  }

  @Test
  void aDayWithoutDemandLeavesNoScore() {
    double[] chances = sound(5 * DAY);
    Arrays.fill(chances, 4 * DAY, 5 * DAY, Double.NaN);
    assertThat(trust(chances)).isEqualTo(new Trust(Stage.FLOOR, Cause.STALE));
  }

  @Test
  void windowsThatAreStillOpenDoNotCount() {
    // They would have been seen by nobody.
    double[] chances = sound(2 * DAY);
    Arrays.fill(chances, 2 * DAY - KNOWN_AFTER, 2 * DAY, 0.0);
    assertThat(trust(chances)).isEqualTo(trust(sound(2 * DAY)));
    assertThat(TrustScore.of(chances, chances.length, rhythm())).isEqualTo(Trust.NOT_SCORED);
  }

  private static TrustScore.Rhythm rhythm() {
    return new TrustScore.Rhythm(QUARTER, DAY, KNOWN_AFTER, LEAST);
  }
}
