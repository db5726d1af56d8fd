package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import dev.almanac.predictor.rightsizing.advice.NamespaceRules;
import dev.almanac.predictor.rightsizing.advice.WorkloadHistory.UtilizationTarget;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What containers use at this moment, as metrics.k8s.io reports it, and whose pods they are in.
 * Reads when asked, watches nothing, changes nothing.
 *
 * <p>Calls block. Not for use by several threads.
 */
public final class LiveUsage implements AutoCloseable {
  /** As many as Kubernetes is tested with; more is no list but an attack. */
  private static final int MOST_PODS = 150_000;

  private final ApiServer api;
  private final Namespaces namespaces;

  /**
   * What one pod used, over a window that metrics-server chooses (15 to 60 s).
   *
   * @param at end of the window
   */
  public record PodSample(String namespace, String pod, Instant at, List<Used> containers) {
    /** Copies. */
    public PodSample {
      containers = List.copyOf(containers);
    }
  }

  /** What one container used; empty where the API says nothing that can be an amount. */
  public record Used(String name, OptionalLong millicores, OptionalLong bytes) {}

  /**
   * What a namespace lays down.
   *
   * @param targets of HorizontalPodAutoscalers that go by utilization
   */
  public record Rules(NamespaceRules rules, Map<WorkloadName, UtilizationTarget> targets) {
    /** Nothing. */
    public static final Rules NONE = new Rules(NamespaceRules.NONE, Map.of());

    /** Copies. */
    public Rules {
      targets = Map.copyOf(targets);
    }
  }

  /**
   * Connects when first asked.
   *
   * @param nanoTime a monotonic clock in nanoseconds
   * @throws IOException when the credentials cannot be used
   */
  public LiveUsage(KubernetesAccess access, Namespaces namespaces, LongSupplier nanoTime)
      throws IOException {
    this.api = new ApiServer(access, KubernetesOptions.defaults(), nanoTime);
    this.namespaces = namespaces;
  }

  /** What all pods use; those that have no time are left out. */
  public List<PodSample> samples() throws LiveUsageException {
    List<PodSample> samples = new ArrayList<>();
    each(
        "metrics.k8s.io/v1beta1",
        "pods",
        p ->
            UsageReports.pod(p)
                .ifPresent(report -> {
                  List<Used> used = new ArrayList<>();
                  report
                      .containers()
                      .forEach((name, usage) ->
                          used.add(
                              new Used(
                                  name,
                                  amount(usage.get("cpu"), 1),
                                  amount(usage.get("memory"), 1000))));
                  samples.add(new PodSample(report.namespace(), report.pod(), report.at(), used));
                }));
    return samples;
  }

  private static OptionalLong amount(@Nullable Long milli, long unit) {
    return milli == null ? OptionalLong.empty() : OptionalLong.of(Math.ceilDiv(milli, unit));
  }

  /** All pods, those that have ended included. */
  public List<LivePod> pods() throws LiveUsageException {
    List<LivePod> pods = new ArrayList<>();
    each("v1", "pods", p -> pods.add(LivePodReader.read(p)));
    if (pods.stream().noneMatch(pod -> pod.workload().kind().equals("Job"))) {
      return pods;
    }
    Map<WorkloadName, WorkloadName> cronJobs = new HashMap<>();
    each("batch/v1", "jobs", p -> cronJob(p, cronJobs));
    return pods.stream()
        .map(pod ->
            new LivePod(
                cronJobs.getOrDefault(pod.workload(), pod.workload()),
                pod.name(),
                pod.started(),
                pod.there(),
                pod.containers()))
        .toList();
  }

  private static void cronJob(JsonParser p, Map<WorkloadName, WorkloadName> cronJobs)
      throws IOException {
    ObjectMeta meta = new ObjectMeta();
    List<ObjectMeta.Owner> owners = new ArrayList<>();
    meta.read(
        p,
        name -> {
          if (name.equals("ownerReferences")) {
            Json.eachElement(p, () -> owners.add(ObjectMeta.Owner.read(p)));
          }
        },
        () -> {},
        () -> {});
    owners.stream()
        .filter(ObjectMeta.Owner::controller)
        .findFirst()
        .ifPresent(owner ->
            cronJobs.put(
                new WorkloadName(meta.namespace, "Job", meta.name),
                new WorkloadName(meta.namespace, owner.kind(), owner.name())));
  }

  /** LimitRanges, ResourceQuotas and HorizontalPodAutoscalers by namespace. */
  public Map<String, Rules> rules() throws LiveUsageException {
    NamespaceRulesReader reader = new NamespaceRulesReader();
    each("v1", "limitranges", reader::limitRange);
    each("v1", "resourcequotas", reader::quota);
    each("autoscaling/v2", "horizontalpodautoscalers", reader::autoscaler);
    return reader.rules();
  }

  private void each(String version, String resource, ApiServer.ItemReader reader)
      throws LiveUsageException {
    String root = version.contains("/") ? "/apis/" + version : "/api/" + version;
    int[] n = {0};
    ApiServer.ItemReader counted =
        p -> {
          if (++n[0] > MOST_PODS) {
            throw new IOException("more than %,d %s".formatted(MOST_PODS, resource));
          }
          reader.item(p);
        };
    switch (namespaces) {
      case Namespaces.All _ -> items(version, resource, root + "/" + resource, counted);
      case Namespaces.Only(var names) -> {
        for (String name : new TreeSet<>(names)) {
          items(version, resource, root + "/namespaces/" + name + "/" + resource, counted);
        }
      }
    }
  }

  private void items(String version, String resource, String path, ApiServer.ItemReader reader)
      throws LiveUsageException {
    try {
      api.items(path, reader);
    } catch (RefusedException e) {
      String group = version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
      throw refused(group, resource, e);
    } catch (IOException e) {
      throw new LiveUsageException(
          true,
          "the API server did not answer for %s of %s (%s)"
              .formatted(resource, version, ApiServer.problem(e)),
          e);
    }
  }

  private LiveUsageException refused(String group, String resource, RefusedException e) {
    boolean metrics = group.equals("metrics.k8s.io");
    String named = resource + (group.isEmpty() ? "" : "." + group);
    String where =
        switch (namespaces) {
          case Namespaces.All _ -> "the whole cluster";
          case Namespaces.Only only -> only.toString();
        };
    String text =
        switch (e.answer().code()) {
          case 404 ->
              metrics
                  ? "the cluster does not serve metrics.k8s.io: install metrics-server"
                  : "the cluster does not serve " + named;
          case 403 ->
              "the right to list %s in %s is missing: %s"
                  .formatted(named, where, e.answer().message());
          case 401 -> "the API server does not know us: the token is none, or no longer one";
          default ->
              metrics
                  ? "metrics.k8s.io does not answer (%s): is metrics-server up? See kubectl get apiservice v1beta1.metrics.k8s.io"
                      .formatted(e.answer().text())
                  : "listing %s: %s".formatted(named, e.answer().text());
        };
    return new LiveUsageException(e.answer().code() == 429 || e.answer().code() >= 500, text, e);
  }

  @Override
  public void close() {
    api.close();
  }
}
