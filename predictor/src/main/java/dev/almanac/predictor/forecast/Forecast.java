package dev.almanac.predictor.forecast;

import java.time.Instant;
import java.util.Arrays;

/**
 * Quantile paths over a horizon. Row {@code i} of {@code quantiles} belongs to {@code levels[i]};
 * its entry {@code h} stands for the instant {@code origin + (h + 1) * stepSeconds}.
 *
 * <p>All values are finite, and at every step they rise with the level. The arrays are shared, not
 * copied: nobody writes to them after construction.
 *
 * @param origin the last instant that the forecast knew
 * @param stepSeconds distance of two steps, at least 1
 * @param levels strictly rising, each in (0, 1)
 * @param quantiles one path a level, all of one length, in the unit of the demand
 * @param expires from this instant on the forecast must not be used
 * @param model the model that made it
 */
public record Forecast(
    Instant origin,
    int stepSeconds,
    double[] levels,
    double[][] quantiles,
    Instant expires,
    ModelId model) {

  /** Checks shapes, order and finiteness. */
  public Forecast {
    if (stepSeconds < 1) {
      throw new IllegalArgumentException("step must be >= 1 s, was " + stepSeconds);
    }
    if (levels.length == 0 || levels.length != quantiles.length) {
      throw new IllegalArgumentException(
          "%d levels but %d quantile paths".formatted(levels.length, quantiles.length));
    }
    for (int i = 0; i < levels.length; i++) {
      if (!(levels[i] > 0 && levels[i] < 1) || (i > 0 && levels[i] <= levels[i - 1])) {
        throw new IllegalArgumentException("levels must rise within (0, 1): " + levels[i]);
      }
      if (quantiles[i].length != quantiles[0].length) {
        throw new IllegalArgumentException("quantile paths differ in length");
      }
      for (int h = 0; h < quantiles[i].length; h++) {
        double q = quantiles[i][h];
        if (!Double.isFinite(q) || (i > 0 && q < quantiles[i - 1][h])) {
          throw new IllegalArgumentException(
              "quantile %s at step %d is %s".formatted(levels[i], h, q));
        }
      }
    }
  }

  /** Number of steps. */
  public int steps() {
    return quantiles[0].length;
  }

  /** Index of a level, or -1 when it was not asked for. */
  public int levelIndex(double level) {
    for (int i = 0; i < levels.length; i++) {
      if (levels[i] == level) {
        return i;
      }
    }
    return -1;
  }

  /** The instant that entry {@code step} of each path stands for. */
  public Instant instantAt(int step) {
    return origin.plusSeconds((step + 1L) * stepSeconds);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Forecast f
        && f.origin.equals(origin)
        && f.stepSeconds == stepSeconds
        && Arrays.equals(f.levels, levels)
        && Arrays.deepEquals(f.quantiles, quantiles)
        && f.expires.equals(expires)
        && f.model.equals(model);
  }

  @Override
  public int hashCode() {
    return 31 * origin.hashCode() + Arrays.deepHashCode(quantiles);
  }

  @Override
  public String toString() {
    return "Forecast[%s + %d x %d s, %s, %s]"
        .formatted(origin, steps(), stepSeconds, Arrays.toString(levels), model.name());
  }
}
