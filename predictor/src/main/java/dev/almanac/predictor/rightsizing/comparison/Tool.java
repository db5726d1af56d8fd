package dev.almanac.predictor.rightsizing.comparison;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;

import dev.almanac.predictor.rightsizing.RequestAdvisor;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.peers.Autopilot;
import dev.almanac.predictor.rightsizing.peers.Crane;
import dev.almanac.predictor.rightsizing.peers.Krr;
import dev.almanac.predictor.rightsizing.peers.Kubecost;
import dev.almanac.predictor.rightsizing.peers.Vpa;
import dev.almanac.predictor.rightsizing.price.CpuByPrice;
import dev.almanac.predictor.rightsizing.price.MemoryByPrice;
import dev.almanac.predictor.rightsizing.vpa.VpaSettings;

/** The tools that can be asked, each with its defaults, minimums included. */
public enum Tool {
  /** Requests by price. */
  ALMANAC(3 * PER_DAY),
  /** Vertical Pod Autoscaler 1.7, one container in the pod. */
  VPA(1),
  /** KRR, strategy {@code simple} with OOM kills. */
  KRR(100),
  /** Kubecost's request sizing. */
  KUBECOST(2 * PER_DAY),
  /** Crane's percentile recommender. */
  CRANE(PER_DAY),
  /** Autopilot's moving windows. */
  AUTOPILOT(PER_DAY);

  private static final double MEBIBYTE = 1 << 20;

  private final int leastSamples;

  Tool(int leastSamples) {
    this.leastSamples = leastSamples;
  }

  /** Samples that it needs before it says anything. */
  public int leastSamples() {
    return leastSamples;
  }

  /** An advisor that has seen nothing yet. */
  public RequestAdvisor start(Resource resource) {
    boolean cpu = resource == Resource.CPU;
    return switch (this) {
      case ALMANAC ->
          cpu
              ? new CpuByPrice(CpuByPrice.Settings.DEFAULTS)
              : new MemoryByPrice(MemoryByPrice.Settings.DEFAULTS);
      case VPA -> new Vpa(resource, VpaSettings.DEFAULTS, false);
      case KRR -> Krr.of(resource, cpu ? 0.01 : 100 * MEBIBYTE);
      case KUBECOST -> new Kubecost(Kubecost.TARGET_UTILIZATION, cpu ? 0.01 : 20 * MEBIBYTE);
      case CRANE -> new Crane(resource, 0);
      case AUTOPILOT -> new Autopilot(resource, 0);
    };
  }
}
