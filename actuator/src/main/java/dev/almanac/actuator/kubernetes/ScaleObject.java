package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * The Scale of {@code autoscaling/v1}: what a scale subresource shows and takes. Its resource
 * version is that of the object behind it. Counts that are zero are left out by the server ({@code
 * omitempty}), so within a Scale absence does mean zero.
 *
 * @param spec replicas asked for
 * @param status pods that exist
 * @param selector label selector in text form; empty when the kind has none
 */
record ScaleObject(String resourceVersion, int spec, int status, String selector) {

  /** Reads an answer; empty when it is no Scale, or one with counts that are none. */
  static Optional<ScaleObject> read(byte[] body) {
    Draft d = new Draft();
    try (JsonParser p = Json.parser(body)) {
      Json.eachField(
          p,
          name -> {
            switch (name) {
              case "kind" -> d.kind = Json.text(p);
              case "metadata" -> metadata(p, d);
              case "spec" -> d.spec = replicas(p, d);
              case "status" -> status(p, d);
              default -> {}
            }
          });
    } catch (IOException e) {
      return Optional.empty();
    }
    return d.kind.equals("Scale") && !d.resourceVersion.isEmpty() && d.understood
        ? Optional.of(new ScaleObject(d.resourceVersion, d.spec, d.status, d.selector))
        : Optional.empty();
  }

  private static void metadata(JsonParser p, Draft d) throws IOException {
    Json.eachField(
        p,
        name -> {
          if (name.equals("resourceVersion")) {
            d.resourceVersion = Json.text(p);
          }
        });
  }

  private static int replicas(JsonParser p, Draft d) throws IOException {
    int[] replicas = {0};
    Json.eachField(
        p,
        name -> {
          if (name.equals("replicas")) {
            replicas[0] = d.count(p);
          }
        });
    return replicas[0];
  }

  private static void status(JsonParser p, Draft d) throws IOException {
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "replicas" -> d.status = d.count(p);
            case "selector" -> d.selector = Json.text(p);
            default -> {}
          }
        });
  }

  /** The body of the patch: our fields and nothing else. */
  static byte[] patch(int replicas, String resourceVersion) {
    return Json.write(g -> {
      g.writeStartObject();
      g.writeObjectFieldStart("metadata");
      g.writeStringField("resourceVersion", resourceVersion);
      g.writeEndObject();
      g.writeObjectFieldStart("spec");
      g.writeNumberField("replicas", replicas);
      g.writeEndObject();
      g.writeEndObject();
    });
  }

  /** The Scale as far as it has been read. */
  private static final class Draft {
    String kind = "";
    String resourceVersion = "";
    int spec;
    int status;
    String selector = "";
    boolean understood = true;

    int count(JsonParser p) throws IOException {
      if (p.currentToken() == JsonToken.VALUE_NULL) {
        return 0;
      }
      long read = Json.number(p).orElse(-1);
      understood &= read >= 0 && read <= Integer.MAX_VALUE;
      return understood ? (int) read : 0;
    }
  }
}
