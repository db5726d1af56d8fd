package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import dev.almanac.actuator.kubernetes.WatchHealth.State;
import dev.almanac.predictor.cluster.Cluster.Cause;
import dev.almanac.predictor.cluster.Cluster.Observed;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Reads Deployments and StatefulSets out of the view that list and watch keep. One whose version is
 * in doubt is first read by itself. Safe for any number of threads.
 */
final class WatchedWorkloads {
  private final ApiServer api;
  private final Watches watches;
  private final Doubts doubts;
  private final Duration staleAfter;
  private final LongSupplier nanoTime;

  WatchedWorkloads(
      ApiServer api, Watches watches, Doubts doubts, WatchTimes times, LongSupplier nanoTime) {
    this.api = api;
    this.watches = watches;
    this.doubts = doubts;
    this.staleAfter = times.staleAfter();
    this.nanoTime = nanoTime;
  }

  Observed observe(WatchedKind kind, TargetRef target, Instant now) {
    Watch<WorkloadView> watch = watches.workloads(kind, target.namespace());
    Watch<PodView> pods = watches.pods(target.namespace());
    String id = Workload.id(target.namespace(), target.name());
    Optional<WorkloadView.Entry> entry = watch.view().find(id);
    if (entry.isEmpty()) {
      doubts.settle(target);
    } else if (doubts.about(target, entry.get().workload().resourceVersion())) {
      Optional<Observed.Unknown> failed = readAgain(kind, target, watch.view());
      if (failed.isPresent()) {
        return failed.get();
      }
      entry = watch.view().find(id);
    }
    WatchHealth health = watch.health();
    if (health.state() == State.FORBIDDEN) {
      return Unknowns.of(Cause.FORBIDDEN, health.problem());
    }
    if (health.state() == State.UNLISTED) {
      return Unknowns.of(Cause.UNREACHABLE, "not yet listed", health.problem());
    }
    Duration age = entry.map(e -> youngest(e, health)).orElse(health.silentFor());
    if (age.compareTo(staleAfter) > 0) {
      String heard = "nothing heard for %d s".formatted(age.toSeconds());
      return Unknowns.of(Cause.STALE, heard, health.problem());
    }
    if (entry.isEmpty()) {
      return Unknowns.of(Cause.NOT_FOUND, target + " does not exist");
    }
    Workload w = entry.get().workload();
    if (!w.problem().isEmpty()) {
      return Unknowns.of(Cause.UNREACHABLE, "what the server says cannot be used", w.problem());
    }
    return new Observed.Known(
        new TargetFacts(
            w.spec(),
            w.status(),
            w.ready(),
            w.rollout(),
            w.resourceVersion(),
            now.minus(age),
            pods.view().startUpTimes(target, w.selector()),
            w.ready() < w.spec()
                ? w.surroundings()
                    .withUnschedulable(pods.view().unschedulable(target.namespace(), w.selector()))
                : w.surroundings()));
  }

  /** Which pods are a workload's own; empty while it has not been seen. */
  Optional<LabelSelector> selector(WatchedKind kind, TargetRef target) {
    return watches
        .workloads(kind, target.namespace())
        .view()
        .find(Workload.id(target.namespace(), target.name()))
        .map(entry -> entry.workload().selector());
  }

  /** The view may be older than what we have read or written of this one workload ourselves. */
  private Duration youngest(WorkloadView.Entry entry, WatchHealth health) {
    Duration own = Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - entry.heardAt()));
    return own.compareTo(health.silentFor()) < 0 ? own : health.silentFor();
  }

  /** Reads the object itself into the view; or says why that failed. */
  private Optional<Observed.Unknown> readAgain(
      WatchedKind kind, TargetRef target, WorkloadView view) {
    Answer answer = api.get(kind.path(target));
    if (!(answer instanceof Answer.Ok(byte[] body))) {
      return Optional.of(Unknowns.of(target, answer));
    }
    try (JsonParser p = Json.parser(body)) {
      Workload read = new WorkloadReader().read(p);
      if (read.id().equals(Workload.id(target.namespace(), target.name()))
          && !read.resourceVersion().isEmpty()) {
        view.present(read, false);
        doubts.settle(target);
        return Optional.empty();
      }
    } catch (IOException e) {
      // Said below: an answer that is no object.
    }
    return Optional.of(Unknowns.unreadable());
  }

  /** Our own write was accepted: the view knows of it before the watch does. */
  void written(WatchedKind kind, TargetRef target, ScaleObject scale) {
    watches
        .workloads(kind, target.namespace())
        .view()
        .resized(
            Workload.id(target.namespace(), target.name()), scale.spec(), scale.resourceVersion());
  }
}
