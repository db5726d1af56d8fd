package dev.almanac.service.log;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A sealed interface of records as an object whose first field says which record it is: {@code
 * NoData(detail)} becomes {@code {"kind":"no_data","detail":...}}.
 */
final class SealedForm implements JsonForm {
  static final String KIND = "kind";

  private final Map<Class<?>, String> names = new HashMap<>();
  private final Map<String, RecordForm> forms = new TreeMap<>();

  static SealedForm of(Class<?> type, Finder finder) {
    SealedForm form = new SealedForm();
    form.permit(type, finder);
    return form;
  }

  private void permit(Class<?> type, Finder finder) {
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      if (permitted.isInterface() && permitted.isSealed()) {
        permit(permitted, finder);
        continue;
      }
      if (!(finder.find(permitted) instanceof RecordForm record) || record.has(KIND)) {
        throw new IllegalArgumentException(
            permitted.getName() + " must be a record without a component " + KIND);
      }
      String name = snakeCase(permitted.getSimpleName());
      names.put(permitted, name);
      if (forms.put(name, record) != null) {
        throw new IllegalArgumentException(type.getName() + " permits two records named " + name);
      }
    }
  }

  static String snakeCase(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  @Override
  public void write(Object value, JsonGenerator out) throws IOException {
    String name = names.get(value.getClass());
    RecordForm form = name == null ? null : forms.get(name);
    if (form == null) {
      throw new IllegalArgumentException("not a permitted record: " + value.getClass());
    }
    out.writeStartObject();
    out.writeStringField(KIND, name);
    form.writeFields(value, out);
    out.writeEndObject();
  }

  @Override
  public Object read(JsonInput in) throws IOException {
    in.expect(JsonToken.START_OBJECT, "an object");
    in.field(KIND, KIND::equals);
    in.expect(JsonToken.VALUE_STRING, "a string");
    RecordForm form = forms.get(in.parser.getText());
    if (form == null) {
      throw in.wrong("unknown kind " + in.parser.getText() + ", known are " + forms.keySet());
    }
    Object value = form.readFields(in);
    in.endObject(name -> name.equals(KIND) || form.has(name));
    return value;
  }
}
