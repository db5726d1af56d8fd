package dev.almanac.service.log;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A record as an object: one field a component, in the order of the components. Reading asks for
 * exactly these fields in exactly this order, which finds whatever is missing, unknown or there
 * twice without remembering anything.
 */
final class RecordForm implements JsonForm {
  private final Map<String, Component> components;
  private final Component[] order;
  private final Constructor<?> constructor;

  /** One component of a record. */
  record Component(String name, Method accessor, JsonForm form) {

    /** Its value in a record. */
    Object of(Object value) {
      try {
        return accessor.invoke(value);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot read " + accessor, e);
      }
    }
  }

  private RecordForm(Map<String, Component> components, Constructor<?> constructor) {
    this.components = components;
    this.order = components.values().toArray(Component[]::new);
    this.constructor = constructor;
  }

  static RecordForm of(Class<?> type, Finder finder) {
    Map<String, Component> components = new LinkedHashMap<>();
    RecordComponent[] declared = type.getRecordComponents();
    for (RecordComponent c : declared) {
      JsonForm form = finder.find(c.getGenericType());
      components.put(c.getName(), new Component(c.getName(), open(c.getAccessor()), form));
    }
    Class<?>[] types =
        Arrays.stream(declared).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return new RecordForm(components, open(type.getDeclaredConstructor(types)));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every record has a canonical constructor: " + type, e);
    }
  }

  /** Records that are not public are read too. */
  private static <T extends AccessibleObject> T open(T member) {
    member.setAccessible(true);
    return member;
  }

  List<Component> components() {
    return List.of(order);
  }

  boolean has(String component) {
    return components.containsKey(component);
  }

  @Override
  public void write(Object value, JsonGenerator out) throws IOException {
    out.writeStartObject();
    writeFields(value, out);
    out.writeEndObject();
  }

  /** Writes the fields without the braces. */
  void writeFields(Object value, JsonGenerator out) throws IOException {
    for (Component component : order) {
      out.writeFieldName(component.name());
      component.form().write(component.of(value), out);
    }
  }

  @Override
  public Object read(JsonInput in) throws IOException {
    in.expect(JsonToken.START_OBJECT, "an object");
    Object value = readFields(in);
    in.endObject(this::has);
    return value;
  }

  /** Reads the fields of an object that has been entered, not its end. */
  Object readFields(JsonInput in) throws IOException {
    Object[] values = new Object[order.length];
    for (int i = 0; i < values.length; i++) {
      in.field(order[i].name(), this::has);
      values[i] = order[i].form().read(in);
    }
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      String path = order.length == 0 ? in.path() : in.pathOfObject();
      throw new JsonInput.WrongJson(path, "refused: " + e.getTargetException().getMessage());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot call " + constructor, e);
    }
  }
}
