package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * Entry of {@code status.conditions}; texts are empty where they are missing.
 *
 * @param since last transition, in epoch seconds
 */
record StatusCondition(
    String type, String status, String reason, String message, OptionalLong since) {

  static StatusCondition read(JsonParser p) throws IOException {
    String[] texts = {"", "", "", ""};
    OptionalLong[] since = {OptionalLong.empty()};
    Json.eachField(
        p,
        field -> {
          switch (field) {
            case "type" -> texts[0] = Json.text(p);
            case "status" -> texts[1] = Json.text(p);
            case "reason" -> texts[2] = Json.text(p);
            case "message" -> texts[3] = Json.text(p);
            case "lastTransitionTime" -> since[0] = Json.seconds(p);
            default -> {}
          }
        });
    return new StatusCondition(texts[0], texts[1], texts[2], texts[3], since[0]);
  }

  boolean isTrue() {
    return status.equals("True");
  }
}
