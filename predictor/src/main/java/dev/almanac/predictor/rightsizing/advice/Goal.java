package dev.almanac.predictor.rightsizing.advice;

/**
 * What idling may cost against being short. The prices are points of the fronts in
 * docs/benchmarks/rightsizing.md, where the middle one idles as much as VPA does.
 */
public enum Goal {
  /** Idle least. */
  SAVINGS(0.35, 0.8),
  /** As much slack as VPA, at about half of its short time. */
  BALANCED(0.2, 0.4),
  /** Be short least. */
  RELIABILITY(0.05, 0.2);

  private final double cpuPrice;
  private final double memoryPrice;

  Goal(double cpuPrice, double memoryPrice) {
    this.cpuPrice = cpuPrice;
    this.memoryPrice = memoryPrice;
  }

  double cpuPrice() {
    return cpuPrice;
  }

  double memoryPrice() {
    return memoryPrice;
  }
}
