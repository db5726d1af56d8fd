package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.almanac.predictor.cluster.TargetRef;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Which kinds have a scale subresource, and under which plural name: asked of the API server's
 * discovery and remembered, a yes for ten minutes, a no for half a minute, a missing answer for
 * five seconds. Waiting for an answer blocks only those who ask for the same API version.
 */
final class ScaleKinds {
  private static final Duration YES_HOLDS = Duration.ofMinutes(10);
  private static final Duration NO_HOLDS = Duration.ofSeconds(30);
  private static final Duration SILENCE_HOLDS = Duration.ofSeconds(5);
  private static final int MOST_VERSIONS = 100;

  /** What is known of a kind. */
  sealed interface Kind {
    /**
     * It has a scale subresource.
     *
     * @param prefix path up to the namespace, for example {@code /apis/apps/v1}
     */
    record Scalable(String prefix, String plural) implements Kind {
      /** Path of the scale of an object of this kind. */
      String path(TargetRef target) {
        return "%s/namespaces/%s/%s/%s/scale"
            .formatted(prefix, target.namespace(), plural, target.name());
      }
    }

    /** It does not exist, or has none. */
    record NotScalable(String why) implements Kind {}

    /** The server did not tell. */
    record Unknown(Answer answer) implements Kind {}
  }

  /**
   * The kinds of one API version.
   *
   * @param plurals plural name of each kind that has a scale subresource
   * @param kinds all namespaced kinds
   */
  private record Kinds(Map<String, String> plurals, Set<String> kinds) {
    static final Kinds NONE = new Kinds(Map.of(), Set.of());
  }

  /** What the server said last about one API version, for example {@code argoproj.io/v1alpha1}. */
  private static final class Asked {
    Optional<Kinds> kinds = Optional.empty();
    Optional<Answer> failure = Optional.empty();
    boolean ever;
    long at;
  }

  private final ApiServer api;
  private final LongSupplier nanoTime;
  private final Map<String, Asked> versions =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Asked> eldest) {
          return size() > MOST_VERSIONS;
        }
      };

  ScaleKinds(ApiServer api, LongSupplier nanoTime) {
    this.api = api;
    this.nanoTime = nanoTime;
  }

  Kind find(String apiVersion, String kind) {
    Asked asked;
    synchronized (versions) {
      asked = versions.computeIfAbsent(apiVersion, _ -> new Asked());
    }
    String prefix = (apiVersion.contains("/") ? "/apis/" : "/api/") + apiVersion;
    synchronized (asked) {
      if (!holds(asked, kind)) {
        ask(prefix, asked);
      }
      if (asked.kinds.isEmpty()) {
        return new Kind.Unknown(asked.failure.orElseThrow());
      }
      Kinds known = asked.kinds.get();
      String plural = known.plurals.get(kind);
      if (plural != null) {
        return new Kind.Scalable(prefix, plural);
      }
      return new Kind.NotScalable(
          known.kinds.contains(kind)
              ? "%s of %s has no scale subresource".formatted(kind, apiVersion)
              : "the cluster has no namespaced kind %s of %s".formatted(kind, apiVersion));
    }
  }

  private boolean holds(Asked asked, String kind) {
    boolean yes = asked.kinds.isPresent() && asked.kinds.get().plurals.containsKey(kind);
    Duration limit = asked.failure.isPresent() ? SILENCE_HOLDS : yes ? YES_HOLDS : NO_HOLDS;
    return asked.ever && nanoTime.getAsLong() - asked.at < limit.toNanos();
  }

  /** What was known stays when the server does not answer this time. */
  private void ask(String prefix, Asked asked) {
    Answer answer = api.get(prefix);
    asked.failure = Optional.empty();
    if (answer instanceof Answer.Refused refused && refused.code() == 404) {
      asked.kinds = Optional.of(Kinds.NONE);
    } else if (!(answer instanceof Answer.Ok(byte[] body))) {
      asked.failure = Optional.of(answer);
    } else {
      Optional<Kinds> read = read(body);
      if (read.isPresent()) {
        asked.kinds = read;
      } else {
        String why = "the answer to " + prefix + " is no list of kinds";
        asked.failure = Optional.of(new Answer.Unanswered(why));
      }
    }
    asked.ever = true;
    asked.at = nanoTime.getAsLong();
  }

  private static Optional<Kinds> read(byte[] body) {
    Map<String, String> kindOf = new HashMap<>();
    Set<String> withScale = new HashSet<>();
    String[] kind = {""};
    try (JsonParser p = Json.parser(body)) {
      Json.eachField(
          p,
          name -> {
            switch (name) {
              case "kind" -> kind[0] = Json.text(p);
              case "resources" -> Json.eachElement(p, () -> resource(p, kindOf, withScale));
              default -> {}
            }
          });
    } catch (IOException e) {
      return Optional.empty();
    }
    if (!kind[0].equals("APIResourceList")) {
      return Optional.empty();
    }
    Map<String, String> plurals = new HashMap<>();
    kindOf.forEach((plural, kindName) -> {
      if (withScale.contains(plural)) {
        plurals.put(kindName, plural);
      }
    });
    return Optional.of(new Kinds(Map.copyOf(plurals), Set.copyOf(kindOf.values())));
  }

  /** Takes the plural name of a namespaced kind, or of a scale subresource. */
  private static void resource(JsonParser p, Map<String, String> kindOf, Set<String> withScale)
      throws IOException {
    String[] name = {""};
    String[] kind = {""};
    boolean[] namespaced = {false};
    Json.eachField(
        p,
        field -> {
          switch (field) {
            case "name" -> name[0] = Json.text(p);
            case "kind" -> kind[0] = Json.text(p);
            case "namespaced" -> namespaced[0] = p.currentToken() == JsonToken.VALUE_TRUE;
            default -> {}
          }
        });
    if (name[0].endsWith("/scale")) {
      withScale.add(name[0].substring(0, name[0].length() - "/scale".length()));
    } else if (name[0].matches("[a-z0-9][-a-z0-9]*") && namespaced[0] && !kind[0].isEmpty()) {
      kindOf.put(name[0], kind[0]);
    }
  }
}
