package dev.almanac.actuator.kubernetes;

import dev.almanac.actuator.kubernetes.WatchHealth.State;
import dev.almanac.predictor.cluster.Cluster.Cause;
import dev.almanac.predictor.cluster.Cluster.Observed;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads workloads of any kind through their scale subresource, one request for each look. The last
 * answer of each is kept, for the moments when the budget or the server does not allow another one.
 * Safe for any number of threads.
 *
 * <p>A Scale does not tell of rollouts, so there are none here. Nor does it count Ready pods: they
 * are counted by its selector; where it has none, or pods may not be listed, every pod that exists
 * counts as Ready.
 */
final class ScaledWorkloads {
  /** Answers kept: those of the workloads that were asked for last. */
  static final int KEPT = 20_000;

  /** An answer, and when it came. */
  private record Kept(ScaleObject scale, long heardAt) {}

  private final ApiServer api;
  private final Watches watches;
  private final ScaleKinds kinds;
  private final Doubts doubts;
  private final Duration staleAfter;
  private final LongSupplier nanoTime;
  private final Map<TargetRef, Kept> answers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TargetRef, Kept> eldest) {
          return size() > KEPT;
        }
      };

  ScaledWorkloads(
      ApiServer api,
      Watches watches,
      ScaleKinds kinds,
      Doubts doubts,
      WatchTimes times,
      LongSupplier nanoTime) {
    this.api = api;
    this.watches = watches;
    this.kinds = kinds;
    this.doubts = doubts;
    this.staleAfter = times.staleAfter();
    this.nanoTime = nanoTime;
  }

  Observed observe(TargetRef target, Instant now) {
    return switch (kinds.find(target.apiVersion(), target.kind())) {
      case ScaleKinds.Kind.NotScalable(String why) -> Unknowns.of(Cause.NOT_SCALABLE, why);
      case ScaleKinds.Kind.Unknown(Answer answer) -> kept(target, answer, now);
      case ScaleKinds.Kind.Scalable kind -> read(target, api.get(kind.path(target)), now);
    };
  }

  private Observed read(TargetRef target, Answer answer, Instant now) {
    if (answer instanceof Answer.Ok(byte[] body)) {
      Optional<ScaleObject> scale = ScaleObject.read(body);
      if (scale.isEmpty()) {
        return Unknowns.unreadable();
      }
      keep(target, scale.get());
      doubts.settle(target);
      return kept(target, answer, now);
    }
    if (answer instanceof Answer.Refused refused && !refused.passing()) {
      forget(target);
      doubts.settle(target);
      return Unknowns.of(target, answer);
    }
    return kept(target, answer, now);
  }

  /** The last answer if it may still be believed, otherwise what became of the request. */
  private Observed kept(TargetRef target, Answer answer, Instant now) {
    Kept kept = find(target);
    if (kept == null || doubts.about(target, kept.scale.resourceVersion())) {
      return Unknowns.of(target, answer);
    }
    Duration age = Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - kept.heardAt));
    return age.compareTo(staleAfter) > 0
        ? Unknowns.of(target, answer)
        : known(target, kept.scale, now.minus(age));
  }

  private Observed known(TargetRef target, ScaleObject scale, Instant observedAt) {
    Watch<PodView> pods = watches.pods(target.namespace());
    LabelSelector selector = LabelSelector.parse(scale.selector());
    State podState = pods.health().state();
    if (podState == State.UNLISTED && !selector.isEmpty()) {
      return Unknowns.of(Cause.UNREACHABLE, "its pods are not yet listed", pods.loop().problem());
    }
    boolean countable = !selector.isEmpty() && podState != State.FORBIDDEN;
    return new Observed.Known(
        new TargetFacts(
            scale.spec(),
            scale.status(),
            countable ? pods.view().ready(target.namespace(), selector) : scale.status(),
            false,
            scale.resourceVersion(),
            observedAt,
            pods.view().startUpTimes(target, selector)));
  }

  /** Which pods are a workload's own, as it said last; empty while it has not been asked. */
  Optional<LabelSelector> selector(TargetRef target) {
    return Optional.ofNullable(find(target))
        .map(kept -> LabelSelector.parse(kept.scale.selector()));
  }

  /** Keeps an answer, unless a later one is known: answers may overtake each other. */
  private synchronized void keep(TargetRef target, ScaleObject scale) {
    Kept known = answers.get(target);
    if (known == null || !Version.isOlder(scale.resourceVersion(), known.scale.resourceVersion())) {
      answers.put(target, new Kept(scale, nanoTime.getAsLong()));
    }
  }

  private synchronized @Nullable Kept find(TargetRef target) {
    return answers.get(target);
  }

  private synchronized void forget(TargetRef target) {
    answers.remove(target);
  }

  /** Our own write was accepted. */
  void written(TargetRef target, ScaleObject scale) {
    keep(target, scale);
  }
}
