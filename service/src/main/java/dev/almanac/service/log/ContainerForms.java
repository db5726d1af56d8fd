package dev.almanac.service.log;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The forms of values that hold other values. */
final class ContainerForms {
  private ContainerForms() {}

  private static List<Object> readArray(JsonForm element, JsonInput in) throws IOException {
    in.expect(JsonToken.START_ARRAY, "an array");
    List<Object> values = new ArrayList<>();
    while (in.advance() != JsonToken.END_ARRAY) {
      values.add(element.read(in));
    }
    return values;
  }

  record OfList(JsonForm element) implements JsonForm {
    @Override
    public void write(Object value, JsonGenerator out) throws IOException {
      out.writeStartArray();
      for (Object v : (List<?>) value) {
        element.write(v, out);
      }
      out.writeEndArray();
    }

    @Override
    public Object read(JsonInput in) throws IOException {
      return List.copyOf(readArray(element, in));
    }
  }

  record OfArray(Class<?> type, JsonForm element) implements JsonForm {
    @Override
    public void write(Object value, JsonGenerator out) throws IOException {
      out.writeStartArray();
      for (int i = 0; i < Array.getLength(value); i++) {
        element.write(Array.get(value, i), out);
      }
      out.writeEndArray();
    }

    @Override
    public Object read(JsonInput in) throws IOException {
      List<Object> values = readArray(element, in);
      Object array = Array.newInstance(type, values.size());
      for (int i = 0; i < values.size(); i++) {
        Array.set(array, i, values.get(i));
      }
      return array;
    }
  }

  /** The value, or null. An optional of an optional has no form of its own and is refused. */
  record OfOptional(JsonForm content) implements JsonForm {
    OfOptional {
      if (content instanceof OfOptional) {
        throw new IllegalArgumentException("an optional of an optional has no JSON form");
      }
    }

    @Override
    public void write(Object value, JsonGenerator out) throws IOException {
      Optional<?> optional = (Optional<?>) value;
      if (optional.isPresent()) {
        content.write(optional.get(), out);
      } else {
        out.writeNull();
      }
    }

    @Override
    public Object read(JsonInput in) throws IOException {
      return in.parser.currentToken() == JsonToken.VALUE_NULL
          ? Optional.empty()
          : Optional.of(content.read(in));
    }
  }

  /** An object with its keys in rising order, so that equal maps give equal bytes. */
  record OfMap(JsonForm content) implements JsonForm {
    @Override
    public void write(Object value, JsonGenerator out) throws IOException {
      out.writeStartObject();
      for (Map.Entry<?, ?> entry : new TreeMap<>((Map<?, ?>) value).entrySet()) {
        out.writeFieldName((String) entry.getKey());
        content.write(entry.getValue(), out);
      }
      out.writeEndObject();
    }

    @Override
    public Object read(JsonInput in) throws IOException {
      in.expect(JsonToken.START_OBJECT, "an object");
      TreeMap<String, Object> values = new TreeMap<>();
      while (in.advance() != JsonToken.END_OBJECT) {
        String key = in.parser.currentName();
        if (!values.isEmpty() && key.compareTo(values.lastKey()) <= 0) {
          throw in.wrong(
              values.containsKey(key) ? "stands here for the second time" : "keys must rise");
        }
        in.advance();
        values.put(key, content.read(in));
      }
      return Collections.unmodifiableMap(values);
    }
  }
}
