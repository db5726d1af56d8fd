package dev.almanac.simulator.replay;

import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.scaling.shadow.PricedModel;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The fits of one demand under one policy from one start on, each made once: what happens to nodes
 * and replicas changes nothing in them, so replays of it may share them. Safe for any number of
 * threads; a fit that another thread is making is waited for.
 */
public final class Fits {

  /** The models after a fit; without a model there was no history. */
  record Fit(Optional<FittedModel> model, Optional<PricedModel> priced) {}

  private record Key(Instant at, Duration leadTime) {}

  private final Map<Key, Fit> made = new HashMap<>();

  /** Without any fit yet. */
  public Fits() {}

  synchronized Fit at(Instant at, Duration leadTime, Supplier<Fit> fit) {
    Key key = new Key(at, leadTime);
    Fit found = made.get(key);
    if (found == null) {
      found = fit.get();
      made.put(key, found);
    }
    return found;
  }
}
