package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import dev.almanac.actuator.kubernetes.WatchHealth.State;
import dev.almanac.predictor.cluster.Cluster;
import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The cluster port over the Kubernetes API.
 *
 * <p><b>Reading.</b> Deployments and StatefulSets are answered from a view that list and watch keep
 * (see {@link WatchTimes} for how old it can be); any other kind is read through its scale
 * subresource each time. The facts of a workload never go back: after our own write the view has
 * the new size and version at once, and a workload whose version the server has refused, or whose
 * write got no answer, is read by itself before it is believed again. {@code observedAt} is when
 * the view was confirmed last, by an event, a bookmark or a list.
 *
 * <p>Of a kind that is not watched a rollout is not known and reported as none, and its Ready pods
 * are counted by the selector of its Scale; where it has no selector, or pods may not be listed,
 * all pods that exist count as Ready.
 *
 * <p><b>Writing.</b> {@code spec.replicas} of the scale subresource by merge patch, with the
 * resource version that was observed as a precondition and under the field manager {@value
 * #FIELD_MANAGER}. Each write is sent at most once.
 *
 * <p><b>Bounds.</b> One virtual thread and one long request for each watch, at most 3, or 3 for
 * each namespace named; at most {@value ApiServer#MOST_IN_FLIGHT} other requests at a time, at the
 * rate of {@link RequestLimits}; about 400 bytes for a workload and 250 for a pod; nothing for a
 * workload of another kind but its last answer, the {@value UnwatchedView#KEPT} asked for last.
 *
 * <p>No clock is read but the one given. Safe for any number of threads; calls block for at most
 * the call time-out of the limits, twice when a kind has to be looked up first.
 */
public final class KubernetesCluster implements Cluster, AutoCloseable {
  /** Under which name our writes stand in {@code metadata.managedFields}. */
  public static final String FIELD_MANAGER = "almanac";

  private final KubernetesOptions options;
  private final LongSupplier nanoTime;
  private final ApiServer api;
  private final Watches watches;
  private final ScaleKinds kinds;
  private final UnwatchedView unwatched;
  private final Doubts doubts = new Doubts();
  private volatile boolean closed;

  /**
   * Opens it; nothing is sent before the first workload is asked for.
   *
   * @param nanoTime a monotonic clock in nanoseconds, such as {@code System::nanoTime}
   * @param random draws the jitter of pauses
   * @throws IOException when the credentials cannot be read
   */
  public KubernetesCluster(
      KubernetesAccess access,
      KubernetesOptions options,
      LongSupplier nanoTime,
      RandomGenerator random)
      throws IOException {
    this.options = options;
    this.nanoTime = nanoTime;
    this.api = new ApiServer(access, options, nanoTime);
    this.watches = new Watches(api, options, nanoTime, random);
    this.kinds = new ScaleKinds(api, nanoTime);
    this.unwatched = new UnwatchedView(nanoTime);
  }

  // ---------------------------------------------------------------- reading

  @Override
  public Observed observe(TargetRef target, Instant now) {
    Optional<Observed.Unknown> refusal = refusal(target);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Optional<WatchedKind> kind = WatchedKind.of(target);
    return kind.isPresent() ? watched(kind.get(), target, now) : unwatched(target, now);
  }

  private Observed watched(WatchedKind kind, TargetRef target, Instant now) {
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
      return unknown(Cause.FORBIDDEN, health.problem());
    }
    if (health.state() == State.UNLISTED) {
      return unknown(Cause.UNREACHABLE, because("not yet listed", health.problem()));
    }
    Duration age = entry.map(e -> youngest(e, health)).orElse(health.silentFor());
    if (age.compareTo(options.watch().staleAfter()) > 0) {
      String heard = "nothing heard for %d s".formatted(age.toSeconds());
      return unknown(Cause.STALE, because(heard, health.problem()));
    }
    if (entry.isEmpty()) {
      return unknown(Cause.NOT_FOUND, target + " does not exist");
    }
    Workload w = entry.get().workload();
    if (!w.problem().isEmpty()) {
      return unknown(Cause.UNREACHABLE, "what the server says cannot be used: " + w.problem());
    }
    return new Observed.Known(
        new TargetFacts(
            w.spec(),
            w.status(),
            w.ready(),
            w.rollout(),
            w.resourceVersion(),
            now.minus(age),
            startUpTimes(pods, target, w.selector())));
  }

  /** The view may be older than what we have read or written of this one workload ourselves. */
  private Duration youngest(WorkloadView.Entry entry, WatchHealth health) {
    Duration own = Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - entry.heardAt()));
    return own.compareTo(health.silentFor()) < 0 ? own : health.silentFor();
  }

  private static StartUpTimes startUpTimes(
      Watch<PodView> pods, TargetRef target, LabelSelector selector) {
    String workload = target.apiVersion() + "/" + target.kind() + "/" + target.name();
    return pods.view().startUpTimes(target.namespace(), workload, selector);
  }

  /** Reads the object itself into the view. */
  private Optional<Observed.Unknown> readAgain(
      WatchedKind kind, TargetRef target, WorkloadView view) {
    Answer answer = api.get(path(WatchedKind.PREFIX, kind.plural(), target));
    if (!(answer instanceof Answer.Ok(byte[] body))) {
      return Optional.of(unknown(target, answer));
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
      // Falls through: an answer that is no object.
    }
    return Optional.of(unknown(Cause.UNREACHABLE, "the answer about it cannot be understood"));
  }

  private Observed unwatched(TargetRef target, Instant now) {
    Watch<PodView> pods = watches.pods(target.namespace());
    Answer answer;
    switch (kinds.find(target.apiVersion(), target.kind())) {
      case ScaleKinds.Kind.NotScalable(String why) -> {
        return unknown(Cause.NOT_SCALABLE, why);
      }
      case ScaleKinds.Kind.Unknown(Answer refused) -> answer = refused;
      case ScaleKinds.Kind.Scalable(String prefix, String plural) ->
          answer = api.get(path(prefix, plural, target) + "/scale");
    }
    if (answer instanceof Answer.Ok(byte[] body)) {
      Optional<ScaleObject> scale = ScaleObject.read(body);
      if (scale.isEmpty()) {
        return unknown(Cause.UNREACHABLE, "the answer about it cannot be understood");
      }
      unwatched.read(target, scale.get());
      doubts.settle(target);
    } else if (answer instanceof Answer.Refused(int code, String _, Duration _)
        && code < 500
        && code != 429) {
      doubts.settle(target);
      return unknown(target, answer);
    }
    return unwatched
        .find(target)
        .filter(seen -> seen.age().compareTo(options.watch().staleAfter()) <= 0)
        .filter(seen -> !doubts.about(target, seen.scale().resourceVersion()))
        .map(seen -> known(target, seen, pods, now))
        .orElseGet(() -> unknown(target, answer));
  }

  private Observed known(
      TargetRef target, UnwatchedView.Seen seen, Watch<PodView> pods, Instant now) {
    ScaleObject scale = seen.scale();
    LabelSelector selector = LabelSelector.parse(scale.selector());
    State podState = pods.health().state();
    if (podState == State.UNLISTED && !selector.isEmpty()) {
      return unknown(
          Cause.UNREACHABLE, because("its pods are not yet listed", pods.loop().problem()));
    }
    int ready =
        selector.isEmpty() || podState != State.LIVE
            ? scale.status()
            : pods.view().ready(target.namespace(), selector);
    return new Observed.Known(
        new TargetFacts(
            scale.spec(),
            scale.status(),
            ready,
            false,
            scale.resourceVersion(),
            now.minus(seen.age()),
            startUpTimes(pods, target, selector)));
  }

  private static Observed.Unknown unknown(TargetRef target, Answer answer) {
    if (answer instanceof Answer.Refused(int code, String message, Duration _)) {
      if (code == 404) {
        return unknown(Cause.NOT_FOUND, target + " does not exist");
      }
      if (code == 403) {
        return unknown(Cause.FORBIDDEN, message);
      }
    }
    return unknown(Cause.UNREACHABLE, answer.text());
  }

  // ---------------------------------------------------------------- writing

  @Override
  public ApplyResult apply(TargetRef target, int replicas, String resourceVersion, Instant now) {
    Optional<Observed.Unknown> refusal = refusal(target);
    if (refusal.isPresent()) {
      String why = refusal.get().detail();
      return switch (refusal.get().cause()) {
        case FORBIDDEN -> new ApplyResult.Forbidden(why);
        case NOT_FOUND -> new ApplyResult.Gone(why);
        default -> new ApplyResult.Failed(why);
      };
    }
    if (replicas < 0) {
      return new ApplyResult.Forbidden("spec.replicas must be >= 0, was " + replicas);
    }
    if (resourceVersion.isEmpty()) {
      // Without one the patch would overwrite whatever is there.
      return new ApplyResult.Conflict("no version of " + target + " was observed");
    }
    Optional<WatchedKind> watched = WatchedKind.of(target);
    if (watched.isPresent()) {
      return patch(
          path(WatchedKind.PREFIX, watched.get().plural(), target),
          target,
          replicas,
          resourceVersion);
    }
    return switch (kinds.find(target.apiVersion(), target.kind())) {
      case ScaleKinds.Kind.Scalable(String prefix, String plural) ->
          patch(path(prefix, plural, target), target, replicas, resourceVersion);
      case ScaleKinds.Kind.NotScalable(String why) -> new ApplyResult.Forbidden(why);
      case ScaleKinds.Kind.Unknown(Answer.NotSent(Duration wait, String why)) ->
          new ApplyResult.Throttled(wait, why);
      case ScaleKinds.Kind.Unknown(Answer answer) -> new ApplyResult.Failed(answer.text());
    };
  }

  private ApplyResult patch(String object, TargetRef target, int replicas, String resourceVersion) {
    byte[] body = ScaleObject.patch(replicas, resourceVersion);
    Answer answer = api.mergePatch(object + "/scale", FIELD_MANAGER, body);
    return switch (answer) {
      case Answer.Ok(byte[] written) -> applied(target, resourceVersion, ScaleObject.read(written));
      case Answer.NotSent(Duration wait, String why) -> new ApplyResult.Throttled(wait, why);
      case Answer.Unanswered(String why) -> {
        doubts.raise(target, resourceVersion);
        yield new ApplyResult.Failed(why);
      }
      case Answer.Refused(int code, String message, Duration retryAfter) ->
          switch (code) {
            case 409 -> {
              doubts.raise(target, resourceVersion);
              yield new ApplyResult.Conflict(message);
            }
            case 403, 422 -> new ApplyResult.Forbidden(message);
            case 404 -> new ApplyResult.Gone(message);
            case 429 -> new ApplyResult.Throttled(retryAfter, message);
            default -> {
              if (code >= 500) {
                doubts.raise(target, resourceVersion);
              }
              yield new ApplyResult.Failed(answer.text());
            }
          };
    };
  }

  private ApplyResult applied(
      TargetRef target, String observedVersion, Optional<ScaleObject> written) {
    if (written.isEmpty()) {
      doubts.raise(target, observedVersion);
      return new ApplyResult.Failed("the answer to the write cannot be understood");
    }
    ScaleObject scale = written.get();
    Optional<WatchedKind> watched = WatchedKind.of(target);
    if (watched.isPresent()) {
      watches
          .workloads(watched.get(), target.namespace())
          .view()
          .resized(
              Workload.id(target.namespace(), target.name()),
              scale.spec(),
              scale.resourceVersion());
    } else {
      unwatched.read(target, scale);
    }
    return new ApplyResult.Applied(scale.resourceVersion());
  }

  // ---------------------------------------------------------------- both

  /** Why a target is not even asked for. */
  private Optional<Observed.Unknown> refusal(TargetRef target) {
    if (closed) {
      return Optional.of(unknown(Cause.UNREACHABLE, "closed"));
    }
    if (!ObjectName.isValid(target)) {
      return Optional.of(unknown(Cause.NOT_FOUND, "no object can have such a name"));
    }
    if (!options.namespaces().contains(target.namespace())) {
      return Optional.of(
          unknown(
              Cause.FORBIDDEN,
              "namespace %s is not among those we were given: %s"
                  .formatted(target.namespace(), options.namespaces())));
    }
    return Optional.empty();
  }

  private static String path(String prefix, String plural, TargetRef target) {
    return prefix + "/namespaces/" + target.namespace() + "/" + plural + "/" + target.name();
  }

  private static String because(String what, String problem) {
    return problem.isEmpty() ? what : what + ": " + problem;
  }

  private static Observed.Unknown unknown(Cause cause, String detail) {
    return new Observed.Unknown(cause, detail);
  }

  /**
   * Begins the watches that these workloads need and waits until each has been listed once.
   *
   * @return false when the time was over before
   */
  public boolean awaitListed(Collection<TargetRef> targets, Duration atMost)
      throws InterruptedException {
    long end = nanoTime.getAsLong() + atMost.toNanos();
    for (TargetRef target : targets) {
      if (refusal(target).isPresent()) {
        continue;
      }
      watches.pods(target.namespace());
      WatchedKind.of(target).ifPresent(kind -> watches.workloads(kind, target.namespace()));
    }
    return watches.awaitFirstLists(end);
  }

  /** How the watches that have been begun are doing; for readiness and {@code doctor}. */
  public List<WatchHealth> watches() {
    return watches.health();
  }

  /** Ends all requests and threads; takes a few seconds at most. */
  @Override
  public void close() {
    closed = true;
    watches.stop();
    api.close();
    watches.close();
  }
}
