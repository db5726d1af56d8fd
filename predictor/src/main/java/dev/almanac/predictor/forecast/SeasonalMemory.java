package dev.almanac.predictor.forecast;

import dev.almanac.predictor.forecast.SeasonalHistory.Grid;

/**
 * What has to be kept of a history to forecast from its end, and from later origins, until the next
 * fit: the last day and one hour, and the averages of last week and similar days that horizons will
 * meet. In 16 bits each; on grids finer than five minutes as five-minute means.
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
  private final PackedSeries similar;
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
      similar = keep(WholeTrack.ofEntries(similar(history, weekEnd)), 0, weekEnd - weekFrom);
      weekNear = keep(WholeTrack.ofEntries(history.near(weekFrom, weekEnd)), 0, weekEnd - weekFrom);
    } else {
      weekDeviation = PackedSeries.of(new double[0]);
      weekFrom = 0;
      similar = weekDeviation;
      weekNear = weekDeviation;
    }
  }

  /** What {@link SeasonalHistory.KeptWeek#similar} holds, at every step. */
  private double[] similar(SeasonalHistory history, int weekEnd) {
    double[] means = new double[weekEnd - weekFrom];
    for (int i = 0; i < means.length; i++) {
      int position = weekFrom + i + grid.week();
      means[i] =
          history.similar(Math.min(position, length) - 1, Math.max(position - length + 1, 1));
    }
    return means;
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
   * @param steps horizons beyond this will not be asked for
   */
  SeasonalHistory with(double[] newer, int last, int steps) {
    int end = Math.max(length, last + 1);
    int first = last - newer.length + 1;
    // What may change: from the first newer sample on, and the averages that new ones complete.
    int open = Math.max(Math.min(first, length - 2 * grid.smooth()), from) - from;
    KeptTrack nowX = extended(x, open, end);
    KeptTrack nowMean = extended(dayMean, open, end);
    KeptTrack nowDeviation = extended(deviation, open, end);
    KeptTrack nowSpread = extended(spread, open, end);
    boolean weekly = similar.length() > 0;
    KeptTrack nowWeekDeviation =
        weekly ? extended(weekDeviation, open, end) : KeptTrack.of(weekDeviation, stride, 0, 0, 0);

    for (int p = Math.max(first, from); p < Math.min(length, last + 1); p++) {
      // Samples that the history had at full resolution; what it left out stays out.
      int i = p - from;
      double value = newer[p - first];
      double change = value - nowX.at(i);
      if (Double.isNaN(change)) {
        continue;
      }
      nowX.set(i, value);
      if (Math.abs(change) > x.tolerance(value)) {
        nowDeviation.set(i, nowDeviation.at(i) + change);
        if (weekly) {
          nowWeekDeviation.set(i, nowWeekDeviation.at(i) + change);
        }
      }
    }
    double nowLevel = level;
    double nowNoise = noise;
    int day = grid.day();
    double span = Math.clamp(length, 1, 7 * day);
    for (int p = Math.max(length, first); p <= last; p++) {
      nowX.set(p - from, newer[p - first]);
    }
    KeptTrack sizes = nowDeviation.absolute();
    // Averages of slots after the history are met by horizons of about a day only.
    boolean met = last - length + steps + 2 * grid.smooth() >= day;
    for (int p = length; p <= last; p++) {
      int i = p - from;
      double profile = i >= day ? nowMean.at(i - day) : Double.NaN;
      nowDeviation.set(i, nowX.at(i) - profile);
      if (weekly) {
        int w = p - grid.week() - weekFrom;
        nowWeekDeviation.set(
            i, w < similar.length() * stride ? nowX.at(i) - similar.at(w / stride) : Double.NaN);
      }
      if (met) {
        smoothInto(nowX, nowMean, i, p);
        smoothInto(sizes, nowSpread, i, p);
      }
      if (!Double.isNaN(nowDeviation.at(i))) {
        nowLevel += nowDeviation.at(i) / span;
        double usual = nowSpread.at(i - day);
        nowNoise += Double.isNaN(usual) ? 0 : (sizes.at(i) - usual) / span;
      }
    }
    if (length == 0) {
      nowLevel = Double.NaN;
      nowNoise = Double.NaN;
    }
    return new SeasonalHistory(
        grid,
        from,
        last,
        nowX,
        nowMean,
        nowDeviation,
        nowWeekDeviation,
        nowSpread,
        new SeasonalHistory.KeptWeek(weekFrom, stride, similar, weekNear),
        nowLevel,
        Math.max(nowNoise, 0));
  }

  /** Moves the slot averages that sample i has completed: those up to the smoothing reach back. */
  private void smoothInto(KeptTrack values, KeptTrack mean, int i, int p) {
    int day = grid.day();
    int reach = grid.smooth();
    int centre = i - reach;
    mean.set(i, i >= day ? mean.at(i - day) : Double.NaN);
    if (centre < 0) {
      return;
    }
    double now = values.mean(Math.max(0, centre - reach), i + 1);
    if (!Double.isNaN(now)) {
      double before = centre >= day ? mean.at(centre - day) : Double.NaN;
      int periods = Math.clamp(p / day + 1, 1, SeasonalHistory.DAYS);
      mean.set(centre, Double.isNaN(before) ? now : before + (now - before) / periods);
    }
  }

  /** Means of {@code stride} present entries each, the last block ending at {@code end}. */
  private PackedSeries keep(Track values, int first, int end) {
    int blocks = Math.ceilDiv(end - first, stride);
    double[] kept = new double[blocks];
    for (int b = 0; b < blocks; b++) {
      double sum = 0;
      int count = 0;
      for (int i = first + b * stride; i < Math.min(end, first + (b + 1) * stride); i++) {
        double value = values.at(i);
        if (!Double.isNaN(value)) {
          sum += value;
          count++;
        }
      }
      kept[b] = count == 0 ? Double.NaN : sum / count;
    }
    return PackedSeries.of(kept);
  }

  /** A kept series up to a later end, open from an index on. */
  private KeptTrack extended(PackedSeries kept, int open, int end) {
    return KeptTrack.of(kept, stride, length - from, open, end - from);
  }
}
