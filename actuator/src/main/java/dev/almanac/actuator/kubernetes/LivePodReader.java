package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads of a pod what its usage is understood by; what cannot be read is unset. */
final class LivePodReader {
  private final ObjectMeta meta = new ObjectMeta();
  private String templateHash = "";
  private String ownerKind = "";
  private String owner = "";
  private OptionalLong started = OptionalLong.empty();
  private boolean ended;
  private final List<LivePod.Container> containers = new ArrayList<>();
  private final Map<String, Instant> kills = new HashMap<>();

  private LivePodReader() {}

  static LivePod read(JsonParser p) throws IOException {
    LivePodReader r = new LivePodReader();
    r.meta.read(p, name -> r.metadata(p, name), () -> r.spec(p), () -> r.status(p));
    return r.pod();
  }

  private LivePod pod() {
    return new LivePod(
        RunningPodReader.workload(meta, ownerKind, owner, templateHash),
        meta.name,
        started.isPresent()
            ? Optional.of(Instant.ofEpochSecond(started.getAsLong()))
            : Optional.empty(),
        !ended && !meta.ending,
        containers.stream()
            .map(c ->
                new LivePod.Container(
                    c.name(), c.role(), c.now(), Optional.ofNullable(kills.get(c.name()))))
            .toList());
  }

  private void metadata(JsonParser p, String name) throws IOException {
    switch (name) {
      case "labels" ->
          Json.eachField(
              p,
              label -> {
                if (label.equals(RunningPodReader.TEMPLATE_HASH)) {
                  templateHash = Json.text(p);
                }
              });
      case "ownerReferences" -> Json.eachElement(p, () -> owner(ObjectMeta.Owner.read(p)));
      default -> {}
    }
  }

  /** A mirror pod is owned by its node, which is no workload. */
  private void owner(ObjectMeta.Owner reference) {
    if (reference.controller() && !reference.kind().equals("Node")) {
      ownerKind = reference.kind();
      owner = reference.name();
    }
  }

  private void spec(JsonParser p) throws IOException {
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "containers" -> Json.eachElement(p, () -> container(p, Role.MAIN));
            case "initContainers" -> Json.eachElement(p, () -> container(p, Role.INIT));
            default -> {}
          }
        });
  }

  private void container(JsonParser p, Role as) throws IOException {
    String[] container = {""};
    Role[] role = {as};
    ContainerResources[] now = {new ContainerResources(ResourceList.NONE, ResourceList.NONE)};
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "name" -> container[0] = Json.text(p);
            case "restartPolicy" ->
                role[0] = as == Role.INIT && Json.text(p).equals("Always") ? Role.SIDECAR : as;
            case "resources" -> now[0] = RunningPodReader.resources(p);
            default -> {}
          }
        });
    containers.add(new LivePod.Container(container[0], role[0], now[0], Optional.empty()));
  }

  private void status(JsonParser p) throws IOException {
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "phase" -> {
              String phase = Json.text(p);
              ended = phase.equals("Succeeded") || phase.equals("Failed");
            }
            case "startTime" -> started = Json.seconds(p);
            case "containerStatuses", "initContainerStatuses" ->
                Json.eachElement(p, () -> containerStatus(p));
            default -> {}
          }
        });
  }

  private void containerStatus(JsonParser p) throws IOException {
    String[] container = {""};
    List<Instant> killed = new ArrayList<>();
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "name" -> container[0] = Json.text(p);
            case "state", "lastState" ->
                Json.eachField(
                    p,
                    state -> {
                      if (state.equals("terminated")) {
                        killed(p).ifPresent(killed::add);
                      }
                    });
            default -> {}
          }
        });
    killed.stream().max(Instant::compareTo).ifPresent(at -> kills.put(container[0], at));
  }

  private static Optional<Instant> killed(JsonParser p) throws IOException {
    String[] reason = {""};
    OptionalLong[] finished = {OptionalLong.empty()};
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "reason" -> reason[0] = Json.text(p);
            case "finishedAt" -> finished[0] = Json.seconds(p);
            default -> {}
          }
        });
    return reason[0].equals("OOMKilled") && finished[0].isPresent()
        ? Optional.of(Instant.ofEpochSecond(finished[0].getAsLong()))
        : Optional.empty();
  }
}
