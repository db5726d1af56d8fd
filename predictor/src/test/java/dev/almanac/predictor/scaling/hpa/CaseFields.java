package dev.almanac.predictor.scaling.hpa;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One JSON object of a case file, read strictly: a field that is not expected, or is of another
 * type, is an error. Null means absent.
 */
final class CaseFields {
  private final JsonNode node;
  private final String path;

  CaseFields(JsonNode node, String path, String... allowed) {
    if (!node.isObject()) {
      throw new IllegalArgumentException(path + ": not an object");
    }
    Set<String> known = Set.of(allowed);
    node.fieldNames()
        .forEachRemaining(name -> {
          if (!known.contains(name)) {
            throw new IllegalArgumentException(path + ": unexpected field " + name);
          }
        });
    this.node = node;
    this.path = path;
  }

  boolean has(String name) {
    return node.hasNonNull(name);
  }

  CaseFields object(String name, String... allowed) {
    return new CaseFields(required(name), path + "." + name, allowed);
  }

  Optional<CaseFields> optionalObject(String name, String... allowed) {
    return has(name) ? Optional.of(object(name, allowed)) : Optional.empty();
  }

  /** The objects of a list; empty when it is absent. */
  List<CaseFields> objects(String name, String... allowed) {
    List<CaseFields> list = new ArrayList<>();
    for (JsonNode item : list(name)) {
      list.add(new CaseFields(item, "%s.%s[%d]".formatted(path, name, list.size()), allowed));
    }
    return list;
  }

  List<Long> integers(String name) {
    List<Long> list = new ArrayList<>();
    for (JsonNode item : list(name)) {
      list.add(integral(item, path + "." + name));
    }
    return list;
  }

  List<String> texts(String name) {
    List<String> list = new ArrayList<>();
    for (JsonNode item : list(name)) {
      list.add(text(item, path + "." + name));
    }
    return list;
  }

  /** An object of lists of texts, in its order; empty when absent. */
  Map<String, List<String>> textLists(String name) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    if (has(name)) {
      String[] names = names(node.get(name));
      CaseFields object = object(name, names);
      for (String key : names) {
        lists.put(key, object.texts(key));
      }
    }
    return lists;
  }

  long integer(String name) {
    return integral(required(name), path + "." + name);
  }

  int int32(String name) {
    return Math.toIntExact(integer(name));
  }

  OptionalLong optionalInteger(String name) {
    return has(name) ? OptionalLong.of(integer(name)) : OptionalLong.empty();
  }

  OptionalInt optionalInt32(String name) {
    return has(name) ? OptionalInt.of(int32(name)) : OptionalInt.empty();
  }

  double number(String name) {
    JsonNode value = required(name);
    if (!value.isNumber()) {
      throw new IllegalArgumentException(path + "." + name + ": not a number");
    }
    return value.doubleValue();
  }

  OptionalDouble optionalNumber(String name) {
    return has(name) ? OptionalDouble.of(number(name)) : OptionalDouble.empty();
  }

  boolean bool(String name) {
    JsonNode value = required(name);
    if (!value.isBoolean()) {
      throw new IllegalArgumentException(path + "." + name + ": not true or false");
    }
    return value.booleanValue();
  }

  String text(String name) {
    return text(required(name), path + "." + name);
  }

  Optional<String> optionalText(String name) {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  private Iterable<JsonNode> list(String name) {
    if (!has(name)) {
      return List.of();
    }
    JsonNode value = node.get(name);
    if (!value.isArray()) {
      throw new IllegalArgumentException(path + "." + name + ": not a list");
    }
    return value;
  }

  private JsonNode required(String name) {
    if (!has(name)) {
      throw new IllegalArgumentException(path + ": missing field " + name);
    }
    return node.get(name);
  }

  private static long integral(JsonNode value, String path) {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException(path + ": not an int64: " + value);
    }
    return value.longValue();
  }

  private static String text(JsonNode value, String path) {
    if (!value.isTextual()) {
      throw new IllegalArgumentException(path + ": not a text: " + value);
    }
    return value.textValue();
  }

  private static String[] names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names.toArray(String[]::new);
  }
}
