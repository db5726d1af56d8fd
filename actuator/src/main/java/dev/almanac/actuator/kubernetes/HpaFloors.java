package dev.almanac.actuator.kubernetes;

import dev.almanac.predictor.cluster.Cluster;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster port where the size of a workload is the lower bound of the HorizontalPodAutoscaler
 * that scales it. Where KEDA made that HPA, the bound is that of its ScaledObject.
 *
 * <p>Only a bound above the owner's is ever written; what the owner had is remembered on the object
 * itself ({@link FloorObject#FOUND}), in the same write, and given back when a size asks for no
 * more than that. So nothing is lost when the process is killed, and a bound that its owner has
 * changed in between is the owner's again.
 *
 * <p>HPAs are answered from a view that list and watch keep, begun for a namespace when a workload
 * in it is first asked for; a ScaledObject is read each time. Writes are merge patches with the
 * version that was observed, under the same field manager as all others.
 *
 * <p>A workload at 0 replicas is told as such: it sleeps, or was switched off by a person. While it
 * runs a bound of 0 is told as 1.
 */
public final class HpaFloors implements Cluster {
  private static final Logger LOG = LoggerFactory.getLogger(HpaFloors.class);

  /** A conflict is answered by reading again, so often at most. */
  private static final int TRIES = 3;

  private final Cluster sizes;
  private final ApiServer api;
  private final Watches watches;
  private final Map<TargetRef, FloorObject> observed = new ConcurrentHashMap<>();
  private final Set<TargetRef> doubted = ConcurrentHashMap.newKeySet();

  HpaFloors(Cluster sizes, ApiServer api, Watches watches) {
    this.sizes = sizes;
    this.api = api;
    this.watches = watches;
  }

  /** Begins the watches that these workloads need; they are waited for with all others. */
  public void begin(Collection<TargetRef> targets) {
    targets.forEach(target -> watches.floors(target.namespace()));
  }

  @Override
  public Observed observe(TargetRef target, Instant now) {
    return switch (sizes.observe(target, now)) {
      case Observed.Unknown unknown -> unknown;
      case Observed.Known(TargetFacts size) ->
          switch (find(target)) {
            case Found.Missing(Observed.Unknown why) -> why;
            case Found.Is(FloorObject floor) -> {
              observed.put(target, floor);
              yield new Observed.Known(facts(size, floor));
            }
          };
    };
  }

  private static TargetFacts facts(TargetFacts size, FloorObject floor) {
    return new TargetFacts(
        size.specReplicas() == 0 ? 0 : Math.max(1, floor.floor()),
        size.statusReplicas(),
        size.readyReplicas(),
        size.rollout(),
        floor.resourceVersion(),
        size.observedAt(),
        size.startUpTimes(),
        size.surroundings().withOtherScaler("").withOwnWrite());
  }

  @Override
  public int reachable(TargetRef target, int replicas) {
    FloorObject floor = observed.get(target);
    return floor == null ? replicas : Math.max(1, floor.reachable(replicas));
  }

  @Override
  public ApplyResult apply(TargetRef target, int replicas, String resourceVersion, Instant now) {
    FloorObject floor = observed.get(target);
    if (floor == null || !floor.resourceVersion().equals(resourceVersion)) {
      return new ApplyResult.Conflict("no floor under " + target + " was observed at this version");
    }
    return write(floor, floor.reachable(replicas));
  }

  private ApplyResult write(FloorObject floor, int to) {
    if (!floor.differs(to)) {
      return new ApplyResult.Applied(floor.resourceVersion());
    }
    TargetRef target = floor.target();
    Answer answer = api.mergePatch(floor.path(), KubernetesCluster.FIELD_MANAGER, floor.patch(to));
    return switch (answer) {
      case Answer.Ok(byte[] body) -> {
        Optional<FloorObject> written = FloorObject.read(floor.kind(), body);
        if (written.isEmpty()) {
          doubted.add(target);
          yield new ApplyResult.Failed("the answer to the write cannot be understood");
        }
        learn(written.get());
        yield new ApplyResult.Applied(written.get().resourceVersion());
      }
      case Answer.NotSent(Duration pause, String why) -> new ApplyResult.Throttled(pause, why);
      case Answer.Unanswered(String why) -> {
        doubted.add(target);
        yield new ApplyResult.Failed(why);
      }
      case Answer.Refused(int code, String message, Duration retryAfter) ->
          switch (code) {
            case 409 -> {
              doubted.add(target);
              yield new ApplyResult.Conflict(message);
            }
            case 403, 422 -> new ApplyResult.Forbidden(message);
            case 404 -> new ApplyResult.Gone(message);
            case 429 -> new ApplyResult.Throttled(retryAfter, message);
            default -> {
              doubted.add(target);
              yield new ApplyResult.Failed(answer.text());
            }
          };
    };
  }

  private void learn(FloorObject read) {
    if (read.kind() == FloorObject.Kind.HPA) {
      watches.floors(read.target().namespace()).view().present(read, false);
    }
  }

  // ---------------------------------------------------------------- finding the object

  private sealed interface Found {
    record Is(FloorObject floor) implements Found {}

    record Missing(Observed.Unknown why) implements Found {}
  }

  private Found find(TargetRef target) {
    Watch<FloorView> watch = watches.floors(target.namespace());
    WatchHealth health = watch.health();
    switch (health.state()) {
      case FORBIDDEN -> {
        return missing(Cause.FORBIDDEN, health.problem());
      }
      case UNLISTED -> {
        return new Found.Missing(
            Unknowns.of(Cause.UNREACHABLE, "its autoscaler is not yet listed", health.problem()));
      }
      case STALE -> {
        return new Found.Missing(
            Unknowns.of(Cause.STALE, "nothing heard of its autoscaler", health.problem()));
      }
      case LIVE -> {}
    }
    List<FloorObject> known = watch.view().of(target);
    if (known.isEmpty()) {
      return missing(
          Cause.NOT_FOUND,
          "no HorizontalPodAutoscaler scales %s, and actuation HpaFloor needs one"
              .formatted(target));
    }
    if (known.size() > 1) {
      return missing(
          Cause.NOT_SCALABLE,
          "%s and %s both scale %s"
              .formatted(known.get(0).describe(), known.get(1).describe(), target));
    }
    FloorObject hpa = known.getFirst();
    if (!hpa.scaledObject().isEmpty()) {
      return read(
          target,
          FloorObject.Kind.SCALED_OBJECT,
          FloorObject.Kind.SCALED_OBJECT.path(target.namespace(), hpa.scaledObject()));
    }
    if (!doubted.contains(target)) {
      return new Found.Is(hpa);
    }
    Found again = read(target, FloorObject.Kind.HPA, hpa.path());
    if (again instanceof Found.Is(FloorObject floor)) {
      learn(floor);
      doubted.remove(target);
    }
    return again;
  }

  private Found read(TargetRef target, FloorObject.Kind kind, String path) {
    Answer answer = api.get(path);
    if (!(answer instanceof Answer.Ok(byte[] body))) {
      return new Found.Missing(Unknowns.of(target, answer));
    }
    return FloorObject.read(kind, body)
        .<Found>map(Found.Is::new)
        .orElseGet(() -> new Found.Missing(Unknowns.unreadable()));
  }

  private static Found missing(Cause cause, String detail) {
    return new Found.Missing(Unknowns.of(cause, detail));
  }

  // ---------------------------------------------------------------- giving back

  /**
   * Gives back every bound of ours, in the namespaces that were asked for, but those under the
   * workloads named. Each object by itself; one that cannot be written is left as it is, with its
   * mark.
   *
   * @return what was given back and what was not, a line each
   */
  public List<String> giveBackAllBut(Collection<TargetRef> keep) {
    List<String> lines = new ArrayList<>();
    for (Watch<FloorView> watch : watches.floors()) {
      for (FloorObject marked : watch.view().marked()) {
        if (!keep.contains(marked.target())) {
          giveBack(marked).ifPresent(lines::add);
        }
      }
    }
    lines.forEach(line -> LOG.info("{}", line));
    return lines;
  }

  private Optional<String> giveBack(FloorObject marked) {
    FloorObject.Kind kind =
        marked.scaledObject().isEmpty() ? FloorObject.Kind.HPA : FloorObject.Kind.SCALED_OBJECT;
    String name = marked.scaledObject().isEmpty() ? marked.name() : marked.scaledObject();
    String path = kind.path(marked.target().namespace(), name);
    String what = "%s %s/%s".formatted(kind.word, marked.target().namespace(), name);
    String why = "";
    for (int i = 0; i < TRIES; i++) {
      if (!(read(marked.target(), kind, path) instanceof Found.Is(FloorObject floor))) {
        return Optional.of(what + " could not be read: its floor stays");
      }
      int owner = floor.owners().orElse(kind.leastDefault);
      if (floor.found().isEmpty() && floor.raised().isEmpty()) {
        return Optional.empty();
      }
      ApplyResult result = write(floor, owner);
      if (result instanceof ApplyResult.Applied) {
        return Optional.of("%s has its lower bound %d back".formatted(what, owner));
      }
      why = result.toString();
      if (!(result instanceof ApplyResult.Conflict)) {
        break;
      }
    }
    return Optional.of("%s keeps our floor: %s".formatted(what, why));
  }
}
