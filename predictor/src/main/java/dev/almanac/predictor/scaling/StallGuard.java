package dev.almanac.predictor.scaling;

import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.scaling.GuardMemory.Stall;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Asking for more pods is no help where those asked for do not come: after a quarter of an hour
 * without one more Ready pod nothing rises, and people are told. A fall stays possible (k8s#79158,
 * #82285: desired stuck high on pending pods). A few missing pods of many do not count, since then
 * most new ones may well come.
 */
final class StallGuard implements Guard {

  /** The cluster autoscaler's {@code --max-node-provision-time}: until then a node may come. */
  static final Duration PATIENCE = Duration.ofMinutes(15);

  /** More missing pods than this share of all are a stall. */
  private static final double MISSING_SHARE = 0.1;

  @Override
  public void apply(Draft d) {
    TargetFacts target = d.observation.target();
    Instant at = d.observation.at();
    int missing = d.current - target.readyReplicas();
    if (missing <= MISSING_SHARE * d.current) {
      d.stall = Optional.empty();
      return;
    }
    boolean progress =
        d.stall.isEmpty()
            || target.readyReplicas() > d.stall.get().ready()
            || d.stall.get().since().isAfter(at);
    if (progress) {
      d.stall = Optional.of(new Stall(at, target.readyReplicas()));
      return;
    }
    boolean over = Duration.between(d.stall.get().since(), at).compareTo(PATIENCE) >= 0;
    if (over && d.replicas > d.current) {
      int unschedulable = target.surroundings().unschedulable();
      if (unschedulable > 0) {
        d.limit(d.current, ReasonCode.CAPACITY_BLOCKED, "%d pods find no node", unschedulable);
      } else {
        d.limit(d.current, ReasonCode.PODS_NOT_READY, "%d pods do not become Ready", missing);
      }
    }
  }
}
