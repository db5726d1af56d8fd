package dev.almanac.simulator.whatif;

import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.simulator.fleet.Resources;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one pod of a workload used, and what it may use.
 *
 * @param cpuCores CPU in cores, the mean of each step, at least 0; empty where it is not known
 * @param memoryBytes memory that cannot be reclaimed (the working set), at least 0; likewise
 * @param limits of one pod; 0 stands for none
 */
public record PodUsage(
    Optional<TimeSeries> cpuCores, Optional<TimeSeries> memoryBytes, Resources limits) {

  /** Refuses negative usage. */
  public PodUsage {
    for (Optional<TimeSeries> usage : List.of(cpuCores, memoryBytes)) {
      for (double value : usage.map(TimeSeries::values).orElse(new double[0])) {
        if (value < 0) {
          throw new IllegalArgumentException("usage is negative: " + value);
        }
      }
    }
  }

  /** The same with other limits. */
  public PodUsage with(Resources other) {
    return new PodUsage(cpuCores, memoryBytes, other);
  }

  /**
   * What requests and limits would have done to a pod with this usage.
   *
   * <p>Its past usage is taken for what it wants: what an old limit held back is not seen. CPU
   * above the limit is throttled by the kernel's quota; CPU above the request, below the limit,
   * runs as long as its node has some to spare. Memory above the limit is a kill by the kernel
   * (cgroup OOM): the container starts anew and comes back to the same usage, so that time above
   * the limit without a break counts as one kill, which is the least that happens.
   *
   * @param throttledMinutes time in which CPU was above the limit; NaN without a history of CPU
   * @param overRequestMinutes time in which CPU was above the request; likewise
   * @param oomKills times that memory went above the limit; NaN without a history of memory
   */
  public record Effects(double throttledMinutes, double overRequestMinutes, double oomKills) {}

  /**
   * The effects from an instant until before another; absent samples count for nothing.
   *
   * @param requests of one pod
   */
  public Effects under(Resources requests, Instant from, Instant to) {
    double throttled = Double.NaN;
    double over = Double.NaN;
    if (cpuCores.isPresent()) {
      TimeSeries cpu = cpuCores.get().between(from, to);
      double minutes = cpu.stepSeconds() / 60.0;
      throttled = 0;
      over = 0;
      for (double used : cpu.values()) { // NaN is above nothing
        throttled += limits.millicores() > 0 && used * 1000 > limits.millicores() ? minutes : 0;
        over += used * 1000 > requests.millicores() ? minutes : 0;
      }
    }
    double kills = Double.NaN;
    if (memoryBytes.isPresent()) {
      kills = 0;
      boolean above = false;
      for (double used : memoryBytes.get().between(from, to).values()) {
        if (Double.isNaN(used)) {
          continue; // whether it came down in between is not known
        }
        boolean now = limits.bytes() > 0 && used > limits.bytes();
        kills += now && !above ? 1 : 0;
        above = now;
      }
    }
    return new Effects(throttled, over, kills);
  }
}
