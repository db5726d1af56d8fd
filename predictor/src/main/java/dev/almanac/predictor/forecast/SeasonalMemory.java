package dev.almanac.predictor.forecast;

import dev.almanac.predictor.forecast.SeasonalHistory.Grid;
import java.util.Arrays;

/**
 * What has to be kept of a history to forecast from its end, and from later origins, until the next
 * fit: the last day and one hour, and the part of the week's averages that the horizons will meet.
 * In 16 bits each; on grids finer than five minutes as five-minute means.
 *
 * <p>Forecasts at the end of the history are those of the whole history. Later ones differ a
 * little: a new sample moves its slot's average by a seventh instead of taking the place of the
 * oldest.
 */
final class SeasonalMemory {
  private final Grid grid;
  private final int length;
  private final int from;
  private final int stride;
  private final PackedSeries x;
  private final PackedSeries dayMean;
  private final PackedSeries deviation;
  private final PackedSeries weekDeviation;
  private final PackedSeries spread;
  private final int weekFrom;
  private final PackedSeries weekMean;
  private final PackedSeries weekNear;
  private final double level;
  private final double noise;

  /** Keeps what is needed for horizons up to {@code horizon} steps. */
  SeasonalMemory(SeasonalHistory history, int horizon) {
    grid = history.grid;
    length = history.end;
    stride = Math.max(1, grid.near());
    int kept = grid.day() + grid.half() + 2;
    from = Math.max(0, length - Math.ceilDiv(kept, stride) * stride);
    x = keep(history.x, from, length);
    dayMean = keep(history.dayMean, from, length);
    deviation = keep(history.deviation, from, length);
    spread = keep(history.spread, from, length);
    level = length == 0 ? 0 : history.level(length - 1);
    noise = length == 0 ? 0 : history.noise(length - 1);
    if (history.weekly) {
      weekDeviation = keep(history.weekDeviation, from, length);
      weekFrom = length - grid.week() - grid.half();
      // A day more than the horizon: the model may be a day old.
      int weekEnd = Math.min(length, length - grid.week() + horizon + grid.day());
      weekMean = keep(history.weekMean, weekFrom, weekEnd);
      weekNear = keep(history.near(weekFrom, weekEnd), 0, weekEnd - weekFrom);
    } else {
      weekDeviation = PackedSeries.of(new double[0]);
      weekFrom = 0;
      weekMean = weekDeviation;
      weekNear = weekDeviation;
    }
  }

  /** Where the history ended: position of the first sample it did not have. */
  int length() {
    return length;
  }

  /**
   * The history as it stands with newer samples.
   *
   * @param newer transformed samples, NaN where absent; the last one is present
   * @param last position of the last of them, not before the kept part and not more than a week
   *     after the history
   */
  SeasonalHistory with(double[] newer, int last) {
    int end = Math.max(length, last + 1);
    double[] nowX = expand(x, length - from, end - from);
    double[] nowMean = expand(dayMean, length - from, end - from);
    double[] nowDeviation = expand(deviation, length - from, end - from);
    double[] nowSpread = expand(spread, length - from, end - from);
    boolean weekly = weekMean.length() > 0;
    double[] nowWeekDeviation =
        weekly ? expand(weekDeviation, length - from, end - from) : new double[0];

    int first = last - newer.length + 1;
    for (int p = Math.max(first, from); p < Math.min(length, last + 1); p++) {
      // Samples that the history had at full resolution; what it left out stays out.
      int i = p - from;
      double value = newer[p - first];
      double change = value - nowX[i];
      if (Double.isNaN(change)) {
        continue;
      }
      nowX[i] = value;
      if (Math.abs(change) > x.tolerance(value)) {
        nowDeviation[i] += change;
        if (weekly) {
          nowWeekDeviation[i] += change;
        }
      }
    }
    double nowLevel = level;
    double nowNoise = noise;
    int day = grid.day();
    double span = Math.clamp(length, 1, 7 * day);
    for (int p = Math.max(length, first); p <= last; p++) {
      int i = p - from;
      nowX[i] = newer[p - first];
    }
    for (int p = length; p <= last; p++) {
      int i = p - from;
      double profile = i >= day ? meanBefore(nowMean, i, day) : Double.NaN;
      nowDeviation[i] = nowX[i] - profile;
      if (weekly) {
        int w = p - grid.week() - weekFrom;
        nowWeekDeviation[i] =
            w < weekMean.length() * stride ? nowX[i] - weekMean.at(w / stride) : Double.NaN;
      }
      smoothInto(nowX, nowMean, i, p, false);
      smoothInto(nowDeviation, nowSpread, i, p, true);
      if (!Double.isNaN(nowDeviation[i])) {
        nowLevel += nowDeviation[i] / span;
        double usual = nowSpread[i - day];
        nowNoise += Double.isNaN(usual) ? 0 : (Math.abs(nowDeviation[i]) - usual) / span;
      }
    }
    if (length == 0) {
      nowLevel = Double.NaN;
      nowNoise = Double.NaN;
    }
    return new SeasonalHistory(
        grid,
        from,
        nowX,
        nowMean,
        nowDeviation,
        nowWeekDeviation,
        nowSpread,
        new SeasonalHistory.KeptWeek(weekFrom, stride, weekMean, weekNear),
        nowLevel,
        Math.max(nowNoise, 0));
  }

  private static double meanBefore(double[] mean, int i, int day) {
    return mean[i - day];
  }

  /** Moves the slot averages that sample i has completed: those up to the smoothing reach back. */
  private void smoothInto(double[] values, double[] mean, int i, int p, boolean absolute) {
    int day = grid.day();
    int reach = grid.smooth();
    int centre = i - reach;
    mean[i] = i >= day ? mean[i - day] : Double.NaN;
    if (centre < 0) {
      return;
    }
    double sum = 0;
    int count = 0;
    for (int k = Math.max(0, centre - reach); k <= i; k++) {
      if (!Double.isNaN(values[k])) {
        sum += absolute ? Math.abs(values[k]) : values[k];
        count++;
      }
    }
    double before = centre >= day ? mean[centre - day] : Double.NaN;
    if (count > 0) {
      double now = sum / count;
      int periods = Math.clamp(p / day + 1, 1, SeasonalHistory.DAYS);
      mean[centre] = Double.isNaN(before) ? now : before + (now - before) / periods;
    }
  }

  /** Means of {@code stride} present entries each, the last block ending at {@code end}. */
  private PackedSeries keep(double[] values, int first, int end) {
    int blocks = Math.ceilDiv(end - first, stride);
    double[] kept = new double[blocks];
    for (int b = 0; b < blocks; b++) {
      double sum = 0;
      int count = 0;
      for (int i = first + b * stride; i < Math.min(end, first + (b + 1) * stride); i++) {
        if (!Double.isNaN(values[i])) {
          sum += values[i];
          count++;
        }
      }
      kept[b] = count == 0 ? Double.NaN : sum / count;
    }
    return PackedSeries.of(kept);
  }

  private double[] expand(PackedSeries kept, int used, int size) {
    double[] values = new double[size];
    kept.repeat(stride, values, used);
    Arrays.fill(values, used, size, Double.NaN);
    return values;
  }
}
