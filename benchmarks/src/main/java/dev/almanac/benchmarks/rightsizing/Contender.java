package dev.almanac.benchmarks.rightsizing;

import dev.almanac.predictor.rightsizing.RequestAdvisor;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.peers.Autopilot;
import dev.almanac.predictor.rightsizing.peers.Crane;
import dev.almanac.predictor.rightsizing.peers.Krr;
import dev.almanac.predictor.rightsizing.peers.Kubecost;
import dev.almanac.predictor.rightsizing.peers.Vpa;
import dev.almanac.predictor.rightsizing.price.CpuByPrice;
import dev.almanac.predictor.rightsizing.price.CpuPromise;
import dev.almanac.predictor.rightsizing.price.MemoryByPrice;
import dev.almanac.predictor.rightsizing.vpa.VpaSettings;
import dev.almanac.predictor.rightsizing.vpa.VpaSettings.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A strategy with its knobs set.
 *
 * @param family strategies that differ in one knob alone
 * @param knob its value
 * @param standard whether this is the default of the tool
 */
record Contender(String family, double knob, boolean standard, Supplier<RequestAdvisor> advisor) {
  static final String VPA = "VPA";
  static final String PRICE = "request by price";
  static final String PROMISE = "promise";

  /** Smallest request: the same for all, so that minimums of tools do not decide. */
  static final double LEAST_CORES = 0.01;

  static final double LEAST_BYTES = 0.01 * (1L << 30);

  private static final double[] PERCENTILES = {0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 1};
  private static final double[] MARGINS = {0.05, 0.15};

  static List<Contender> all(Resource resource) {
    return resource == Resource.CPU ? cpu() : memory();
  }

  private static List<Contender> cpu() {
    List<Contender> all = new ArrayList<>();
    all.add(vpa(Resource.CPU, VPA, 0.9, 0.15, false));
    for (double margin : MARGINS) {
      for (double p : PERCENTILES) {
        all.add(vpa(Resource.CPU, "VPA tuned, +%.0f %%".formatted(100 * margin), p, margin, false));
        all.add(
            vpa(
                Resource.CPU,
                "VPA tuned, +%.0f %%, raised hourly".formatted(100 * margin),
                p,
                margin,
                true));
      }
    }
    for (double p : new double[] {0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 1}) {
      all.add(new Contender("KRR", p, p == Krr.CPU_PERCENTILE, () -> Krr.cpu(p, LEAST_CORES)));
    }
    all.add(
        new Contender(
            "Kubecost",
            Kubecost.TARGET_UTILIZATION,
            true,
            () -> new Kubecost(Kubecost.TARGET_UTILIZATION, LEAST_CORES)));
    all.add(new Contender("Crane", 0.99, true, () -> new Crane(Resource.CPU, LEAST_CORES)));
    all.add(new Contender("Autopilot", 0.95, true, () -> new Autopilot(Resource.CPU, LEAST_CORES)));
    CpuByPrice.Settings settings = CpuByPrice.Settings.DEFAULTS;
    for (double price :
        new double[] {
          0.001, 0.01, 0.03, 0.05, 0.08, 0.1, 0.12, 0.15, 0.17, 0.2, 0.25, 0.3, 0.35, 0.42, 0.5,
          0.65, 0.8, 1.2, 2, 3.5
        }) {
      all.add(
          new Contender(
              PRICE,
              price,
              price == settings.price(),
              () -> new CpuByPrice(settings.withPrice(price))));
    }
    for (double share : new double[] {0.02, 0.01, 0.005, 0.002}) {
      all.add(new Contender(PROMISE, share, true, () -> new CpuPromise(settings, share)));
    }
    return all;
  }

  private static List<Contender> memory() {
    List<Contender> all = new ArrayList<>();
    all.add(vpa(Resource.MEMORY, VPA, 0.9, 0.15, false));
    for (double p : new double[] {0.9, 1}) {
      for (double margin : new double[] {0, 0.05, 0.1, 0.15, 0.25, 0.4}) {
        all.add(vpa(Resource.MEMORY, "VPA tuned, p%.0f".formatted(100 * p), p, margin, false));
      }
    }
    for (double factor : new double[] {1, 1.02, 1.05, 1.1, 1.15, 1.25}) {
      all.add(
          new Contender(
              "KRR", factor, factor == Krr.MEMORY_BUFFER, () -> Krr.memory(factor, LEAST_BYTES)));
    }
    all.add(
        new Contender(
            "Kubecost",
            Kubecost.TARGET_UTILIZATION,
            true,
            () -> new Kubecost(Kubecost.TARGET_UTILIZATION, LEAST_BYTES)));
    all.add(new Contender("Crane", 0.99, true, () -> new Crane(Resource.MEMORY, LEAST_BYTES)));
    all.add(
        new Contender("Autopilot", 0.98, true, () -> new Autopilot(Resource.MEMORY, LEAST_BYTES)));
    MemoryByPrice.Settings settings = MemoryByPrice.Settings.DEFAULTS;
    for (double price :
        new double[] {
          0.05, 0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.95, 1.1, 1.3, 1.5, 2.2
        }) {
      all.add(
          new Contender(
              PRICE,
              price,
              price == settings.price(),
              () -> new MemoryByPrice(settings.withPrice(price))));
    }
    for (double days : new double[] {3, 1, 0.5, 0.25}) {
      all.add(
          new Contender(PROMISE, days, true, () -> new MemoryByPrice(settings.promising(days))));
    }
    return all;
  }

  /** Without minimums, which would hide the estimate of a small container. */
  private static Contender vpa(
      Resource resource, String family, double percentile, double margin, boolean raises) {
    VpaSettings base = VpaSettings.DEFAULTS;
    Bounds bounds =
        new Bounds(
            percentile, base.cpu().lower(), base.cpu().upper(), base.cpu().confidenceInterval());
    VpaSettings settings =
        new VpaSettings(
            bounds,
            bounds,
            base.cpuHalfLife(),
            base.memoryHalfLife(),
            base.memoryInterval(),
            base.memoryIntervalCount(),
            base.oomBumpRatio(),
            base.oomMinBumpBytes(),
            margin,
            0,
            0);
    double knob = family.endsWith("p90") || family.endsWith("p100") ? margin : percentile;
    return new Contender(
        family, knob, family.equals(VPA), () -> new Vpa(resource, settings, raises));
  }

  /** As it stands in a table. */
  String label() {
    return family.equals(VPA) ? family : "%s %s".formatted(family, knob);
  }
}
