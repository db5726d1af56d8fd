package dev.almanac.predictor.rightsizing.peers;

import dev.almanac.predictor.rightsizing.RequestAdvisor;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.SampleWindow;

/**
 * The {@code simple} strategy of KRR: a percentile of CPU, the maximum of memory with a margin, of
 * the last two weeks, and 25 % more than any limit at which there was an OOM kill ({@code
 * --use_oomkill_data}).
 */
public final class Krr implements RequestAdvisor {
  /** {@code --history-duration}. */
  public static final int HISTORY_DAYS = 14;

  /** {@code --cpu-percentile}. */
  public static final double CPU_PERCENTILE = 0.95;

  /** {@code --memory-buffer-percentage}, as a factor. */
  public static final double MEMORY_BUFFER = 1.15;

  private static final double OOM_BUFFER = 1.25;

  private final double percentile;
  private final double factor;
  private final double least;
  private final SampleWindow usage = new SampleWindow(HISTORY_DAYS * PER_DAY);
  private final SampleWindow oomLimits = new SampleWindow(HISTORY_DAYS + 1);
  private double oomLimitToday = Double.NaN;
  private long samples;

  private Krr(double percentile, double factor, double least) {
    this.percentile = percentile;
    this.factor = factor;
    this.least = least;
  }

  /**
   * With its defaults.
   *
   * @param least in cores or bytes
   */
  public static Krr of(Resource resource, double least) {
    return resource == Resource.CPU ? cpu(CPU_PERCENTILE, least) : memory(MEMORY_BUFFER, least);
  }

  /** CPU at a percentile, 0 to 1. */
  public static Krr cpu(double percentile, double least) {
    return new Krr(percentile, 1, least);
  }

  /** Memory at the maximum times a factor. */
  public static Krr memory(double factor, double least) {
    return new Krr(1, factor, least);
  }

  @Override
  public void observe(double[] samplesNow, int from, int to) {
    for (int i = from; i < to; i++) {
      usage.add(samplesNow[i]);
      if (++samples % PER_DAY == 0) {
        oomLimits.add(oomLimitToday);
        oomLimitToday = Double.NaN;
      }
    }
  }

  @Override
  public double daily(double current) {
    double request = usage.quantile(percentile) * factor;
    double afterOoms = oomLimits.max() * OOM_BUFFER;
    return Math.max(Double.isNaN(afterOoms) ? request : Math.max(request, afterOoms), least);
  }

  @Override
  public double afterOom(double limit) {
    oomLimitToday = Double.isNaN(oomLimitToday) ? limit : Math.max(oomLimitToday, limit);
    return limit * OOM_BUFFER;
  }
}
