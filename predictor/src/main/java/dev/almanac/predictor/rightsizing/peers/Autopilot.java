package dev.almanac.predictor.rightsizing.peers;

import dev.almanac.predictor.rightsizing.RequestAdvisor;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.vpa.BucketLayout;
import dev.almanac.predictor.rightsizing.vpa.Histogram;
import java.time.Duration;
import java.time.Instant;

/**
 * Autopilot's moving windows (Rzadca et al., EuroSys 2020, doi 10.1145/3342195.3387524): the 95th
 * percentile of CPU by load, the 98th of memory by time, with 10 % on top, and never below what it
 * said an hour ago.
 *
 * <p>By load means that a sample weighs as much as it uses: half of the work, not half of the time,
 * is below the median.
 */
public final class Autopilot implements RequestAdvisor {
  private static final int STEP_SECONDS = 300;
  private static final double CPU_PERCENTILE = 0.95;
  private static final double MEMORY_PERCENTILE = 0.98;
  private static final double MARGIN = 1.10;
  private static final double EPSILON = 1e-9;

  /** The paper has about 400 buckets for CPU. */
  private static final double RATIO = 1.02;

  private final boolean byLoad;
  private final double percentile;
  private final double unit;
  private final double least;
  private final Histogram histogram;
  private Instant now = Instant.EPOCH;
  private double anHourAgo;

  /**
   * One resource.
   *
   * @param least in cores or bytes
   */
  public Autopilot(Resource resource, double least) {
    boolean cpu = resource == Resource.CPU;
    byLoad = cpu;
    percentile = cpu ? CPU_PERCENTILE : MEMORY_PERCENTILE;
    unit = cpu ? 1 : 1 << 30;
    this.least = least;
    histogram =
        Histogram.decaying(
            BucketLayout.exponential(1000, 0.001, RATIO, EPSILON), Duration.ofHours(cpu ? 12 : 48));
  }

  @Override
  public void observe(double[] usage, int from, int to) {
    for (int i = from; i < to; i++) {
      long step = now.getEpochSecond() / STEP_SECONDS;
      if (step % PER_HOUR == 0 && (step / PER_HOUR) % 24 == 23) {
        anHourAgo = estimate();
      }
      now = now.plusSeconds(STEP_SECONDS);
      if (!Double.isNaN(usage[i])) {
        double value = usage[i] / unit;
        histogram.add(value, byLoad ? value : 1, now);
      }
    }
  }

  @Override
  public double daily(double current) {
    return Math.max(Math.max(estimate(), anHourAgo), least);
  }

  private double estimate() {
    return histogram.percentile(percentile) * MARGIN * unit;
  }
}
