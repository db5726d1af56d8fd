package dev.almanac.service.whatif;

import dev.almanac.simulator.fleet.FitCache;
import dev.almanac.simulator.fleet.FleetReplay;
import dev.almanac.simulator.fleet.FleetScenario;
import dev.almanac.simulator.whatif.Case;
import dev.almanac.simulator.whatif.Fidelity;
import dev.almanac.simulator.whatif.Growth;
import dev.almanac.simulator.whatif.Runway;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A study: what is asked, point by point.
 *
 * @param name of the study
 * @param digest of the file and of all traces that it names, so that no result is taken for that of
 *     another study
 * @param scoredFrom first instant that is counted
 * @param scoredTo first instant that is not counted any more
 * @param runway growth and disks to look ahead with; empty: not asked for
 * @param fidelity of a replay of the past against what was recorded; stamped on every answer
 * @param cases in the order of the file, the last axis and then the seed running fastest
 */
public record Study(
    String name,
    String digest,
    Instant scoredFrom,
    Instant scoredTo,
    Optional<Ahead> runway,
    List<Fidelity> fidelity,
    List<Case> cases) {
  /**
   * What run-out dates rest on.
   *
   * @param today the fleet as it is
   * @param growth of its demand
   * @param learned whether the growth was learned from the traces
   * @param disks that fill
   */
  public record Ahead(
      FleetScenario today, Growth growth, boolean learned, List<Runway.Limit> disks) {}

  /** Every limit, the first to bind first; empty when it was not asked for. */
  public List<Runway.Limit> limits() {
    if (runway.isEmpty()) {
      return List.of();
    }
    Ahead ahead = runway.get();
    FitCache fits = new FitCache();
    List<Runway.Limit> limits =
        new ArrayList<>(
            Runway.of(ahead.today(), ahead.growth(), fleet -> FleetReplay.run(fleet, fits)));
    limits.addAll(ahead.disks());
    return Runway.sorted(limits);
  }

  /** Copies. */
  public Study {
    fidelity = List.copyOf(fidelity);
    cases = List.copyOf(cases);
  }
}
