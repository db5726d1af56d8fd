package dev.almanac.predictor.scaling.hpa;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * A log as parallel arrays, for the functions on plain numbers. Seconds as binary64 are exact to a
 * nanosecond for ages of up to three weeks, so comparisons at a window's edge hold.
 */
record Ages(double[] seconds, int[] values) {

  static <T> Ages of(List<T> log, Instant now, Function<T, Instant> at, ToIntFunction<T> value) {
    double[] seconds = new double[log.size()];
    int[] values = new int[log.size()];
    for (int i = 0; i < seconds.length; i++) {
      seconds[i] = seconds(at.apply(log.get(i)), now);
      values[i] = value.applyAsInt(log.get(i));
    }
    return new Ages(seconds, values);
  }

  /** As those of the {@link Duration} between the two, without making one. */
  static double seconds(Instant from, Instant to) {
    long seconds = to.getEpochSecond() - from.getEpochSecond();
    int nanos = to.getNano() - from.getNano();
    return nanos < 0 ? seconds - 1 + (nanos + 1_000_000_000) / 1e9 : seconds + nanos / 1e9;
  }

  static double seconds(Duration duration) {
    return duration.getSeconds() + duration.getNano() / 1e9;
  }
}
