package dev.almanac.service.pack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.service.config.Suggestion;
import dev.almanac.simulator.scheduling.Requirement;
import dev.almanac.simulator.scheduling.Requirement.Operator;
import dev.almanac.simulator.scheduling.Selector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads the small parts that pods and nodes share. A field of another form than Kubernetes' is an
 * error with its path: read as missing, it would make a pod smaller or freer than it is. Fields
 * that are not asked for are not read.
 */
final class Fields {
  private static final Set<String> SELECTOR = Set.of("matchLabels", "matchExpressions");
  private static final Set<String> REQUIREMENT = Set.of("key", "operator", "values");

  private Fields() {}

  /** What {@code read} says, with its problem's place put before it. */
  static <T> T in(String place, Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException problem) {
      throw new IllegalArgumentException(place + "." + problem.getMessage(), problem);
    }
  }

  /** A scalar as text; empty where it is missing. */
  static String text(JsonNode parent, String field) {
    JsonNode value = parent.path(field);
    if (value.isContainerNode()) {
      throw new IllegalArgumentException(field + " is " + form(value) + ", not a value");
    }
    return value.isValueNode() && !value.isNull() ? value.asText() : "";
  }

  /** The same where it must be there. */
  static String required(JsonNode parent, String field) {
    String text = text(parent, field);
    if (text.isEmpty()) {
      throw new IllegalArgumentException(field + " is missing");
    }
    return text;
  }

  /** One of some words; the first where it is missing. */
  static String choice(JsonNode parent, String field, String... words) {
    String text = text(parent, field);
    if (text.isEmpty()) {
      return words[0];
    }
    if (!List.of(words).contains(text)) {
      throw new IllegalArgumentException(
          "%s is '%s', not one of %s".formatted(field, text, String.join(", ", words)));
    }
    return text;
  }

  static int number(JsonNode parent, String field, int otherwise) {
    JsonNode value = parent.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (value.isIntegralNumber() && value.canConvertToInt()) {
      return value.intValue();
    }
    String shown = value.isContainerNode() ? form(value) : "'" + value.asText() + "'";
    throw new IllegalArgumentException(field + " is " + shown + ", not a whole number");
  }

  /** A whole number within bounds. */
  static int number(JsonNode parent, String field, int otherwise, int least, int most) {
    int number = number(parent, field, otherwise);
    if (number < least || number > most) {
      throw new IllegalArgumentException(
          "%s is %d, not %s"
              .formatted(
                  field,
                  number,
                  most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most));
    }
    return number;
  }

  static boolean flag(JsonNode parent, String field) {
    JsonNode value = parent.path(field);
    if (value.isMissingNode() || value.isNull() || value.isBoolean()) {
      return value.asBoolean(false);
    }
    throw new IllegalArgumentException(field + " is not true or false");
  }

  /** An object; a missing node where there is none. */
  static JsonNode object(JsonNode parent, String field) {
    JsonNode value = parent.path(field);
    if (!value.isObject() && !value.isMissingNode() && !value.isNull()) {
      throw new IllegalArgumentException(field + " is " + form(value) + ", not an object");
    }
    return value;
  }

  /** An object of a type whose fields are all known. */
  static JsonNode object(JsonNode parent, String field, Set<String> known) {
    JsonNode value = object(parent, field);
    in(field, () -> only(value, known));
    return value;
  }

  /** What is read of each object of a list; empty where the list is missing. */
  static <T> List<T> each(JsonNode parent, String field, Function<JsonNode, T> read) {
    JsonNode list = list(parent, field);
    List<T> all = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      JsonNode item = list.get(i);
      if (!item.isObject()) {
        throw new IllegalArgumentException(
            "%s[%d] is %s, not an object".formatted(field, i, form(item)));
      }
      all.add(in(field + "[" + i + "]", () -> read.apply(item)));
    }
    return all;
  }

  private static JsonNode list(JsonNode parent, String field) {
    JsonNode list = parent.path(field);
    if (!list.isArray() && !list.isMissingNode() && !list.isNull()) {
      throw new IllegalArgumentException(field + " is " + form(list) + ", not a list");
    }
    return list;
  }

  /** A map of texts, as labels are. */
  static Map<String, String> labels(JsonNode parent, String field) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> e : object(parent, field).properties()) {
      if (e.getValue().isContainerNode()) {
        throw new IllegalArgumentException(
            "%s.%s is %s, not text".formatted(field, e.getKey(), form(e.getValue())));
      }
      labels.put(e.getKey(), e.getValue().isNull() ? "" : e.getValue().asText());
    }
    return labels;
  }

  static List<String> texts(JsonNode parent, String field) {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : list(parent, field)) {
      if (value.isContainerNode()) {
        throw new IllegalArgumentException(field + " holds " + form(value) + ", not text");
      }
      texts.add(value.asText());
    }
    return texts;
  }

  /** Refuses fields that a type does not have: what is misspelt would not be heeded. */
  static boolean only(JsonNode object, Set<String> known) {
    for (Map.Entry<String, JsonNode> e : object.properties()) {
      if (!known.contains(e.getKey())) {
        throw new IllegalArgumentException(
            "%s is not known here; there are %s"
                .formatted(e.getKey(), String.join(", ", known.stream().sorted().toList())));
      }
    }
    return true;
  }

  /**
   * Refuses fields that look like one that is read. For types which Kubernetes adds fields to:
   * others pass.
   *
   * @param read what would be missed
   * @param others what is known besides, and may look alike
   */
  static void spelt(JsonNode object, Set<String> read, Set<String> others) {
    for (Map.Entry<String, JsonNode> e : object.properties()) {
      String field = e.getKey();
      if (!read.contains(field) && !others.contains(field)) {
        Optional<String> meant = Suggestion.closest(field, read);
        if (meant.isPresent()) {
          throw new IllegalArgumentException(
              "%s is not known; did you mean %s?".formatted(field, meant.get()));
        }
      }
    }
  }

  /** A label selector; an absent one matches nothing. */
  static Selector selector(JsonNode parent, String field) {
    JsonNode selector = object(parent, field, SELECTOR);
    if (!selector.isObject()) {
      return Selector.NOTHING;
    }
    return in(
        field,
        () -> {
          List<Requirement> all = new ArrayList<>();
          labels(selector, "matchLabels").forEach((k, v) -> all.add(Requirement.equal(k, v)));
          all.addAll(requirements(selector, "matchExpressions"));
          return Selector.of(all);
        });
  }

  static List<Requirement> requirements(JsonNode parent, String field) {
    return each(parent, field, Fields::requirement);
  }

  private static Requirement requirement(JsonNode e) {
    only(e, REQUIREMENT);
    String key = required(e, "key");
    Operator operator = operator(text(e, "operator"));
    List<String> values = texts(e, "values");
    boolean fits =
        switch (operator) {
          case IN, NOT_IN -> !values.isEmpty();
          case EXISTS, DOES_NOT_EXIST -> values.isEmpty();
          case GREATER, LESS -> values.size() == 1 && values.getFirst().matches("[+-]?[0-9]{1,18}");
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "values of %s are %s; In and NotIn need some, Exists and DoesNotExist none, Gt and Lt a whole number"
              .formatted(text(e, "operator"), values));
    }
    return new Requirement(key, operator, values);
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
              "operator is '%s', not one of In, NotIn, Exists, DoesNotExist, Gt, Lt"
                  .formatted(text));
    };
  }

  /** What a node is, as in "a list". */
  static String form(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case MISSING -> "missing";
      default -> "a " + value.getNodeType().name().toLowerCase(Locale.ROOT);
    };
  }
}
