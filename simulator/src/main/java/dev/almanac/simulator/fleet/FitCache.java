package dev.almanac.simulator.fleet;

import dev.almanac.simulator.replay.Fits;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Models that replays of one study share: workloads whose demand and policy are the same in two
 * scenarios are fitted once. Safe for any number of threads.
 */
public final class FitCache {

  private record Key(FleetDemand demand, Instant start, Control.Almanac control) {}

  private final Map<Key, Fits> fits = new HashMap<>();

  /** Without any fit yet. */
  public FitCache() {}

  synchronized Fits of(FleetDemand demand, Instant start, Control.Almanac control) {
    return fits.computeIfAbsent(new Key(demand, start, control), _ -> new Fits());
  }
}
