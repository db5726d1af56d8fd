package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.almanac.actuator.kubernetes.Permission.Action;
import dev.almanac.actuator.kubernetes.Permission.Verdict;
import java.io.IOException;

/** What {@code doctor} asks an API server: who are you, and may we. */
final class AccessQuestions {
  private static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

  private AccessQuestions() {}

  /** Asks {@code /version}. */
  static ServerHealth version(ApiServer api) {
    Answer answer = api.get("/version");
    if (!(answer instanceof Answer.Ok(byte[] body))) {
      return new ServerHealth.Down(answer.text());
    }
    String[] version = {""};
    try (JsonParser p = Json.parser(body)) {
      Json.eachField(
          p,
          name -> {
            if (name.equals("gitVersion")) {
              version[0] = ApiServer.oneLine(Json.text(p));
            }
          });
    } catch (IOException e) {
      return new ServerHealth.Down("the answer is no version: " + ApiServer.problem(e));
    }
    return version[0].isEmpty()
        ? new ServerHealth.Down("the answer names no version")
        : new ServerHealth.Up(version[0]);
  }

  /** Asks whether we may; an empty namespace asks for the whole cluster. */
  static Permission mayWe(ApiServer api, Action action, String namespace) {
    Answer answer = api.ask(REVIEWS, review(action, namespace));
    if (!(answer instanceof Answer.Ok(byte[] body))) {
      return new Permission(action, namespace, Verdict.UNKNOWN, answer.text());
    }
    Verdict[] verdict = {Verdict.UNKNOWN};
    String[] reason = {""};
    try (JsonParser p = Json.parser(body)) {
      Json.eachField(
          p,
          name -> {
            if (name.equals("status")) {
              Json.eachField(
                  p,
                  field -> {
                    switch (field) {
                      case "allowed" -> verdict[0] = verdict(p.currentToken());
                      case "reason" -> reason[0] = ApiServer.oneLine(Json.text(p));
                      default -> {}
                    }
                  });
            }
          });
    } catch (IOException e) {
      String why = "the answer is no review: " + ApiServer.problem(e);
      return new Permission(action, namespace, Verdict.UNKNOWN, why);
    }
    return new Permission(action, namespace, verdict[0], reason[0]);
  }

  private static Verdict verdict(JsonToken allowed) {
    return switch (allowed) {
      case VALUE_TRUE -> Verdict.ALLOWED;
      case VALUE_FALSE -> Verdict.DENIED;
      default -> Verdict.UNKNOWN;
    };
  }

  private static byte[] review(Action action, String namespace) {
    return Json.write(g -> {
      g.writeStartObject();
      g.writeStringField("apiVersion", "authorization.k8s.io/v1");
      g.writeStringField("kind", "SelfSubjectAccessReview");
      g.writeObjectFieldStart("spec");
      g.writeObjectFieldStart("resourceAttributes");
      attributes(g, action, namespace);
      g.writeEndObject();
      g.writeEndObject();
      g.writeEndObject();
    });
  }

  private static void attributes(JsonGenerator g, Action action, String namespace)
      throws IOException {
    String[] parts = action.resource().split("/", 2);
    g.writeStringField("verb", action.verb());
    g.writeStringField("group", action.group());
    g.writeStringField("resource", parts[0]);
    if (parts.length == 2) {
      g.writeStringField("subresource", parts[1]);
    }
    if (!namespace.isEmpty()) {
      g.writeStringField("namespace", namespace);
    }
  }
}
