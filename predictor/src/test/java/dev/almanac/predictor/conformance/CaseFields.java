package dev.almanac.predictor.conformance;

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
public final class CaseFields {
  private final JsonNode node;
  private final String path;

  public CaseFields(JsonNode node, String path, String... allowed) {
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

  public boolean has(String name) {
    return node.hasNonNull(name);
  }

  /** Whether the field is there at all, if only to say null. */
  public boolean isGiven(String name) {
    return node.has(name);
  }

  public CaseFields object(String name, String... allowed) {
    return new CaseFields(required(name), path + "." + name, allowed);
  }

  public Optional<CaseFields> optionalObject(String name, String... allowed) {
    return has(name) ? Optional.of(object(name, allowed)) : Optional.empty();
  }

  /** The objects of a list; empty when it is absent. */
  public List<CaseFields> objects(String name, String... allowed) {
    List<CaseFields> list = new ArrayList<>();
    for (JsonNode item : list(name)) {
      list.add(new CaseFields(item, "%s.%s[%d]".formatted(path, name, list.size()), allowed));
    }
    return list;
  }

  /** The lists in a list, such as pairs; empty when it is absent. */
  public List<List<JsonNode>> rows(String name) {
    List<List<JsonNode>> rows = new ArrayList<>();
    for (JsonNode item : list(name)) {
      if (!item.isArray()) {
        throw new IllegalArgumentException(path + "." + name + ": not a list of lists");
      }
      List<JsonNode> row = new ArrayList<>();
      item.forEach(row::add);
      rows.add(row);
    }
    return rows;
  }

  /** The items of a list, null for null; empty when it is absent. */
  public List<Optional<Long>> optionalIntegers(String name) {
    List<Optional<Long>> list = new ArrayList<>();
    for (JsonNode item : list(name)) {
      list.add(item.isNull() ? Optional.empty() : Optional.of(integral(item, path + "." + name)));
    }
    return list;
  }

  /** The numbers of a list; empty when it is absent. */
  public List<Double> numbers(String name) {
    List<Double> list = new ArrayList<>();
    for (JsonNode item : list(name)) {
      list.add(number(item, path + "." + name));
    }
    return list;
  }

  /** The bools of a list; empty when it is absent. */
  public List<Boolean> bools(String name) {
    List<Boolean> list = new ArrayList<>();
    for (JsonNode item : list(name)) {
      list.add(bool(item, path + "." + name));
    }
    return list;
  }

  /** An object whose fields have names that the file chooses, in its order. */
  public Map<String, CaseFields> objectsByName(String name, String... allowed) {
    Map<String, CaseFields> objects = new LinkedHashMap<>();
    CaseFields object = object(name, names(required(name)));
    for (String key : names(required(name))) {
      objects.put(key, object.object(key, allowed));
    }
    return objects;
  }

  public List<Long> integers(String name) {
    List<Long> list = new ArrayList<>();
    for (JsonNode item : list(name)) {
      list.add(integral(item, path + "." + name));
    }
    return list;
  }

  public List<String> texts(String name) {
    List<String> list = new ArrayList<>();
    for (JsonNode item : list(name)) {
      list.add(text(item, path + "." + name));
    }
    return list;
  }

  /** An object of lists of texts, in its order; empty when absent. */
  public Map<String, List<String>> textLists(String name) {
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

  public long integer(String name) {
    return integral(required(name), path + "." + name);
  }

  public int int32(String name) {
    return Math.toIntExact(integer(name));
  }

  public OptionalLong optionalInteger(String name) {
    return has(name) ? OptionalLong.of(integer(name)) : OptionalLong.empty();
  }

  public OptionalInt optionalInt32(String name) {
    return has(name) ? OptionalInt.of(int32(name)) : OptionalInt.empty();
  }

  public double number(String name) {
    return number(required(name), path + "." + name);
  }

  public OptionalDouble optionalNumber(String name) {
    return has(name) ? OptionalDouble.of(number(name)) : OptionalDouble.empty();
  }

  public boolean bool(String name) {
    return bool(required(name), path + "." + name);
  }

  public String text(String name) {
    return text(required(name), path + "." + name);
  }

  public Optional<String> optionalText(String name) {
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

  private static double number(JsonNode value, String path) {
    if (!value.isNumber()) {
      throw new IllegalArgumentException(path + ": not a number");
    }
    return value.doubleValue();
  }

  private static boolean bool(JsonNode value, String path) {
    if (!value.isBoolean()) {
      throw new IllegalArgumentException(path + ": not true or false");
    }
    return value.booleanValue();
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
