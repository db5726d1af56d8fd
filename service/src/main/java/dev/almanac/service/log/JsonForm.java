package dev.almanac.service.log;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How one Java type looks in JSON. Exact: equal values give equal bytes, and what was written is
 * read back as an equal value. Values pass as objects, since forms are found by reflection.
 */
interface JsonForm {

  /**
   * Writes a value.
   *
   * @throws IllegalArgumentException when it has no form, such as NaN; the message names the path
   */
  void write(Object value, JsonGenerator out) throws IOException;

  /** Reads the value whose first token is the current one; its last token is current after. */
  Object read(JsonInput in) throws IOException;

  /**
   * The form of a type: a record, a sealed interface of records, an enum, a text type, a number, a
   * list, an optional, a map with string keys or an array of any of these.
   *
   * @throws IllegalArgumentException when there is none; the message names the way to the type
   */
  static JsonForm of(Type type) {
    return new Finder().find(type);
  }

  /** Builds forms once per type and says where a type without form was met. */
  final class Finder {
    private final Map<Type, JsonForm> found = new HashMap<>();
    private final Deque<String> way = new ArrayDeque<>();

    JsonForm find(Type type) {
      JsonForm known = found.get(type);
      if (known != null) {
        return known;
      }
      String name = type.getTypeName();
      if (way.contains(name)) {
        throw new IllegalArgumentException("type contains itself: " + way + " -> " + name);
      }
      way.addLast(name);
      JsonForm form = build(type);
      way.removeLast();
      found.put(type, form);
      return form;
    }

    private JsonForm build(Type type) {
      Optional<JsonForm> simple = ValueForms.of(type);
      if (simple.isPresent()) {
        return simple.get();
      }
      if (type instanceof GenericArrayType array) {
        throw new IllegalArgumentException("no JSON form for generic array " + array + way);
      }
      if (type instanceof ParameterizedType generic) {
        return container(generic);
      }
      if (!(type instanceof Class<?> c)) {
        throw new IllegalArgumentException("no JSON form for " + type + " in " + way);
      }
      if (c.isArray()) {
        return new ContainerForms.OfArray(c.getComponentType(), find(c.getComponentType()));
      }
      if (c.isRecord()) {
        return RecordForm.of(c, this);
      }
      if (c.isInterface() && c.isSealed()) {
        return SealedForm.of(c, this);
      }
      throw new IllegalArgumentException("no JSON form for " + c.getName() + " in " + way);
    }

    private JsonForm container(ParameterizedType type) {
      Type[] arguments = type.getActualTypeArguments();
      if (type.getRawType() == List.class) {
        return new ContainerForms.OfList(find(arguments[0]));
      }
      if (type.getRawType() == Optional.class) {
        return new ContainerForms.OfOptional(find(arguments[0]));
      }
      if (type.getRawType() == Map.class && arguments[0] == String.class) {
        return new ContainerForms.OfMap(find(arguments[1]));
      }
      throw new IllegalArgumentException("no JSON form for " + type + " in " + way);
    }
  }
}
