package dev.almanac.predictor.rightsizing.peers;

import dev.almanac.predictor.rightsizing.RequestAdvisor;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.vpa.BucketLayout;
import dev.almanac.predictor.rightsizing.vpa.Histogram;
import java.time.Duration;
import java.time.Instant;

/**
 * Crane's percentile recommender: a decaying histogram as VPA has it, but with buckets of one width
 * (0.1 core, 100 MiB), at the 99th percentile with 15 % on top. No CPU answer is below 115
 * millicores therefore. An OOM kill counts for a week.
 */
public final class Crane implements RequestAdvisor {
  private static final int STEP_SECONDS = 300;
  private static final double PERCENTILE = 0.99;
  private static final double MARGIN = 1.15;
  private static final double EPSILON = 1e-10;
  private static final double MEBIBYTE = 1 << 20;
  private static final double OOM_LEAST = 100 * MEBIBYTE;
  private static final Duration OOM_MEMORY = Duration.ofDays(7);

  private final Histogram histogram;
  private final double least;
  private Instant now = Instant.EPOCH;
  private Instant lastOom = Instant.EPOCH.minus(OOM_MEMORY);
  private double oomRequest;

  /**
   * One resource.
   *
   * @param least in cores or bytes
   */
  public Crane(Resource resource, double least) {
    histogram =
        resource == Resource.CPU
            ? Histogram.decaying(BucketLayout.linear(100, 0.1, EPSILON), Duration.ofHours(24))
            : Histogram.decaying(
                BucketLayout.linear(100_000 * MEBIBYTE, 100 * MEBIBYTE, EPSILON),
                Duration.ofHours(48));
    this.least = least;
  }

  @Override
  public void observe(double[] usage, int from, int to) {
    for (int i = from; i < to; i++) {
      now = now.plusSeconds(STEP_SECONDS);
      if (!Double.isNaN(usage[i])) {
        histogram.add(usage[i], 1, now);
      }
    }
  }

  @Override
  public double daily(double current) {
    double request = Math.max(histogram.percentile(PERCENTILE) * MARGIN, least);
    boolean oomCounts = now.isBefore(lastOom.plus(OOM_MEMORY));
    return oomCounts ? Math.max(request, oomRequest) : request;
  }

  @Override
  public double afterOom(double limit) {
    lastOom = now;
    oomRequest = Math.max(limit + OOM_LEAST, limit * OOM_FACTOR);
    return oomRequest;
  }
}
