package dev.almanac.simulator.demand;

import dev.almanac.predictor.series.TimeSeries;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.IntToDoubleFunction;

/**
 * The demand on a workload, in the workload's own unit, constant inside a minute and read on ticks
 * of 15 s. Tick {@code k} is the time {@code [start + 15 k, start + 15 (k + 1))} in seconds.
 *
 * <p>NaN means unknown. Unknown demand is never zero and never filled in: a tick without demand is
 * not scored, and a metric over nothing but unknown demand has no sample. Known demand is finite,
 * from 0 to {@value #MAX_DEMAND}. Immutable.
 */
public final class DemandTrace {

  /** Length of a tick: the sync period of HPA and the default interval of a decision. */
  public static final int TICK_SECONDS = 15;

  /** Larger samples are refused; no unit makes sense of them. */
  public static final double MAX_DEMAND = 1e18;

  /** A little over five years. */
  static final int MAX_MINUTES = 2_700_000;

  private static final int MINUTE_SECONDS = 60;
  private static final int TICKS_PER_MINUTE = MINUTE_SECONDS / TICK_SECONDS;

  private final long startEpochSecond;
  private final double[] minutes;
  private final double noise;
  private final int hash; // kept: a study looks the same long traces up again and again

  private DemandTrace(long startEpochSecond, double[] minutes, double noise) {
    this.startEpochSecond = startEpochSecond;
    this.minutes = minutes;
    this.noise = noise;
    this.hash = 31 * Long.hashCode(startEpochSecond) + Arrays.hashCode(minutes);
  }

  /**
   * Brings a series to minutes. Sample {@code i} stands for the time from its own instant to that
   * of sample {@code i + 1}; negative samples count as 0.
   *
   * <ul>
   *   <li>Step 60 s: as it is. Shorter: the mean of the samples that begin in a minute, unknown
   *       when all of them are absent.
   *   <li>Longer: linear between the centres of the intervals, times lognormal noise of mean 1 that
   *       is as strong as the series' own high-frequency residual ({@link #noise}). A minute is
   *       known when its own interval is; towards an absent neighbour, as at both ends, the value
   *       of the interval itself is kept.
   * </ul>
   *
   * @param series the demand; an incomplete last minute is dropped
   * @param seed of the noise; same series and seed, same bytes on every machine
   * @throws IllegalArgumentException when a sample is above {@link #MAX_DEMAND} or the series is
   *     longer than five years
   */
  public static DemandTrace of(TimeSeries series, long seed) {
    // The algorithm of java.util.Random is fixed by its specification, that of other generators is
    // not.
    return of(series, new Random(seed)::nextGaussian);
  }

  static DemandTrace of(TimeSeries series, DoubleSupplier standardNormals) {
    long length = (long) series.length() * series.stepSeconds() / MINUTE_SECONDS;
    if (length > MAX_MINUTES) {
      throw new IllegalArgumentException(
          "a trace may have %,d minutes, this series has %,d".formatted(MAX_MINUTES, length));
    }
    double[] samples = checked(series.values());
    int step = series.stepSeconds();
    if (step <= MINUTE_SECONDS) {
      return new DemandTrace(
          series.startEpochSecond(), MinuteDemand.ofFine(samples, step, (int) length), 0);
    }
    double noise = MinuteDemand.noise(samples);
    return new DemandTrace(
        series.startEpochSecond(),
        MinuteDemand.ofCoarse(samples, step, (int) length, noise, standardNormals),
        noise);
  }

  private static double[] checked(double[] values) {
    double[] samples = values.clone();
    for (int i = 0; i < samples.length; i++) {
      if (samples[i] > MAX_DEMAND) {
        throw new IllegalArgumentException(
            "demand is at most %s, sample %,d is %s".formatted(MAX_DEMAND, i + 1, samples[i]));
      }
      samples[i] = Math.max(samples[i], 0); // NaN stays NaN
    }
    return samples;
  }

  /** First instant of tick 0. */
  public Instant start() {
    return Instant.ofEpochSecond(startEpochSecond);
  }

  /** First instant after the last tick. */
  public Instant end() {
    return Instant.ofEpochSecond(tickEpochSecond(ticks()));
  }

  /** Number of ticks, unknown ones included. */
  public int ticks() {
    return minutes.length * TICKS_PER_MINUTE;
  }

  /** First second of a tick; the tick may lie outside the trace. */
  public long tickEpochSecond(int tick) {
    return startEpochSecond + (long) tick * TICK_SECONDS;
  }

  /** First tick that begins at or after an instant, from 0 to {@link #ticks}. */
  public int firstTickFrom(Instant instant) {
    long second = instant.getEpochSecond() + (instant.getNano() > 0 ? 1 : 0);
    return (int) Math.clamp(Math.ceilDiv(second - startEpochSecond, TICK_SECONDS), 0, ticks());
  }

  /** Number of minutes, unknown ones included. */
  public int minutes() {
    return minutes.length;
  }

  /** Demand in a minute, NaN when it is unknown or the minute lies outside the trace. */
  public double minute(int minute) {
    return minute < 0 || minute >= minutes.length ? Double.NaN : minutes[minute];
  }

  /**
   * Copies minutes to {@code at}, {@code at + stride} and so on, as {@link #minute} has them.
   *
   * @return whether all of them are known; where not, some may still be
   */
  public boolean copy(int from, int count, double[] to, int at, int stride) {
    if (from < 0 || from > minutes.length - count) {
      for (int i = 0; i < count; i++) {
        to[at + i * stride] = minute(from + i);
      }
      return false;
    }
    double sum = 0; // of numbers of at least 0: NaN exactly when one of them is
    for (int i = 0; i < count; i++) {
      double demand = minutes[from + i];
      to[at + i * stride] = demand;
      sum += demand;
    }
    return !Double.isNaN(sum);
  }

  /**
   * The same trace with each minute multiplied.
   *
   * @param multiples by minute, finite, at least 0
   */
  public DemandTrace times(IntToDoubleFunction multiples) {
    double[] grown = new double[minutes.length];
    for (int m = 0; m < grown.length; m++) {
      grown[m] = Math.min(minutes[m] * multiples.applyAsDouble(m), MAX_DEMAND);
    }
    return new DemandTrace(startEpochSecond, grown, noise);
  }

  /** Demand during a tick, NaN when it is unknown or the tick lies outside the trace. */
  public double at(int tick) {
    return tick < 0 || tick >= ticks() ? Double.NaN : minutes[tick / TICKS_PER_MINUTE];
  }

  /**
   * Mean demand over the known part of {@code [from, to)}, NaN when none of it is known. The time
   * is proportional to the range, and nothing outside of it is read: a sum kept from the start of
   * the trace would lose the digits of small demand after large.
   */
  public double mean(long fromEpochSecond, long toEpochSecond) {
    long end = (long) minutes.length * MINUTE_SECONDS;
    long from = Math.clamp(fromEpochSecond - startEpochSecond, 0, end);
    long to = Math.clamp(toEpochSecond - startEpochSecond, 0, end);
    double sum = 0;
    long known = 0;
    while (from < to) {
      int minute = (int) (from / MINUTE_SECONDS);
      long until = Math.min(to, (minute + 1L) * MINUTE_SECONDS);
      if (!Double.isNaN(minutes[minute])) {
        sum += minutes[minute] * (until - from);
        known += until - from;
      }
      from = until;
    }
    return known == 0 ? Double.NaN : sum / known;
  }

  /**
   * The share of the demand that lies at or below is {@code probability}: linear between the
   * ordered known minutes, as R's type 7.
   *
   * @param probability in [0, 1]
   * @return NaN when no demand is known
   */
  public double quantile(double probability) {
    double[] sorted = Arrays.stream(minutes).filter(v -> !Double.isNaN(v)).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : MinuteDemand.quantile(sorted, probability);
  }

  /**
   * The capacity of a replica at which the 99.95 % quantile of the demand needs a given number of
   * them: how series of different units are brought to one size.
   *
   * @param peakReplicas above 0
   * @throws IllegalStateException when that quantile is zero or unknown
   */
  public double perReplicaForPeak(double peakReplicas) {
    double peak = quantile(0.9995);
    if (!(peak > 0)) {
      throw new IllegalStateException(
          "demand has no peak to go by: its 99.95 % point is "
              + (Double.isNaN(peak) ? "unknown" : "0"));
    }
    return peak / peakReplicas;
  }

  /**
   * Standard deviation of the logarithm of the minute noise that was added, 0 to 0.25; 0 for series
   * of 60 s and shorter steps, whose noise is their own.
   */
  public double noise() {
    return noise;
  }

  /** Equal start and equal demand in every minute, bit for bit. */
  @Override
  public boolean equals(Object other) {
    return other instanceof DemandTrace t
        && t.startEpochSecond == startEpochSecond
        && t.hash == hash
        && (t.minutes == minutes || Arrays.equals(t.minutes, minutes));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return "DemandTrace[%s + %d min]".formatted(start(), minutes.length);
  }
}
