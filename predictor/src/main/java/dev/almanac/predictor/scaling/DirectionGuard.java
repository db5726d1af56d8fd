package dev.almanac.predictor.scaling;

import dev.almanac.predictor.scaling.Guards.Direction;

/** The direction that the owner has locked. */
final class DirectionGuard implements Guard {

  @Override
  public void apply(Draft d) {
    Direction direction = d.policy.guards().direction();
    if (direction == Direction.UP_ONLY && d.replicas < d.current) {
      d.limit(d.current, ReasonCode.DIRECTION_LOCK, "locked: may only rise");
    } else if (direction == Direction.DOWN_ONLY && d.replicas > d.current) {
      d.limit(d.current, ReasonCode.DIRECTION_LOCK, "locked: may only fall");
    }
  }
}
