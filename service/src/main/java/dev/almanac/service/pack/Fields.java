package dev.almanac.service.pack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.simulator.scheduling.Requirement;
import dev.almanac.simulator.scheduling.Requirement.Operator;
import dev.almanac.simulator.scheduling.Selector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the small parts that pods and nodes share. Fields that are not asked for are not read. */
final class Fields {
  private Fields() {}

  static String text(JsonNode parent, String field) {
    JsonNode value = parent.path(field);
    return value.isValueNode() && !value.isNull() ? value.asText() : "";
  }

  static int number(JsonNode parent, String field, int otherwise) {
    JsonNode value = parent.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (value.isIntegralNumber() && value.canConvertToInt()) {
      return value.intValue();
    }
    throw new IllegalArgumentException(field + " is '" + value.asText() + "', not a whole number");
  }

  static Map<String, String> labels(JsonNode map) {
    Map<String, String> labels = new LinkedHashMap<>();
    map.properties().forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
    return labels;
  }

  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(v -> texts.add(v.asText()));
    return texts;
  }

  /** A label selector; an absent one matches nothing. */
  static Selector selector(JsonNode selector) {
    if (!selector.isObject()) {
      return Selector.NOTHING;
    }
    List<Requirement> all = new ArrayList<>();
    labels(selector.path("matchLabels")).forEach((k, v) -> all.add(Requirement.equal(k, v)));
    all.addAll(requirements(selector.path("matchExpressions")));
    return Selector.of(all);
  }

  static List<Requirement> requirements(JsonNode expressions) {
    List<Requirement> all = new ArrayList<>();
    for (JsonNode e : expressions) {
      all.add(
          new Requirement(text(e, "key"), operator(text(e, "operator")), texts(e.path("values"))));
    }
    return all;
  }

  private static Operator operator(String text) {
    return switch (text) {
      case "In" -> Operator.IN;
      case "NotIn" -> Operator.NOT_IN;
      case "Exists" -> Operator.EXISTS;
      case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
      case "Gt" -> Operator.GREATER;
      case "Lt" -> Operator.LESS;
      default ->
          throw new IllegalArgumentException(
              "the operator '%s' is not one of In, NotIn, Exists, DoesNotExist, Gt, Lt"
                  .formatted(text));
    };
  }
}
