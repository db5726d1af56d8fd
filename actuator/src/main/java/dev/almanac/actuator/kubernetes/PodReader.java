package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Reads a pod. A time that is missing or no time is absent, and then nothing is measured by it.
 *
 * <p>Pods of one template mostly have equal labels, and there may be very many of them: equal label
 * maps are kept once, the {@link #MOST_SHARED} used last. Not safe for several threads; each watch
 * has its own reader.
 */
final class PodReader implements ApiStream.ObjectReader<Pod> {
  private static final int MOST_SHARED = 2048;

  private final Map<Map<String, String>, Map<String, String>> shared =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(
            Map.Entry<Map<String, String>, Map<String, String>> eldest) {
          return size() > MOST_SHARED;
        }
      };

  @Override
  public Pod read(JsonParser p) throws IOException {
    Draft d = new Draft();
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "metadata" -> metadata(p, d);
            case "status" -> status(p, d);
            default -> {}
          }
        });
    return new Pod(
        d.uid,
        d.namespace,
        d.resourceVersion,
        shared(d.labels),
        d.created,
        d.started,
        d.readySince,
        d.restarts,
        d.ending);
  }

  private Map<String, String> shared(Map<String, String> labels) {
    Map<String, String> known = shared.get(labels);
    if (known != null) {
      return known;
    }
    Map<String, String> copy = Map.copyOf(labels);
    shared.put(copy, copy);
    return copy;
  }

  private static void metadata(JsonParser p, Draft d) throws IOException {
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "namespace" -> d.namespace = Json.text(p);
            case "uid" -> d.uid = Json.text(p);
            case "resourceVersion" -> d.resourceVersion = Json.text(p);
            case "creationTimestamp" -> d.created = seconds(p);
            case "deletionTimestamp" -> d.ending = seconds(p).isPresent();
            case "labels" -> Json.eachField(p, key -> d.labels.put(key, Json.text(p)));
            default -> {}
          }
        });
  }

  private static void status(JsonParser p, Draft d) throws IOException {
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "startTime" -> d.started = seconds(p);
            case "conditions" -> Json.eachElement(p, () -> condition(p, d));
            case "containerStatuses" -> Json.eachElement(p, () -> container(p, d));
            default -> {}
          }
        });
  }

  private static void condition(JsonParser p, Draft d) throws IOException {
    String[] type = {""};
    String[] status = {""};
    OptionalLong[] since = {OptionalLong.empty()};
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "type" -> type[0] = Json.text(p);
            case "status" -> status[0] = Json.text(p);
            case "lastTransitionTime" -> since[0] = seconds(p);
            default -> {}
          }
        });
    if (type[0].equals("Ready") && status[0].equals("True")) {
      d.readySince = since[0];
    }
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

  private static OptionalLong seconds(JsonParser p) throws IOException {
    String text = Json.text(p);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Instant.parse(text).getEpochSecond());
    } catch (DateTimeParseException e) {
      return OptionalLong.empty();
    }
  }

  /** The pod as far as it has been read. */
  private static final class Draft {
    String uid = "";
    String namespace = "";
    String resourceVersion = "";
    final Map<String, String> labels = new LinkedHashMap<>();
    OptionalLong created = OptionalLong.empty();
    OptionalLong started = OptionalLong.empty();
    OptionalLong readySince = OptionalLong.empty();
    long restarts;
    boolean ending;
  }
}
