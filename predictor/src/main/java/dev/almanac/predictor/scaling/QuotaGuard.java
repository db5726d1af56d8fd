package dev.almanac.predictor.scaling;

import dev.almanac.predictor.cluster.Surroundings.QuotaRoom;
import java.util.Optional;

/**
 * No more pods than a ResourceQuota admits: what is beyond it would be refused, one pod at a time,
 * for ever.
 */
final class QuotaGuard implements Guard {

  @Override
  public void apply(Draft d) {
    Optional<QuotaRoom> quota = d.observation.target().surroundings().quota();
    if (quota.isEmpty() || d.replicas <= d.current) {
      return;
    }
    // Pods that exist count against it already, those of a surge too.
    long admitted = (long) d.observation.target().statusReplicas() + quota.get().pods();
    int most = (int) Math.min(Integer.MAX_VALUE, Math.max(d.current, admitted));
    if (d.replicas > most) {
      d.limit(
          most,
          ReasonCode.QUOTA,
          "quota %s admits %d more pods",
          quota.get().quota(),
          quota.get().pods());
    }
  }
}
