package dev.almanac.predictor.rightsizing.vpa;

import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.vpa.VpaSettings.Bounds;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * From what is known about the containers of a pod to what they should request.
 *
 * <p>Each value is a percentile, then a margin, then, for the bounds, widened by how little is
 * known, then at least the minimum; cut off to whole millicores or bytes after every step ({@code
 * recommender/logic/estimator.go}, {@code recommender.go}).
 */
public final class Estimator {
  /** The upper bound is twice as high after one interval, and 1/n higher after n. */
  private static final Widening UPPER = new Widening(1, 1);

  /** The lower bound is about 0.2 % lower after one interval: it tightens within minutes. */
  private static final Widening LOWER = new Widening(0.001, -2);

  private static final Widening NONE = new Widening(0, 1);

  private static final long MEBIBYTE = 1024 * 1024;

  private final VpaSettings settings;

  /** An estimator with the flags of one recommender. */
  public Estimator(VpaSettings settings) {
    this.settings = settings;
  }

  /**
   * A factor for little history: {@code (1 + multiplier / confidence)^exponent}.
   *
   * @param multiplier at least 0
   */
  record Widening(double multiplier, double exponent) {
    long apply(long amount, double confidence) {
      return Amount.scale(amount, Binary64.pow(1 + multiplier / confidence, exponent));
    }
  }

  /**
   * Recommendations for the containers of one pod template, by name. The minimum of the pod is
   * divided by the number of containers.
   */
  public Map<String, Recommendation> recommend(Map<String, Aggregate> containers) {
    long cpuMin = Amount.ofCores(settings.podMinCpuMillicores() * 0.001);
    long memoryMin = Amount.of(settings.podMinMemoryMebibytes() * MEBIBYTE);
    double fraction = 1.0 / containers.size();
    ResourceList minimum =
        ResourceList.of(Amount.scale(cpuMin, fraction), Amount.scale(memoryMin, fraction));
    Map<String, Recommendation> recommendations = new LinkedHashMap<>();
    containers.forEach(
        (name, aggregate) -> recommendations.put(name, recommend(aggregate, minimum)));
    return recommendations;
  }

  private Recommendation recommend(Aggregate aggregate, ResourceList minimum) {
    Bounds cpu = settings.cpu();
    Bounds memory = settings.memory();
    ResourceList target = estimate(aggregate, cpu.target(), memory.target(), NONE, minimum);
    ResourceList lower = estimate(aggregate, cpu.lower(), memory.lower(), LOWER, minimum);
    ResourceList upper = estimate(aggregate, cpu.upper(), memory.upper(), UPPER, minimum);
    return new Recommendation(target, lower, upper, target);
  }

  private ResourceList estimate(
      Aggregate aggregate,
      double cpuShare,
      double memoryShare,
      Widening widening,
      ResourceList minimum) {
    long cpu = withMargin(Amount.ofCores(aggregate.cpu().percentile(cpuShare)), margin());
    long memory = withMargin(Amount.of(aggregate.memory().percentile(memoryShare)), margin());
    if (widening != NONE) {
      cpu = widening.apply(cpu, aggregate.confidence(settings.cpu().confidenceInterval()));
      memory = widening.apply(memory, aggregate.confidence(settings.memory().confidenceInterval()));
    }
    return atLeast(ResourceList.of(cpu, memory), minimum);
  }

  private double margin() {
    return settings.marginFraction();
  }

  static long withMargin(long amount, double fraction) {
    return amount + Amount.scale(amount, fraction);
  }

  /** Each resource at least its minimum; a resource without one stays. */
  static ResourceList atLeast(ResourceList amounts, ResourceList minimum) {
    ResourceList raised = amounts;
    for (var resource : minimum.amounts().keySet()) {
      raised = raised.map(resource, amount -> Math.max(amount, minimum.orZero(resource)));
    }
    return raised;
  }
}
