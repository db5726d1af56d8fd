package dev.almanac.predictor.rightsizing.resize;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.Amounts;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import dev.almanac.predictor.rightsizing.pod.QosClass;
import dev.almanac.predictor.rightsizing.resize.RunningPod.Container;
import dev.almanac.predictor.rightsizing.resize.RunningPod.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to ask of one running pod now.
 *
 * <p>More is given at once, less in steps ({@link ResizeRules#stepDown}). A memory limit never goes
 * below what the container uses and a tenth, and stays where its use is not known: the kubelet
 * would answer with an error that does not end, or the kernel with a kill. The QoS class of a pod
 * cannot change, so a step that would change it is not made.
 *
 * <p>A resize that is under way is waited for. One that the node can never satisfy is taken back to
 * what the pod has: as long as the spec asks for it, the scheduler counts the larger of the two
 * (KEP-1287). The same is not asked of that pod again; something smaller is.
 */
public final class Resizer {
  /** A lowered memory limit leaves this part of the use of the moment above it: a tenth. */
  private static final int MEMORY_ROOM = 10;

  private Resizer() {}

  /** What to do with a pod. */
  public sealed interface Step {

    /**
     * Resize it.
     *
     * @param to by container, of those that change
     * @param whole whether this is all of the advice; else a step on the way
     */
    record Resize(Map<String, ContainerResources> to, boolean whole) implements Step {
      /** Copies. */
      public Resize {
        to = Map.copyOf(to);
      }
    }

    /** Ask for what it has, as the node can never give what was asked. */
    record TakeBack(Map<String, ContainerResources> to, String message) implements Step {
      /** Copies. */
      public TakeBack {
        to = Map.copyOf(to);
      }
    }

    /** Leave it. */
    record Stay(Why why, String text) implements Step {}
  }

  /** Why a pod is left as it is. */
  public enum Why {
    /** It has what it should. */
    RIGHT,
    /** It does not run, or is on its way out. */
    NOT_RUNNING,
    /** A resize is under way. */
    UNDER_WAY,
    /** Its node has no room yet; the kubelet tries again. */
    DEFERRED,
    /** Its node could never give as much. */
    INFEASIBLE,
    /** Nothing that may change would change. */
    NOT_ALLOWED,
    /** Its QoS class would change. */
    QOS
  }

  /**
   * The step for a pod.
   *
   * @param advised by container; what is not there stays
   * @param refused what this pod's node could never give; empty for nothing
   */
  public static Step step(
      RunningPod pod,
      Map<String, ContainerResources> advised,
      ResizeRules rules,
      Map<String, ContainerResources> refused) {
    if (!pod.running()) {
      return new Step.Stay(Why.NOT_RUNNING, "does not run");
    }
    Optional<Step> underWay = underWay(pod);
    if (underWay.isPresent()) {
      return underWay.get();
    }
    boolean guaranteed =
        QosClass.of(pod.containers().stream().map(Container::desired).toList())
            == QosClass.GUARANTEED;
    Map<String, ContainerResources> to = new LinkedHashMap<>();
    List<String> kept = new ArrayList<>();
    boolean whole = true;
    for (Container container : pod.containers()) {
      ContainerResources target = advised.get(container.name());
      if (target == null) {
        continue;
      }
      ContainerResources wanted = allowed(container, target, rules, guaranteed, kept);
      ContainerResources next = next(container, wanted, rules, guaranteed, kept);
      whole &= next.equals(wanted);
      if (!next.equals(container.desired())) {
        to.put(container.name(), next);
      }
    }
    if (to.isEmpty()) {
      return kept.isEmpty()
          ? new Step.Stay(Why.RIGHT, "has what it should")
          : new Step.Stay(Why.NOT_ALLOWED, String.join(", ", kept));
    }
    if (changesQos(pod, to)) {
      return new Step.Stay(Why.QOS, "its QoS class would change, which a running pod's cannot");
    }
    if (!refused.isEmpty() && !asksForLess(to, refused)) {
      return new Step.Stay(Why.INFEASIBLE, "its node could never give as much");
    }
    return new Step.Resize(to, whole);
  }

  private static Optional<Step> underWay(RunningPod pod) {
    if (pod.resize().isPresent()) {
      String message = pod.resize().get().message();
      State state = pod.resize().get().state();
      return Optional.of(
          switch (state) {
            case DEFERRED -> new Step.Stay(Why.DEFERRED, said("its node has no room yet", message));
            case IN_PROGRESS -> new Step.Stay(Why.UNDER_WAY, said("is being resized", message));
            case ERROR ->
                new Step.Stay(
                    Why.UNDER_WAY, said("is being resized, with an error at present", message));
            case INFEASIBLE -> takeBack(pod, message);
          });
    }
    return hasWhatItAsksFor(pod)
        ? Optional.empty()
        : Optional.of(
            new Step.Stay(Why.UNDER_WAY, "its node has not yet acted on the last resize"));
  }

  /** Whether nothing is left to be done by the kubelet, as far as the status says. */
  public static boolean hasWhatItAsksFor(RunningPod pod) {
    return pod.resize().isEmpty()
        && pod.containers().stream()
            .allMatch(c -> c.actual().isEmpty() || same(c.actual().get(), c.desired()));
  }

  /** What the status does not say is no difference. */
  private static boolean same(ContainerResources actual, ContainerResources desired) {
    for (Resource resource : Resource.values()) {
      if (differs(actual.requests(), desired.requests(), resource)
          || differs(actual.limits(), desired.limits(), resource)) {
        return false;
      }
    }
    return true;
  }

  private static boolean differs(ResourceList actual, ResourceList desired, Resource resource) {
    return actual.get(resource).isPresent() && !actual.get(resource).equals(desired.get(resource));
  }

  private static Step takeBack(RunningPod pod, String message) {
    Map<String, ContainerResources> to = new LinkedHashMap<>();
    for (Container container : pod.containers()) {
      container
          .actual()
          .filter(actual -> !same(actual, container.desired()))
          .ifPresent(actual -> to.put(container.name(), actual));
    }
    return to.isEmpty()
        ? new Step.Stay(Why.INFEASIBLE, said("its node could never give as much", message))
        : new Step.TakeBack(to, message);
  }

  private static String said(String what, String message) {
    return message.isEmpty() ? what : what + ": " + message;
  }

  /** The advice for what the owner lets change, inside the owner's bounds. */
  private static ContainerResources allowed(
      Container container,
      ContainerResources advised,
      ResizeRules rules,
      boolean guaranteed,
      List<String> kept) {
    ContainerResources now = container.desired();
    ContainerResources wanted = now;
    for (Resource resource : Resource.values()) {
      if (!rules.resources().contains(resource)
          || advised.requests().get(resource).isEmpty()
          || now.requests().get(resource).isEmpty()) {
        continue; // A running pod can get no request that it did not have without another QoS.
      }
      boolean restart =
          resource == Resource.CPU ? container.cpuRestarts() : container.memoryRestarts();
      ContainerResources changed = taken(wanted, advised, resource, rules, guaranteed);
      if (restart && !rules.restarts() && !changed.equals(wanted)) {
        kept.add(
            "a change of %s would restart %s"
                .formatted(resource == Resource.CPU ? "CPU" : "memory", container.name()));
        continue;
      }
      wanted = changed;
    }
    return wanted;
  }

  /** The limits of a Guaranteed pod are its requests; those of others are never lowered. */
  private static ContainerResources taken(
      ContainerResources now,
      ContainerResources advised,
      Resource resource,
      ResizeRules rules,
      boolean guaranteed) {
    long request =
        Math.clamp(
            advised.requests().orZero(resource),
            rules.least().orZero(resource),
            rules.most().get(resource).orElse(Long.MAX_VALUE));
    long limit = Math.max(request, advised.limits().orZero(resource));
    return new ContainerResources(
        now.requests().with(resource, request),
        now.limits().map(resource, old -> guaranteed ? request : Math.max(old, limit)));
  }

  /** As far towards what is wanted as one step goes. */
  private static ContainerResources next(
      Container container,
      ContainerResources wanted,
      ResizeRules rules,
      boolean guaranteed,
      List<String> kept) {
    ResourceList requests = container.desired().requests();
    ResourceList limits = container.desired().limits();
    for (Resource resource : Resource.values()) {
      long request = wanted.requests().orZero(resource);
      long limit = wanted.limits().orZero(resource);
      requests = requests.map(resource, now -> towards(now, request, rules.stepDown()));
      limits = limits.map(resource, now -> towards(now, limit, rules.stepDown()));
      if (resource == Resource.MEMORY) {
        limits = limits.map(resource, next -> aboveUse(container, next, kept));
      }
      long ceiling = limits.get(resource).orElse(Long.MAX_VALUE);
      requests = requests.map(resource, next -> guaranteed ? ceiling : Math.min(next, ceiling));
    }
    return new ContainerResources(requests, limits);
  }

  private static long towards(long now, long wanted, double stepDown) {
    return wanted >= now ? wanted : Math.max(wanted, (long) Math.ceil(now * (1 - stepDown)));
  }

  private static long aboveUse(Container container, long limit, List<String> kept) {
    long now = container.desired().limits().orZero(Resource.MEMORY);
    if (limit >= now) {
      return limit;
    }
    if (container.memoryUsed().isEmpty()) {
      kept.add(
          "the memory limit of %s is not lowered, as its use is not known"
              .formatted(container.name()));
      return now;
    }
    long used = container.memoryUsed().getAsLong();
    long least = Math.min(used + Math.ceilDiv(used, MEMORY_ROOM), now);
    if (limit < least) {
      kept.add(
          "the memory limit of %s stays above the %s that it uses"
              .formatted(container.name(), Amounts.shown(Resource.MEMORY, used)));
    }
    return Math.max(limit, least);
  }

  private static boolean changesQos(RunningPod pod, Map<String, ContainerResources> to) {
    List<ContainerResources> now = new ArrayList<>();
    List<ContainerResources> then = new ArrayList<>();
    for (Container container : pod.containers()) {
      now.add(container.desired());
      then.add(to.getOrDefault(container.name(), container.desired()));
    }
    return QosClass.of(now) != QosClass.of(then);
  }

  /** As VPA does: tried again when some resource of a newer target is lower. */
  private static boolean asksForLess(
      Map<String, ContainerResources> to, Map<String, ContainerResources> refused) {
    for (var entry : to.entrySet()) {
      ContainerResources then = refused.get(entry.getKey());
      for (Resource resource : Resource.values()) {
        if (then != null
            && entry.getValue().requests().orZero(resource) < then.requests().orZero(resource)) {
          return true;
        }
      }
    }
    return false;
  }
}
