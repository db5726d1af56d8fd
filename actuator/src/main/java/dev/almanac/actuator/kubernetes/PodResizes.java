package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.Amounts;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import dev.almanac.predictor.rightsizing.resize.RunningPod;
import dev.almanac.predictor.rightsizing.resize.RunningPod.Container;
import dev.almanac.predictor.scaling.hpa.MetricAnswer;
import dev.almanac.predictor.scaling.hpa.PodUsage.ContainerUsage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Running pods and their resizing in place (KEP-1287, stable in Kubernetes 1.35). Reads a namespace
 * when asked, watches nothing. A resize is one strategic merge patch of {@code pods/resize} with
 * all containers that change, under the version that was read.
 *
 * <p>Calls block. Not for use by several threads.
 */
public final class PodResizes implements AutoCloseable {
  /** More are not resized; a namespace of this size belongs to nobody. */
  static final int MOST_PODS = 50_000;

  private final ApiServer api;
  private final UsageReports usage;

  /**
   * Connects when first asked.
   *
   * @param nanoTime a monotonic clock in nanoseconds
   * @throws IOException when the credentials cannot be used
   */
  public PodResizes(KubernetesAccess access, LongSupplier nanoTime) throws IOException {
    api = new ApiServer(access, KubernetesOptions.defaults(), nanoTime);
    usage = new UsageReports(api);
  }

  /** What became of a request to resize a pod. */
  public sealed interface Result {
    /** The API server took it; the kubelet has not acted yet. */
    record Accepted() implements Result {}

    /** The pod has changed since it was read, or is gone: read again. */
    record Changed(String why) implements Result {}

    /** The API server will not have it: quota, LimitRange, no right, no room on any node. */
    record Refused(String why) implements Result {}

    /** Nothing was sent yet: our own rate limit, or the server asked us to wait. */
    record Later(String why) implements Result {}

    /** No answer, or none that says anything about the pod. */
    record Failed(String why) implements Result {}
  }

  /**
   * Whether the API server can resize pods at all.
   *
   * @throws IOException when it does not answer
   */
  public boolean supported() throws IOException {
    Answer answer = api.get("/api/v1");
    if (!(answer instanceof Answer.Ok(byte[] body))) {
      throw new IOException(answer.text());
    }
    boolean[] found = {false};
    try (JsonParser p = Json.parser(body)) {
      Json.eachField(
          p,
          name -> {
            if (name.equals("resources")) {
              Json.eachElement(
                  p,
                  () ->
                      Json.eachField(
                          p,
                          field ->
                              found[0] |=
                                  field.equals("name") && Json.text(p).equals("pods/resize")));
            }
          });
    }
    return found[0];
  }

  /**
   * The pods of a namespace, with what their containers use of memory where metrics.k8s.io says so.
   *
   * @throws IOException when they cannot be listed, or are more than {@value #MOST_PODS}
   */
  public List<RunningPod> pods(String namespace) throws IOException {
    List<RunningPod> pods = new ArrayList<>();
    api.items(
        "/api/v1/namespaces/%s/pods".formatted(namespace),
        p -> {
          pods.add(RunningPodReader.read(p));
          if (pods.size() > MOST_PODS) {
            throw new IOException("%s has more than %,d pods".formatted(namespace, MOST_PODS));
          }
        });
    return withMemory(namespace, pods);
  }

  /**
   * One pod, without what it uses.
   *
   * @return empty when there is none, or no answer
   */
  public Optional<RunningPod> pod(String namespace, String name) {
    Answer answer = api.get("/api/v1/namespaces/%s/pods/%s".formatted(namespace, name));
    if (!(answer instanceof Answer.Ok(byte[] body))) {
      return Optional.empty();
    }
    try (JsonParser p = Json.parser(body)) {
      return Optional.of(RunningPodReader.read(p));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private List<RunningPod> withMemory(String namespace, List<RunningPod> pods) {
    // No selector: all pods of the namespace in one answer.
    MetricAnswer answer =
        usage.read(namespace, LabelSelector.NOTHING, Set.of("memory")).get("memory");
    if (!(answer instanceof MetricAnswer.Usage(var reports))) {
      return pods;
    }
    Map<String, Map<String, OptionalLong>> bytes = new HashMap<>();
    reports.forEach(report -> {
      Map<String, OptionalLong> of = new HashMap<>();
      for (ContainerUsage container : report.containers()) {
        OptionalLong milli = container.milli();
        of.put(
            container.name(),
            milli.isEmpty() ? milli : OptionalLong.of(Math.ceilDiv(milli.getAsLong(), 1000)));
      }
      bytes.put(report.pod(), of);
    });
    return pods.stream()
        .map(pod -> pod.with(withMemory(pod, bytes.getOrDefault(pod.name(), Map.of()))))
        .toList();
  }

  private static List<Container> withMemory(RunningPod pod, Map<String, OptionalLong> bytes) {
    return pod.containers().stream()
        .map(c -> c.with(bytes.getOrDefault(c.name(), OptionalLong.empty())))
        .toList();
  }

  /**
   * Asks for other requests and limits of some containers of a pod.
   *
   * @param to by container; what is unset there stays
   * @param dryRun only whether the API server would take it
   */
  public Result resize(RunningPod pod, Map<String, ContainerResources> to, boolean dryRun) {
    String path =
        "/api/v1/namespaces/%s/pods/%s/resize".formatted(pod.workload().namespace(), pod.name());
    Answer answer =
        api.strategicPatch(path, KubernetesCluster.FIELD_MANAGER, patch(pod, to), dryRun);
    return switch (answer) {
      case Answer.Ok _ -> new Result.Accepted();
      case Answer.NotSent(var _, String why) -> new Result.Later(why);
      case Answer.Unanswered(String why) -> new Result.Failed(why);
      case Answer.Refused(int code, String message, var _) ->
          switch (code) {
            case 404, 409 -> new Result.Changed(message);
            case 400, 403, 422 -> new Result.Refused(message);
            default -> new Result.Failed(answer.text());
          };
    };
  }

  private static byte[] patch(RunningPod pod, Map<String, ContainerResources> to) {
    return Json.write(g -> {
      g.writeStartObject();
      g.writeObjectFieldStart("metadata");
      g.writeStringField("resourceVersion", pod.resourceVersion());
      g.writeStringField("uid", pod.uid());
      g.writeEndObject();
      g.writeObjectFieldStart("spec");
      containers(g, "containers", pod, to, false);
      containers(g, "initContainers", pod, to, true);
      g.writeEndObject();
      g.writeEndObject();
    });
  }

  private static void containers(
      JsonGenerator g,
      String field,
      RunningPod pod,
      Map<String, ContainerResources> to,
      boolean sidecars)
      throws IOException {
    List<Container> these =
        pod.containers().stream()
            .filter(c -> c.sidecar() == sidecars && to.containsKey(c.name()))
            .toList();
    if (these.isEmpty()) {
      return;
    }
    g.writeArrayFieldStart(field);
    for (Container container : these) {
      ContainerResources wanted = to.getOrDefault(container.name(), container.desired());
      g.writeStartObject();
      g.writeStringField("name", container.name());
      g.writeObjectFieldStart("resources");
      amounts(g, "requests", wanted.requests());
      amounts(g, "limits", wanted.limits());
      g.writeEndObject();
      g.writeEndObject();
    }
    g.writeEndArray();
  }

  private static void amounts(JsonGenerator g, String field, ResourceList list) throws IOException {
    g.writeObjectFieldStart(field);
    for (var amount : list.amounts().entrySet()) {
      Resource resource = amount.getKey();
      g.writeStringField(
          resource == Resource.CPU ? "cpu" : "memory",
          Amounts.quantity(resource, amount.getValue()));
    }
    g.writeEndObject();
  }

  @Override
  public void close() {
    api.close();
  }
}
