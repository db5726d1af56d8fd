package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import dev.almanac.predictor.scaling.hpa.Pod.Container;
import dev.almanac.predictor.scaling.hpa.Pod.Kind;
import dev.almanac.predictor.scaling.hpa.Pod.Phase;
import dev.almanac.predictor.scaling.hpa.Pod.Ready;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Reads a pod. A time that is missing or no time is absent, and then nothing is measured by it.
 *
 * <p>Pods of one template mostly have equal labels and requests, and there may be very many of
 * them: equal ones are kept once, the {@link #MOST_SHARED} used last. Not safe for several threads;
 * each watch has its own reader.
 */
final class PodReader implements ApiStream.ObjectReader<Pod> {
  private static final int MOST_SHARED = 2048;

  private final Map<Map<String, String>, Map<String, String>> labels = newest();
  private final Map<PodShape, PodShape> shapes = newest();

  /** Keeps the values used last. */
  private static <T> Map<T, T> newest() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<T, T> eldest) {
        return size() > MOST_SHARED;
      }
    };
  }

  @Override
  public Pod read(JsonParser p) throws IOException {
    Draft d = new Draft();
    d.meta.read(p, name -> metadata(p, name, d), () -> spec(p, d), () -> status(p, d));
    return new Pod(
        d.meta.uid,
        d.meta.namespace,
        d.meta.name,
        d.meta.resourceVersion,
        shared(labels, Map.copyOf(d.labels)),
        shared(shapes, new PodShape(d.containers, d.requestsMilli)),
        d.phase,
        d.ready,
        d.readyChanged,
        d.created,
        d.started,
        d.scheduled,
        d.unschedulable,
        d.restarts,
        d.meta.ending);
  }

  private static <T> T shared(Map<T, T> known, T value) {
    T same = known.putIfAbsent(value, value);
    return same == null ? value : same;
  }

  private static void spec(JsonParser p, Draft d) throws IOException {
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "containers" ->
                Json.eachElement(p, () -> d.containers.add(containerSpec(p, false)));
            case "initContainers" ->
                Json.eachElement(p, () -> d.containers.add(containerSpec(p, true)));
            case "resources" -> requests(p, d.requestsMilli);
            default -> {}
          }
        });
  }

  private static Container containerSpec(JsonParser p, boolean init) throws IOException {
    String[] container = {""};
    boolean[] restartable = {false};
    Map<String, Long> requests = new HashMap<>();
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "name" -> container[0] = Json.text(p);
            case "restartPolicy" -> restartable[0] = Json.text(p).equals("Always");
            case "resources" -> requests(p, requests);
            default -> {}
          }
        });
    Kind kind = !init ? Kind.MAIN : restartable[0] ? Kind.RESTARTABLE_INIT : Kind.INIT;
    return new Container(container[0], kind, requests);
  }

  /** Those of {@code resources.requests} that can be read and are no less than zero. */
  private static void requests(JsonParser p, Map<String, Long> milli) throws IOException {
    Json.eachField(
        p,
        name -> {
          if (name.equals("requests")) {
            Json.eachField(
                p,
                resource ->
                    Quantities.milli(p.getText()).ifPresent(amount -> milli.put(resource, amount)));
          }
        });
  }

  private static void metadata(JsonParser p, String name, Draft d) throws IOException {
    switch (name) {
      case "creationTimestamp" -> d.created = Json.seconds(p);
      case "labels" -> Json.eachField(p, key -> d.labels.put(key, Json.text(p)));
      default -> {}
    }
  }

  private static void status(JsonParser p, Draft d) throws IOException {
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "phase" -> d.phase = phase(Json.text(p));
            case "startTime" -> d.started = Json.seconds(p);
            case "conditions" -> Json.eachElement(p, () -> d.condition(StatusCondition.read(p)));
            case "containerStatuses" -> Json.eachElement(p, () -> container(p, d));
            default -> {}
          }
        });
  }

  private static Phase phase(String text) {
    return switch (text) {
      case "Pending" -> Phase.PENDING;
      case "Running" -> Phase.RUNNING;
      case "Succeeded" -> Phase.SUCCEEDED;
      case "Failed" -> Phase.FAILED;
      default -> Phase.UNKNOWN;
    };
  }

  private static void container(JsonParser p, Draft d) throws IOException {
    Json.eachField(
        p,
        name -> {
          if (name.equals("restartCount")) {
            d.restarts += Math.max(0, Json.number(p).orElse(0));
          }
        });
  }

  /** The pod as far as it has been read. */
  private static final class Draft {
    final ObjectMeta meta = new ObjectMeta();
    final List<Container> containers = new ArrayList<>();
    final Map<String, Long> requestsMilli = new HashMap<>();
    Phase phase = Phase.UNKNOWN;
    Ready ready = Ready.ABSENT;
    OptionalLong readyChanged = OptionalLong.empty();
    final Map<String, String> labels = new LinkedHashMap<>();
    OptionalLong created = OptionalLong.empty();
    OptionalLong started = OptionalLong.empty();
    OptionalLong scheduled = OptionalLong.empty();
    boolean unschedulable;
    long restarts;

    void condition(StatusCondition condition) {
      switch (condition.type()) {
        case "PodScheduled" -> {
          scheduled = condition.isTrue() ? condition.since() : OptionalLong.empty();
          unschedulable =
              condition.status().equals("False") && condition.reason().equals("Unschedulable");
        }
        case "Ready" -> {
          readyChanged = condition.since();
          ready =
              switch (condition.status()) {
                case "True" -> Ready.TRUE;
                case "False" -> Ready.FALSE;
                default -> Ready.UNKNOWN;
              };
        }
        default -> {}
      }
    }
  }
}
