package dev.almanac.service.serve;

import dev.almanac.predictor.cluster.Cluster.ApplyResult;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.Trust;
import dev.almanac.service.loop.TickListener;
import dev.almanac.service.loop.WorkloadTick;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One log line for each decision that changes something, and for each beginning of a hold. */
final class SayWhatChanged implements TickListener {
  private static final Logger LOG = LoggerFactory.getLogger("decisions");

  private final Map<String, String> last = new HashMap<>();
  private final Map<String, Trust> trusts = new HashMap<>();

  @Override
  public void ticked(Instant at, List<WorkloadTick> outcomes) {
    for (WorkloadTick outcome : outcomes) {
      String id = outcome.workload().id();
      switch (outcome) {
        case WorkloadTick.Skipped s -> {
          if (isNews(id, s.cause())) {
            LOG.warn("{} no decision: {}: {}", id, s.cause(), s.detail());
          }
        }
        case WorkloadTick.Decided d -> decided(id, d);
      }
    }
  }

  /** Demotions and promotions within what the policy allows, and what it would have to allow. */
  private void trust(String id, WorkloadTick.Decided d) {
    Trust now = d.trust();
    Trust before = trusts.put(id, now);
    if (before != null && !now.equals(before)) {
      LOG.info(
          "{} trust in the forecast: {} ({}) -> {} ({}), at most {} by its policy",
          id,
          before.stage(),
          before.cause(),
          now.stage(),
          now.cause(),
          d.policy().stage());
    }
  }

  private void decided(String id, WorkloadTick.Decided d) {
    trust(id, d);
    int from = d.observation().target().specReplicas();
    int to = d.admitted().replicasOr(from);
    boolean hold = d.decision().answer() instanceof Decision.Answer.Hold;
    boolean news = isNews(id, hold ? "hold " + d.decision().reason() : "deciding");
    if (d.write().isPresent()) {
      ApplyResult result = d.write().get();
      String what = result instanceof ApplyResult.Applied ? "set" : "not set: " + result.kind();
      LOG.info("{} {} -> {} {} ({})", id, from, to, what, d.decision().reason());
    } else if (news && hold) {
      LOG.info("{} holds {} ({})", id, from, d.decision().reason());
    } else if (news) {
      LOG.info("{} decides again, has {}", id, from);
    }
  }

  private boolean isNews(String id, String state) {
    return !state.equals(last.put(id, state));
  }
}
