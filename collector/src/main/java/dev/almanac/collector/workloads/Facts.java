package dev.almanac.collector.workloads;

import dev.almanac.collector.prometheus.BulkAnswer.Labelled;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.NamespaceRules;
import dev.almanac.predictor.rightsizing.advice.NamespaceRules.Range;
import dev.almanac.predictor.rightsizing.advice.WorkloadHistory.UtilizationTarget;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import dev.almanac.predictor.rightsizing.pod.Quota;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What kube-state-metrics says about a namespace as it is now. */
final class Facts {
  /** Amounts beyond are no amounts: 2^53, up to where a double is exact. */
  private static final double MOST = 1L << 53;

  private final Dialect dialect;
  private final Map<String, ResourceList> requests = new HashMap<>();
  private final Map<String, ResourceList> limits = new HashMap<>();
  private final Set<String> pods = new HashSet<>();
  private final Map<String, Bounds> ranges = new HashMap<>();
  private ResourceList hardRequests = ResourceList.NONE;
  private ResourceList usedRequests = ResourceList.NONE;
  private ResourceList hardLimits = ResourceList.NONE;
  private ResourceList usedLimits = ResourceList.NONE;
  private final Map<String, String> hpaTargets = new HashMap<>();
  private final Map<String, UtilizationTarget> hpaMetrics = new HashMap<>();

  /** An item of a LimitRange as it is put together from its series. */
  private static final class Bounds {
    final boolean ofPod;
    ResourceList min = ResourceList.NONE;
    ResourceList max = ResourceList.NONE;
    final Map<Resource, Double> ratio = new HashMap<>();

    Bounds(boolean ofPod) {
      this.ofPod = ofPod;
    }
  }

  Facts(Dialect dialect, List<Labelled> series) {
    this.dialect = dialect;
    series.forEach(this::add);
  }

  private void add(Labelled one) {
    double value = one.values().length == 0 ? Double.NaN : one.values()[0];
    if (!(value >= 0) || value > MOST) {
      return;
    }
    String metric = one.label("__name__");
    if (metric.startsWith("kube_pod_")) {
      amount(metric, one, value);
    } else if (metric.equals("kube_limitrange")) {
      range(one, value);
    } else if (metric.equals("kube_resourcequota")) {
      quota(one, value);
    } else if (metric.endsWith("_info")) {
      hpaTargets.put(
          hpa(one),
          dialect.state(one, "scaletargetref_kind")
              + "/"
              + dialect.state(one, "scaletargetref_name"));
    } else if (dialect.state(one, "metric_target_type").equals("utilization") && value >= 1) {
      resource(dialect.state(one, "metric_name"))
          .ifPresent(resource ->
              hpaMetrics.put(
                  hpa(one), new UtilizationTarget(hpa(one), resource, (int) Math.min(value, 1e6))));
    }
  }

  private String hpa(Labelled one) {
    String name = dialect.state(one, "horizontalpodautoscaler");
    return name.isEmpty() ? dialect.state(one, "hpa") : name;
  }

  private static Optional<Resource> resource(String name) {
    return switch (name) {
      case "cpu" -> Optional.of(Resource.CPU);
      case "memory" -> Optional.of(Resource.MEMORY);
      default -> Optional.empty();
    };
  }

  /** In millicores or bytes, rounded up as the scheduler does. */
  private static long whole(Resource resource, double value) {
    double exact = resource == Resource.CPU ? value * 1000 : value;
    return (long) Math.ceil(exact * (1 - 1e-12));
  }

  private void amount(String metric, Labelled one, double value) {
    // Before 2.0 of kube-state-metrics the resource was a part of the name.
    String named =
        metric.endsWith("_cpu_cores")
            ? "cpu"
            : metric.endsWith("_memory_bytes") ? "memory" : dialect.state(one, "resource");
    Optional<Resource> resource = resource(named);
    if (resource.isEmpty()) {
      return;
    }
    String pod = dialect.state(one, "pod");
    pods.add(pod);
    Map<String, ResourceList> to = metric.contains("_requests") ? requests : limits;
    to.merge(
        pod + "/" + dialect.state(one, "container"),
        ResourceList.NONE.with(resource.get(), whole(resource.get(), value)),
        Facts::larger);
  }

  private static ResourceList larger(ResourceList a, ResourceList b) {
    ResourceList larger = a;
    for (var entry : b.amounts().entrySet()) {
      larger =
          larger.with(entry.getKey(), Math.max(entry.getValue(), larger.orZero(entry.getKey())));
    }
    return larger;
  }

  private void range(Labelled one, double value) {
    String type = dialect.state(one, "type");
    Optional<Resource> resource = resource(dialect.state(one, "resource"));
    if (resource.isEmpty() || !(type.equals("Container") || type.equals("Pod"))) {
      return;
    }
    Bounds bounds =
        ranges.computeIfAbsent(
            dialect.state(one, "limitrange") + "/" + type, _ -> new Bounds(type.equals("Pod")));
    long amount = whole(resource.get(), value);
    switch (dialect.state(one, "constraint")) {
      case "min" -> bounds.min = bounds.min.with(resource.get(), amount);
      case "max" -> bounds.max = bounds.max.with(resource.get(), amount);
      case "maxLimitRequestRatio" -> bounds.ratio.put(resource.get(), value);
      default -> {} // Defaults are in the pods already.
    }
  }

  private void quota(Labelled one, double value) {
    String name = dialect.state(one, "resource");
    boolean ofLimits = name.startsWith("limits.");
    String bare = name.replace("requests.", "").replace("limits.", "");
    Optional<Resource> resource = resource(bare);
    if (resource.isEmpty()) {
      return;
    }
    long amount = whole(resource.get(), value);
    boolean hard = dialect.state(one, "type").equals("hard");
    // Of several quotas the tightest holds; taking the least of hard and the most of used is safe.
    if (hard && ofLimits) {
      hardLimits = tightest(hardLimits, resource.get(), amount);
    } else if (hard) {
      hardRequests = tightest(hardRequests, resource.get(), amount);
    } else if (ofLimits) {
      usedLimits = larger(usedLimits, ResourceList.NONE.with(resource.get(), amount));
    } else {
      usedRequests = larger(usedRequests, ResourceList.NONE.with(resource.get(), amount));
    }
  }

  private static ResourceList tightest(ResourceList list, Resource resource, long amount) {
    return list.with(resource, Math.min(amount, list.get(resource).orElse(Long.MAX_VALUE)));
  }

  NamespaceRules rules() {
    List<Range> items =
        ranges.values().stream().map(b -> new Range(b.ofPod, b.min, b.max, b.ratio)).toList();
    return new NamespaceRules(
        items, new Quota(hardRequests, usedRequests), new Quota(hardLimits, usedLimits));
  }

  Optional<UtilizationTarget> hpaOf(String kind, String name) {
    for (UtilizationTarget target : hpaMetrics.values()) {
      if ((kind + "/" + name).equals(hpaTargets.get(target.name()))) {
        return Optional.of(target);
      }
    }
    return Optional.empty();
  }

  boolean knows(String pod) {
    return pods.contains(pod);
  }

  /**
   * Requests and limits of a container in these pods, of several the larger. Empty where nobody can
   * tell what it requests.
   *
   * @param exist whether the pods are known to exist: one that requests nothing has no series here
   */
  Optional<ContainerResources> of(Collection<String> ofPods, String container, boolean exist) {
    ResourceList request = ResourceList.NONE;
    ResourceList limit = ResourceList.NONE;
    // Where not one pod of the namespace requests anything, the metric is rather missing.
    boolean known = exist && !requests.isEmpty();
    for (String pod : ofPods) {
      known |= pods.contains(pod);
      String key = pod + "/" + container;
      request = larger(request, requests.getOrDefault(key, ResourceList.NONE));
      limit = larger(limit, limits.getOrDefault(key, ResourceList.NONE));
    }
    return known ? Optional.of(new ContainerResources(request, limit)) : Optional.empty();
  }
}
