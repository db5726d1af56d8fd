package dev.almanac.service.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;

/**
 * The views as JSON: a record's components by name, enums by name, an {@link Instant} in
 * milliseconds since 1970, a {@link Duration} in seconds, empty and NaN as {@code null}, flags in
 * arrays as 0 and 1. Numbers keep seven significant digits, twice what a chart can show.
 */
final class ViewJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(
              new SimpleModule()
                  .addSerializer(Double.class, of((v, json) -> number(v, json)))
                  .addSerializer(double.class, of((v, json) -> number(v, json)))
                  .addSerializer(double[].class, of(ViewJson::numbers))
                  .addSerializer(boolean[].class, of(ViewJson::flags))
                  .addSerializer(Instant.class, of((v, json) -> json.writeNumber(v.toEpochMilli())))
                  .addSerializer(
                      Duration.class, of((v, json) -> number(v.toMillis() / 1000.0, json))))
          .build();

  private ViewJson() {}

  /** One value as UTF-8. */
  static Buffer write(Object value) {
    try {
      return Buffer.buffer(MAPPER.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot write " + value.getClass().getSimpleName(), e);
    }
  }

  private static void numbers(double[] values, JsonGenerator json) throws IOException {
    json.writeStartArray(values, values.length);
    for (double value : values) {
      number(value, json);
    }
    json.writeEndArray();
  }

  private static void flags(boolean[] values, JsonGenerator json) throws IOException {
    json.writeStartArray(values, values.length);
    for (boolean value : values) {
      json.writeNumber(value ? 1 : 0);
    }
    json.writeEndArray();
  }

  private static void number(double value, JsonGenerator json) throws IOException {
    if (!Double.isFinite(value)) {
      json.writeNull();
    } else if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
      json.writeNumber((long) value);
    } else if (Float.isFinite((float) value) && Math.abs(value) > Float.MIN_NORMAL) {
      json.writeNumber((float) value);
    } else {
      json.writeNumber(value);
    }
  }

  private interface Writer<T> {
    void write(T value, JsonGenerator json) throws IOException;
  }

  private static <T> JsonSerializer<T> of(Writer<T> writer) {
    return new JsonSerializer<>() {
      @Override
      public void serialize(T value, JsonGenerator json, SerializerProvider provider)
          throws IOException {
        writer.write(value, json);
      }
    };
  }
}
