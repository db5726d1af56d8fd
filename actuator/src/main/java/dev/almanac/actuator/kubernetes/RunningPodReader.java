package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import dev.almanac.predictor.rightsizing.resize.RunningPod;
import dev.almanac.predictor.rightsizing.resize.RunningPod.Condition;
import dev.almanac.predictor.rightsizing.resize.RunningPod.Container;
import dev.almanac.predictor.rightsizing.resize.RunningPod.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads of a pod what resizing it needs; what cannot be read is unset. */
final class RunningPodReader {
  /** The label that a Deployment gives to the pods of one of its ReplicaSets, and its name. */
  static final String TEMPLATE_HASH = "pod-template-hash";

  private RunningPodReader() {}

  private static final class Draft {
    final ObjectMeta meta = new ObjectMeta();
    String templateHash = "";
    String ownerKind = "";
    String owner = "";
    boolean running;
    Optional<Condition> pending = Optional.empty();
    Optional<Condition> inProgress = Optional.empty();
    final List<Container> containers = new ArrayList<>();
    final Map<String, ContainerResources> actual = new HashMap<>();

    void owner(ObjectMeta.Owner reference) {
      if (reference.controller()) {
        ownerKind = reference.kind();
        owner = reference.name();
      }
    }

    void condition(StatusCondition condition) {
      if (!condition.isTrue()) {
        return;
      }
      String reason = condition.reason();
      String message = ApiServer.oneLine(condition.message());
      switch (condition.type()) {
        case "PodResizePending" ->
            pending =
                Optional.of(
                    new Condition(
                        reason.equals("Infeasible") ? State.INFEASIBLE : State.DEFERRED, message));
        case "PodResizeInProgress" ->
            inProgress =
                Optional.of(
                    new Condition(
                        reason.equals("Error") ? State.ERROR : State.IN_PROGRESS, message));
        default -> {}
      }
    }

    RunningPod pod() {
      List<Container> whole = new ArrayList<>();
      for (Container c : containers) {
        whole.add(
            new Container(
                c.name(),
                c.sidecar(),
                c.desired(),
                Optional.ofNullable(actual.get(c.name())),
                c.cpuRestarts(),
                c.memoryRestarts(),
                OptionalLong.empty()));
      }
      return new RunningPod(
          meta.uid,
          meta.name,
          workload(meta, ownerKind, owner, templateHash),
          meta.resourceVersion,
          running && !meta.ending,
          whole,
          pending.isPresent() ? pending : inProgress);
    }
  }

  /** The Deployment of a ReplicaSet is known by the name that it gave it. */
  static WorkloadName workload(
      ObjectMeta pod, String ownerKind, String owner, String templateHash) {
    String hash = "-" + templateHash;
    if (owner.isEmpty()) {
      return new WorkloadName(pod.namespace, "Pod", pod.name);
    }
    return ownerKind.equals("ReplicaSet") && !templateHash.isEmpty() && owner.endsWith(hash)
        ? new WorkloadName(
            pod.namespace, "Deployment", owner.substring(0, owner.length() - hash.length()))
        : new WorkloadName(pod.namespace, ownerKind, owner);
  }

  static RunningPod read(JsonParser p) throws IOException {
    Draft d = new Draft();
    d.meta.read(p, name -> metadata(p, name, d), () -> spec(p, d), () -> status(p, d));
    return d.pod();
  }

  private static void metadata(JsonParser p, String name, Draft d) throws IOException {
    switch (name) {
      case "labels" ->
          Json.eachField(
              p,
              label -> {
                if (label.equals(TEMPLATE_HASH)) {
                  d.templateHash = Json.text(p);
                }
              });
      case "ownerReferences" -> Json.eachElement(p, () -> d.owner(ObjectMeta.Owner.read(p)));
      default -> {}
    }
  }

  private static void spec(JsonParser p, Draft d) throws IOException {
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "containers" -> Json.eachElement(p, () -> container(p, false, d));
            case "initContainers" -> Json.eachElement(p, () -> container(p, true, d));
            default -> {}
          }
        });
  }

  /** An init container that is no sidecar has ended, and counts for nothing here. */
  private static void container(JsonParser p, boolean init, Draft d) throws IOException {
    String[] container = {""};
    boolean[] runsOn = {!init};
    boolean[] restarts = {false, false};
    ContainerResources[] desired = {new ContainerResources(ResourceList.NONE, ResourceList.NONE)};
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "name" -> container[0] = Json.text(p);
            case "restartPolicy" -> runsOn[0] |= Json.text(p).equals("Always");
            case "resources" -> desired[0] = resources(p);
            case "resizePolicy" -> Json.eachElement(p, () -> resizePolicy(p, restarts));
            default -> {}
          }
        });
    if (runsOn[0]) {
      d.containers.add(
          new Container(
              container[0],
              init,
              desired[0],
              Optional.empty(),
              restarts[Resource.CPU.ordinal()],
              restarts[Resource.MEMORY.ordinal()],
              OptionalLong.empty()));
    }
  }

  private static void resizePolicy(JsonParser p, boolean[] restarts) throws IOException {
    String[] resource = {""};
    String[] policy = {""};
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "resourceName" -> resource[0] = Json.text(p);
            case "restartPolicy" -> policy[0] = Json.text(p);
            default -> {}
          }
        });
    if (policy[0].equals("RestartContainer")) {
      switch (resource[0]) {
        case "cpu" -> restarts[Resource.CPU.ordinal()] = true;
        case "memory" -> restarts[Resource.MEMORY.ordinal()] = true;
        default -> {}
      }
    }
  }

  static ContainerResources resources(JsonParser p) throws IOException {
    ResourceList[] lists = {ResourceList.NONE, ResourceList.NONE};
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "requests" -> lists[0] = amounts(p);
            case "limits" -> lists[1] = amounts(p);
            default -> {}
          }
        });
    return new ContainerResources(lists[0], lists[1]);
  }

  static ResourceList amounts(JsonParser p) throws IOException {
    ResourceList[] list = {ResourceList.NONE};
    Json.eachField(
        p,
        name -> {
          OptionalLong milli = Quantities.milli(Json.text(p));
          if (milli.isPresent() && name.equals("cpu")) {
            list[0] = list[0].with(Resource.CPU, milli.getAsLong());
          } else if (milli.isPresent() && name.equals("memory")) {
            list[0] = list[0].with(Resource.MEMORY, Math.ceilDiv(milli.getAsLong(), 1000));
          }
        });
    return list[0];
  }

  private static void status(JsonParser p, Draft d) throws IOException {
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "phase" -> d.running = Json.text(p).equals("Running");
            case "containerStatuses", "initContainerStatuses" ->
                Json.eachElement(p, () -> containerStatus(p, d));
            case "conditions" -> Json.eachElement(p, () -> d.condition(StatusCondition.read(p)));
            default -> {}
          }
        });
  }

  private static void containerStatus(JsonParser p, Draft d) throws IOException {
    String[] container = {""};
    List<ContainerResources> actual = new ArrayList<>();
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "name" -> container[0] = Json.text(p);
            case "resources" -> actual.add(resources(p));
            default -> {}
          }
        });
    actual.forEach(has -> d.actual.put(container[0], has));
  }
}
