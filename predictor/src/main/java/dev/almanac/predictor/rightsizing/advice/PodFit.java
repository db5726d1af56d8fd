package dev.almanac.predictor.rightsizing.advice;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.NamespaceRules.Range;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import dev.almanac.predictor.rightsizing.pod.Quota;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The containers of one pod inside what its namespace allows. Every step may only move an amount
 * towards what the API server accepts; what is fine stays as it is.
 *
 * <p>A quota is used up as workloads grow, one after the other; what others give back is not
 * counted on, as nobody says that it will be applied.
 */
final class PodFit {
  private final NamespaceRules rules;
  private final Map<Resource, Long> grownRequests = new EnumMap<>(Resource.class);
  private final Map<Resource, Long> grownLimits = new EnumMap<>(Resource.class);

  PodFit(NamespaceRules rules) {
    this.rules = rules;
  }

  /** A container between today and what is advised. */
  static final class Slot {
    final ContainerResources now;
    final List<Reason> reasons = new ArrayList<>();
    ContainerResources advised;

    Slot(ContainerResources now, ContainerResources advised) {
      this.now = now;
      this.advised = advised;
    }

    private void set(ContainerResources changed, Reason.Code code, String text) {
      if (!changed.equals(advised)) {
        reasons.add(new Reason(code, text + "; usage asks for " + requests(advised)));
        advised = changed;
      }
    }

    private static String requests(ContainerResources c) {
      List<String> parts = new ArrayList<>();
      c.requests()
          .amounts()
          .forEach((resource, amount) ->
              parts.add(
                  (resource == Resource.CPU ? "CPU " : "memory ")
                      + Amounts.shown(resource, amount)));
      return String.join(", ", parts);
    }
  }

  /** Fits all containers of a pod. */
  void fit(List<Slot> slots, int pods, int surge) {
    for (Slot slot : slots) {
      for (Range range : rules.ranges()) {
        if (!range.ofPod()) {
          slot.set(
              inRange(slot.advised, range),
              Reason.Code.LIMIT_RANGE,
              "the LimitRange of the namespace allows %s".formatted(bounds(range)));
        }
      }
    }
    for (Range range : rules.ranges()) {
      if (range.ofPod()) {
        podInRange(slots, range);
      }
    }
    int replicas = Math.max(1, pods);
    for (Slot slot : slots) {
      inQuota(slot, replicas, surge);
    }
  }

  private static String bounds(Range range) {
    List<String> parts = new ArrayList<>();
    for (Resource resource : Resource.values()) {
      String name = resource == Resource.CPU ? "CPU" : "memory";
      range
          .min()
          .get(resource)
          .ifPresent(x -> parts.add("%s from %s".formatted(name, Amounts.shown(resource, x))));
      range
          .max()
          .get(resource)
          .ifPresent(x -> parts.add("%s to %s".formatted(name, Amounts.shown(resource, x))));
      if (range.maxRatio().containsKey(resource)) {
        parts.add(
            "%s limits up to %s times the request".formatted(name, range.maxRatio().get(resource)));
      }
    }
    return String.join(", ", parts);
  }

  private static ContainerResources inRange(ContainerResources c, Range range) {
    ResourceList requests = c.requests();
    ResourceList limits = c.limits();
    for (Resource resource : Resource.values()) {
      long min = range.min().orZero(resource);
      long max = range.max().get(resource).orElse(Long.MAX_VALUE);
      limits = limits.map(resource, x -> Math.clamp(x, Math.min(min, max), max));
      long limit = limits.get(resource).orElse(Long.MAX_VALUE);
      double ratio = range.maxRatio().getOrDefault(resource, Double.POSITIVE_INFINITY);
      long least =
          limit == Long.MAX_VALUE
              ? min
              : Math.max(min, (long) Math.ceil(limit / Math.max(1, ratio)));
      long most = Math.min(max, limit);
      requests = requests.map(resource, x -> Math.clamp(x, Math.min(least, most), most));
    }
    return new ContainerResources(requests, limits);
  }

  /** Growth beyond what a pod may have is cut, in all containers by the same share. */
  private static void podInRange(List<Slot> slots, Range range) {
    String allows = "the LimitRange of the namespace allows a pod %s".formatted(bounds(range));
    for (Resource resource : Resource.values()) {
      OptionalLong max = range.max().get(resource);
      if (max.isPresent()) {
        double share =
            Math.min(
                share(max.getAsLong(), slots, resource, true),
                share(max.getAsLong(), slots, resource, false));
        if (share < 1) {
          for (Slot slot : slots) {
            slot.set(lessGrowth(slot, resource, share), Reason.Code.LIMIT_RANGE, allows);
          }
        }
      }
      long missing = range.min().orZero(resource) - sum(slots, resource);
      if (missing > 0) {
        Slot largest = largest(slots, resource);
        ContainerResources a = largest.advised;
        long request = a.requests().orZero(resource) + missing;
        largest.set(
            new ContainerResources(
                a.requests().with(resource, request),
                a.limits().map(resource, x -> Math.max(x, request))),
            Reason.Code.LIMIT_RANGE,
            allows);
      }
    }
  }

  private static long sum(List<Slot> slots, Resource resource) {
    return slots.stream().mapToLong(s -> s.advised.requests().orZero(resource)).sum();
  }

  static Slot largest(List<Slot> slots, Resource resource) {
    Slot largest = slots.getFirst();
    for (Slot slot : slots) {
      if (slot.advised.requests().orZero(resource) > largest.advised.requests().orZero(resource)) {
        largest = slot;
      }
    }
    return largest;
  }

  /** The share of all growth that fits under a maximum of the pod; 1 when nothing has to be cut. */
  private static double share(long max, List<Slot> slots, Resource resource, boolean ofLimits) {
    double shrunk = 0;
    double growth = 0;
    for (Slot slot : slots) {
      long now = amounts(slot.now, ofLimits).orZero(resource);
      long advised = amounts(slot.advised, ofLimits).orZero(resource);
      shrunk += Math.min(now, advised);
      growth += Math.max(0, advised - now);
    }
    return growth <= 0 ? 1 : Math.clamp((max - shrunk) / growth, 0, 1);
  }

  private static ResourceList amounts(ContainerResources c, boolean ofLimits) {
    return ofLimits ? c.limits() : c.requests();
  }

  private static ContainerResources lessGrowth(Slot slot, Resource resource, double share) {
    return new ContainerResources(
        less(slot.now.requests(), slot.advised.requests(), resource, share),
        less(slot.now.limits(), slot.advised.limits(), resource, share));
  }

  private static ResourceList less(
      ResourceList now, ResourceList advised, Resource resource, double share) {
    long today = now.orZero(resource);
    return advised.map(resource, x -> x <= today ? x : today + (long) ((x - today) * share));
  }

  private void inQuota(Slot slot, int replicas, int surge) {
    ContainerResources a = slot.advised;
    ResourceList requests =
        left(rules.requests(), grownRequests)
            .fit(a.requests(), slot.now.requests(), replicas, surge);
    ResourceList limits =
        left(rules.limits(), grownLimits).fit(a.limits(), slot.now.limits(), replicas, surge);
    for (Resource resource : Resource.values()) {
      long limit = limits.get(resource).orElse(Long.MAX_VALUE);
      requests = requests.map(resource, x -> Math.min(x, limit));
      if (a.requests().get(resource).equals(a.limits().get(resource))) { // Guaranteed stays it.
        long request = requests.orZero(resource);
        limits = limits.map(resource, x -> Math.min(x, request));
      }
    }
    slot.set(
        new ContainerResources(requests, limits),
        Reason.Code.QUOTA,
        "the ResourceQuota of the namespace leaves no more (pods: %d)".formatted(replicas));
    for (Resource resource : Resource.values()) {
      grow(grownRequests, resource, slot.now.requests(), slot.advised.requests(), replicas);
      grow(grownLimits, resource, slot.now.limits(), slot.advised.limits(), replicas);
    }
  }

  private static void grow(
      Map<Resource, Long> grown,
      Resource resource,
      ResourceList now,
      ResourceList advised,
      int replicas) {
    long more = Math.max(0, advised.orZero(resource) - now.orZero(resource));
    grown.merge(resource, more * replicas, Long::sum);
  }

  private static Quota left(Quota quota, Map<Resource, Long> grown) {
    ResourceList used = quota.used();
    for (var entry : grown.entrySet()) {
      used = used.with(entry.getKey(), used.orZero(entry.getKey()) + entry.getValue());
    }
    return new Quota(quota.hard(), used);
  }
}
