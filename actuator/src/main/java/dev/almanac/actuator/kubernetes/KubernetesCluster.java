package dev.almanac.actuator.kubernetes;

import dev.almanac.predictor.cluster.Cluster;
import dev.almanac.predictor.cluster.PodReport;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 * every pod that exists counts as Ready.
 *
 * <p><b>Writing.</b> {@code spec.replicas} of the scale subresource by merge patch, with the
 * resource version that was observed as a precondition and under the field manager {@value
 * #FIELD_MANAGER}. Each write is sent at most once.
 *
 * <p><b>Bounds.</b> One virtual thread and one long request for each watch, at most 3, or 3 for
 * each namespace named; at most {@value ApiServer#MOST_IN_FLIGHT} other requests at a time, at the
 * rate of {@link RequestLimits}; about 400 bytes for a workload and 600 for a pod; nothing for a
 * workload of another kind but its last answer, the {@value ScaledWorkloads#KEPT} asked for last.
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
  private final WatchedWorkloads watched;
  private final ScaledWorkloads scaled;
  private final UsageReports usage;
  private final HpaFloors floors;
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
    WatchTimes times = options.watch();
    this.watched = new WatchedWorkloads(api, watches, doubts, times, nanoTime);
    this.scaled = new ScaledWorkloads(api, watches, kinds, doubts, times, nanoTime);
    this.usage = new UsageReports(api);
    this.floors = new HpaFloors(this, api, watches);
  }

  // ---------------------------------------------------------------- reading

  @Override
  public Observed observe(TargetRef target, Instant now) {
    Optional<Observed.Unknown> refusal = refusal(target);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    return besideOthers(
        target,
        WatchedKind.of(target)
            .map(kind -> watched.observe(kind, target, now))
            .orElseGet(() -> scaled.observe(target, now)));
  }

  /** Names another autoscaler with the same target, as far as {@link #lookForScalers} sees. */
  private Observed besideOthers(TargetRef target, Observed observed) {
    if (!(observed instanceof Observed.Known(TargetFacts facts))) {
      return observed;
    }
    return watches
        .begunFloors(target.namespace())
        // What was heard last counts while the server is silent: it would write all the same.
        .filter(watch -> watch.health().state() != WatchHealth.State.FORBIDDEN)
        .flatMap(watch -> watch.view().of(target).stream().findFirst())
        .<Observed>map(scaler ->
            new Observed.Known(facts.with(facts.surroundings().withOtherScaler(scaler.maker()))))
        .orElse(observed);
  }

  /**
   * Begins to look for HorizontalPodAutoscalers, KEDA's included, that scale these workloads as
   * well. Nobody waits for it; without the right to list them none is seen.
   */
  public void lookForScalers(Collection<TargetRef> targets) {
    floors.begin(targets);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Pods are answered from the view that list and watch keep, without those that have run to
   * their end; usage is asked of metrics.k8s.io each time.
   */
  @Override
  public PodReport pods(TargetRef target, Set<String> resources, Instant now) {
    Optional<Observed.Unknown> refusal = refusal(target);
    if (refusal.isPresent()) {
      return new PodReport.Unknown(refusal.get().detail());
    }
    Optional<LabelSelector> selector =
        WatchedKind.of(target)
            .map(kind -> watched.selector(kind, target))
            .orElseGet(() -> scaled.selector(target))
            .filter(s -> !s.isEmpty());
    if (selector.isEmpty()) {
      return new PodReport.Unknown(target + " tells no label selector");
    }
    Watch<PodView> pods = watches.pods(target.namespace());
    WatchHealth health = pods.health();
    return switch (health.state()) {
      case FORBIDDEN -> new PodReport.Unknown("its pods may not be listed: " + health.problem());
      case UNLISTED -> new PodReport.Unknown("its pods are not yet listed");
      default ->
          health.silentFor().compareTo(options.watch().staleAfter()) > 0
              ? new PodReport.Unknown(
                  "nothing heard of its pods for %d s".formatted(health.silentFor().toSeconds()))
              : new PodReport.Known(
                  pods.view().pods(target.namespace(), selector.get()),
                  usage.read(target.namespace(), selector.get(), resources));
    };
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
    Optional<WatchedKind> kind = WatchedKind.of(target);
    if (kind.isPresent()) {
      return patch(kind.get().path(target) + "/scale", target, replicas, resourceVersion);
    }
    return switch (kinds.find(target.apiVersion(), target.kind())) {
      case ScaleKinds.Kind.Scalable scalable ->
          patch(scalable.path(target), target, replicas, resourceVersion);
      case ScaleKinds.Kind.NotScalable(String why) -> new ApplyResult.Forbidden(why);
      case ScaleKinds.Kind.Unknown(Answer.NotSent(Duration pause, String why)) ->
          new ApplyResult.Throttled(pause, why);
      case ScaleKinds.Kind.Unknown(Answer answer) -> new ApplyResult.Failed(answer.text());
    };
  }

  private ApplyResult patch(String path, TargetRef target, int replicas, String resourceVersion) {
    byte[] body = ScaleObject.patch(replicas, resourceVersion);
    Answer answer = api.mergePatch(path, FIELD_MANAGER, body);
    return switch (answer) {
      case Answer.Ok(byte[] written) -> applied(target, resourceVersion, ScaleObject.read(written));
      case Answer.NotSent(Duration pause, String why) -> new ApplyResult.Throttled(pause, why);
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
    WatchedKind.of(target)
        .ifPresentOrElse(
            kind -> watched.written(kind, target, scale), () -> scaled.written(target, scale));
    return new ApplyResult.Applied(scale.resourceVersion());
  }

  @Override
  public HpaFloors floors() {
    return floors;
  }

  // ---------------------------------------------------------------- both

  /** Why a target is not even asked for. */
  private Optional<Observed.Unknown> refusal(TargetRef target) {
    if (closed) {
      return Optional.of(Unknowns.of(Cause.UNREACHABLE, "closed"));
    }
    if (!ObjectName.isValid(target)) {
      return Optional.of(Unknowns.of(Cause.NOT_FOUND, "no object can have such a name"));
    }
    if (!options.namespaces().contains(target.namespace())) {
      return Optional.of(
          Unknowns.of(
              Cause.FORBIDDEN,
              "namespace %s is not among those we were given: %s"
                  .formatted(target.namespace(), options.namespaces())));
    }
    return Optional.empty();
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
