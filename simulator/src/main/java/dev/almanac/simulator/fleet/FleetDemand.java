package dev.almanac.simulator.fleet;

import dev.almanac.simulator.demand.DemandTrace;
import java.time.Instant;
import java.util.List;

/**
 * Demand of one workload: a trace that many scenarios share, and what this one makes of it. Nothing
 * is copied.
 *
 * @param trace as it was
 * @param factor of growth, finite, at least 0
 * @param surges laid over it
 */
public record FleetDemand(DemandTrace trace, double factor, List<Surge> surges) {

  /** Copies the list; refuses a factor that makes no sense. */
  public FleetDemand {
    surges = List.copyOf(surges);
    if (!(factor >= 0) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("growth must be finite and >= 0, was " + factor);
    }
  }

  /** A trace as it was. */
  public static FleetDemand of(DemandTrace trace) {
    return new FleetDemand(trace, 1, List.of());
  }

  /** Grown once more. */
  public FleetDemand times(double more) {
    return new FleetDemand(trace, factor * more, surges);
  }

  /** With one more event. */
  public FleetDemand with(Surge surge) {
    List<Surge> all = new java.util.ArrayList<>(surges);
    all.add(surge);
    return new FleetDemand(trace, factor, all);
  }

  /** The minute of the trace in which a scenario begins; negative before the trace. */
  int minuteOf(Instant start) {
    return Math.toIntExact(
        Math.floorDiv(start.getEpochSecond() - trace.start().getEpochSecond(), 60L));
  }

  /** What the trace's demand is multiplied with in a minute of a scenario. */
  double multipleAt(int minute) {
    double multiple = factor;
    for (int i = 0; i < surges.size(); i++) {
      multiple *= surges.get(i).at(minute);
    }
    return multiple;
  }

  /** The same demand as a trace of its own. */
  public DemandTrace traced(Instant start) {
    int offset = minuteOf(start);
    return trace.times(minute -> multipleAt(minute - offset));
  }
}
