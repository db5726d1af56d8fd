package dev.almanac.predictor.rightsizing.peers;

import dev.almanac.predictor.rightsizing.RequestAdvisor;
import dev.almanac.predictor.rightsizing.SampleWindow;

/** Kubecost's request sizing: the maximum of the window over a target utilization. */
public final class Kubecost implements RequestAdvisor {
  /** Days of the window that the API's examples use. */
  public static final int WINDOW_DAYS = 7;

  /** Default of the API. */
  public static final double TARGET_UTILIZATION = 0.7;

  private final double utilization;
  private final double least;
  private final SampleWindow usage = new SampleWindow(WINDOW_DAYS * PER_DAY);

  /**
   * One resource.
   *
   * @param utilization share of the request that the maximum is to use, in (0, 1]
   * @param least in cores or bytes
   */
  public Kubecost(double utilization, double least) {
    if (!(utilization > 0 && utilization <= 1)) {
      throw new IllegalArgumentException("utilization must be in (0, 1], was " + utilization);
    }
    this.utilization = utilization;
    this.least = least;
  }

  @Override
  public void observe(double[] samples, int from, int to) {
    usage.add(samples, from, to);
  }

  @Override
  public double daily(double current) {
    return Math.max(usage.max() / utilization, least);
  }
}
