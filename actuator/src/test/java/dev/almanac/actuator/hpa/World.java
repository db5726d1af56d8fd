package dev.almanac.actuator.hpa;

import dev.almanac.predictor.scaling.hpa.Pod;
import dev.almanac.predictor.scaling.hpa.Pod.Container;
import dev.almanac.predictor.scaling.hpa.Pod.Kind;
import dev.almanac.predictor.scaling.hpa.Pod.Phase;
import dev.almanac.predictor.scaling.hpa.Pod.Ready;
import dev.almanac.testbed.ControlPlane;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One target's pods and status, changed between syncs through the real API. Nobody else changes
 * them: the controllers of Deployments and the scheduler do not run.
 */
final class World {
  static final String NAMESPACE = "shop";
  static final Map<String, Long> REQUESTS = Map.of("c1", 100L, "c2", 150L);
  private static final String MERGE = "application/merge-patch+json";
  private static final int MOST_PODS = 16;

  private final ControlPlane plane;
  private final String app;
  private final SplittableRandom random;
  private final Set<String> seen;
  private final TreeMap<String, Pod> pods = new TreeMap<>();
  private int created;
  private int statusReplicas;

  World(ControlPlane plane, String app, SplittableRandom random, Set<String> seen) {
    this.plane = plane;
    this.app = app;
    this.random = random;
    this.seen = seen;
  }

  List<Pod> pods() {
    return List.copyOf(pods.values());
  }

  int statusReplicas() {
    return statusReplicas;
  }

  /** Begins with all pods ready since long. */
  void begin(int size) {
    Instant longAgo = second().minusSeconds(3_600);
    for (int i = 0; i < size; i++) {
      create();
    }
    for (String name : List.copyOf(pods.keySet())) {
      write(name, Phase.RUNNING, Ready.TRUE, longAgo, Optional.of(longAgo));
    }
    status(size);
  }

  /** What may happen between two syncs. */
  void live(int size) {
    boolean surge = random.nextInt(8) == 0;
    int wanted = Math.min(MOST_PODS, size + (surge ? 1 + random.nextInt(3) : 0));
    if (surge) {
      seen.add("rollout with surge pods");
    }
    advance();
    int alive = (int) pods.values().stream().filter(p -> !p.deleting()).count();
    for (; alive < wanted; alive++) {
      create();
      seen.add("pod pending");
    }
    for (String name : new TreeSet<>(pods.descendingKeySet())) {
      if (alive > wanted && !pods.get(name).deleting()) {
        remove(name);
        alive--;
      }
    }
    status(surge ? wanted : size);
  }

  private void advance() {
    Instant now = second();
    for (Pod pod : List.copyOf(pods.values())) {
      Instant start = pod.startTime().orElse(now);
      if (pod.deleting()) {
        if (random.nextBoolean()) {
          send(
              "PATCH",
              "/api/v1/namespaces/%s/pods/%s".formatted(NAMESPACE, pod.name()),
              MERGE,
              "{\"metadata\":{\"finalizers\":null}}");
          pods.remove(pod.name());
        }
      } else if (pod.phase() == Phase.PENDING) {
        if (random.nextInt(3) > 0) {
          write(pod.name(), Phase.RUNNING, Ready.FALSE, now, Optional.of(now));
          seen.add("pod running, not ready yet");
        }
      } else if (pod.phase() == Phase.RUNNING && pod.ready() == Ready.FALSE) {
        if (random.nextInt(2) == 0) {
          write(pod.name(), Phase.RUNNING, Ready.TRUE, now, Optional.of(start));
          seen.add("pod ready late");
        }
      } else if (random.nextInt(40) == 0) {
        write(pod.name(), Phase.FAILED, Ready.FALSE, now, Optional.of(start));
        seen.add("pod failed");
      } else if (random.nextInt(25) == 0) {
        write(pod.name(), Phase.RUNNING, Ready.FALSE, now, Optional.of(start));
        seen.add("ready pod turned unready");
      }
    }
  }

  private void create() {
    String name = "%s-%d".formatted(app, created++);
    send(
        "POST",
        "/api/v1/namespaces/%s/pods".formatted(NAMESPACE),
        "application/json",
        """
        {"apiVersion":"v1","kind":"Pod",
         "metadata":{"name":"%s","labels":{"app":"%s"},"finalizers":["test.almanac.dev/stay"]},
         "spec":{"containers":[
          {"name":"c1","image":"none","resources":{"requests":{"cpu":"100m","memory":"64Mi"}}},
          {"name":"c2","image":"none","resources":{"requests":{"cpu":"150m","memory":"64Mi"}}}]}}
        """
            .formatted(name, app));
    pods.put(name, pod(name, Phase.PENDING, false, Ready.ABSENT, Instant.EPOCH, Optional.empty()));
  }

  private void write(
      String name, Phase phase, Ready ready, Instant readySince, Optional<Instant> start) {
    String started = start.map(s -> ",\"startTime\":\"%s\"".formatted(s)).orElse("");
    send(
        "PATCH",
        "/api/v1/namespaces/%s/pods/%s/status".formatted(NAMESPACE, name),
        MERGE,
        """
        {"status":{"phase":"%s"%s,"conditions":[
         {"type":"Ready","status":"%s","lastTransitionTime":"%s"}]}}
        """
            .formatted(
                phase == Phase.FAILED ? "Failed" : "Running",
                started,
                ready == Ready.TRUE ? "True" : "False",
                readySince));
    pods.put(name, pod(name, phase, false, ready, readySince, start));
  }

  /** The finalizer keeps it there, being deleted. */
  private void remove(String name) {
    send(
        "DELETE",
        "/api/v1/namespaces/%s/pods/%s".formatted(NAMESPACE, name),
        "application/json",
        "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"gracePeriodSeconds\":0}");
    Pod p = pods.get(name);
    pods.put(name, pod(name, p.phase(), true, p.ready(), p.readySince(), p.startTime()));
    seen.add("pod being deleted");
  }

  private void status(int replicas) {
    if (replicas != statusReplicas) {
      send(
          "PATCH",
          "/apis/apps/v1/namespaces/%s/deployments/%s/status".formatted(NAMESPACE, app),
          MERGE,
          "{\"status\":{\"replicas\":%d}}".formatted(replicas));
      statusReplicas = replicas;
    }
  }

  private void send(String method, String path, String type, String body) {
    HttpResponse<String> response = plane.send(method, path, type, body);
    if (response.statusCode() >= 300) {
      throw new IllegalStateException("%s %s: %s".formatted(method, path, response.body()));
    }
  }

  private static Pod pod(
      String name,
      Phase phase,
      boolean deleting,
      Ready ready,
      Instant readySince,
      Optional<Instant> start) {
    List<Container> containers = new ArrayList<>();
    new TreeMap<>(REQUESTS)
        .forEach((c, milli) -> containers.add(new Container(c, Kind.MAIN, Map.of("cpu", milli))));
    return new Pod(name, phase, deleting, ready, readySince, start, containers, Map.of());
  }

  /** The API keeps whole seconds. */
  private static Instant second() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }
}
