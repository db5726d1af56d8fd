package dev.almanac.predictor.scaling;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Floors over time ranges. It stands after the merge, so that a floor holds whatever the forecast
 * says, and before the guards, so that no floor leaves the bounds or outruns the step caps.
 *
 * <p>A floor counts from one lead time before it begins, so that its pods are Ready when it does.
 * Where several hold the largest counts: each is a promise of its owner, and the largest keeps all
 * of them.
 */
final class ScheduleStage implements DecisionStage {

  @Override
  public StageName name() {
    return StageName.SCHEDULE;
  }

  @Override
  public void decide(Draft d) {
    List<FloorSchedule> floors = d.policy.floors();
    if (floors.isEmpty()) {
      return;
    }
    Instant at = d.observation.at();
    Instant ready = at.plus(d.leadTime()).plus(d.policy.interval());
    Optional<FloorSchedule> floor = highest(floors, at, ready);
    d.floor = floor.map(f -> Math.min(f.replicas(), d.policy.maxReplicas())).orElse(0);
    if (d.replicas < d.floor) {
      d.move(d.floor, ReasonCode.SCHEDULE, name());
    }
    if (d.trace.isOn()) {
      d.trace.note(
          name(),
          floor
              .map(f -> "floor %d of %s".formatted(f.replicas(), f.name()))
              .orElse("no floor by %s".formatted(ready)),
          d.replicas);
    }
  }

  /** The largest floor that holds at some instant of a span, the first of equal ones. */
  static Optional<FloorSchedule> highest(List<FloorSchedule> floors, Instant from, Instant to) {
    Optional<FloorSchedule> highest = Optional.empty();
    for (FloorSchedule floor : floors) {
      boolean larger = highest.isEmpty() || floor.replicas() > highest.get().replicas();
      if (larger && floor.touches(from, to)) {
        highest = Optional.of(floor);
      }
    }
    return highest;
  }
}
