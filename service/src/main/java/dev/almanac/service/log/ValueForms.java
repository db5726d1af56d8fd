package dev.almanac.service.log;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import java.io.IOException;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/** The forms of values without parts. */
final class ValueForms {
  private ValueForms() {}

  /** Types whose {@code toString} is their ISO form and is read back by {@code parse}. */
  private static final Map<Type, Function<String, Object>> TEXTS =
      Map.of(
          String.class, text -> text,
          Instant.class, Instant::parse,
          Duration.class, Duration::parse,
          LocalDate.class, LocalDate::parse,
          LocalTime.class, LocalTime::parse,
          LocalDateTime.class, LocalDateTime::parse,
          ZoneId.class, ZoneId::of);

  private static final Map<Type, JsonForm> NUMBERS =
      Map.ofEntries(
          Map.entry(int.class, new OfInt()),
          Map.entry(Integer.class, new OfInt()),
          Map.entry(long.class, new OfLong()),
          Map.entry(Long.class, new OfLong()),
          Map.entry(double.class, new OfDouble()),
          Map.entry(Double.class, new OfDouble()),
          Map.entry(boolean.class, new OfBoolean()),
          Map.entry(Boolean.class, new OfBoolean()),
          Map.entry(double[].class, new OfDoubles()),
          Map.entry(float[].class, new OfFloats()),
          Map.entry(OptionalInt.class, new OfOptionalInt()),
          Map.entry(OptionalLong.class, new OfOptionalLong()),
          Map.entry(OptionalDouble.class, new OfOptionalDouble()));

  /** The form of a type, if it is one of these. */
  static Optional<JsonForm> of(Type type) {
    Function<String, Object> parse = TEXTS.get(type);
    if (parse != null) {
      return Optional.of(new OfText(parse));
    }
    JsonForm number = NUMBERS.get(type);
    if (number != null) {
      return Optional.of(number);
    }
    return type instanceof Class<?> c && c.isEnum() ? Optional.of(OfEnum.of(c)) : Optional.empty();
  }

  private record OfText(Function<String, Object> parse) implements JsonForm {
    @Override
    public void write(Object value, JsonGenerator out) throws IOException {
      out.writeString(value.toString());
    }

    @Override
    public Object read(JsonInput in) throws IOException {
      in.expect(JsonToken.VALUE_STRING, "a string");
      String text = in.parser.getText();
      try {
        return parse.apply(text);
      } catch (DateTimeException e) {
        throw in.wrong("cannot be read: " + text);
      }
    }
  }

  private record OfEnum(Map<String, Object> constants) implements JsonForm {
    static OfEnum of(Class<?> type) {
      Map<String, Object> constants = new HashMap<>();
      for (Object constant : type.getEnumConstants()) {
        constants.put(((Enum<?>) constant).name(), constant);
      }
      return new OfEnum(constants);
    }

    @Override
    public void write(Object value, JsonGenerator out) throws IOException {
      out.writeString(((Enum<?>) value).name());
    }

    @Override
    public Object read(JsonInput in) throws IOException {
      in.expect(JsonToken.VALUE_STRING, "a string");
      Object constant = constants.get(in.parser.getText());
      if (constant == null) {
        throw in.wrong("unknown value " + in.parser.getText());
      }
      return constant;
    }
  }

  private record OfInt() implements JsonForm {
    @Override
    public void write(Object value, JsonGenerator out) throws IOException {
      out.writeNumber((int) value);
    }

    @Override
    public Object read(JsonInput in) throws IOException {
      in.expect(JsonToken.VALUE_NUMBER_INT, "a whole number");
      try {
        return in.parser.getIntValue();
      } catch (InputCoercionException e) {
        throw in.wrong("does not fit an int: " + in.parser.getText());
      }
    }
  }

  private record OfLong() implements JsonForm {
    @Override
    public void write(Object value, JsonGenerator out) throws IOException {
      out.writeNumber((long) value);
    }

    @Override
    public Object read(JsonInput in) throws IOException {
      in.expect(JsonToken.VALUE_NUMBER_INT, "a whole number");
      try {
        return in.parser.getLongValue();
      } catch (InputCoercionException e) {
        throw in.wrong("does not fit a long: " + in.parser.getText());
      }
    }
  }

  private record OfDouble() implements JsonForm {
    @Override
    public void write(Object value, JsonGenerator out) throws IOException {
      writeDouble((double) value, out);
    }

    @Override
    public Object read(JsonInput in) throws IOException {
      return readDouble(in);
    }
  }

  private record OfBoolean() implements JsonForm {
    @Override
    public void write(Object value, JsonGenerator out) throws IOException {
      out.writeBoolean((boolean) value);
    }

    @Override
    public Object read(JsonInput in) throws IOException {
      JsonToken token = in.parser.currentToken();
      if (token != JsonToken.VALUE_FALSE) {
        in.expect(JsonToken.VALUE_TRUE, "a boolean");
      }
      return token == JsonToken.VALUE_TRUE;
    }
  }

  /** The bulk of every record: written and read without boxing. */
  private record OfDoubles() implements JsonForm {
    @Override
    public void write(Object value, JsonGenerator out) throws IOException {
      out.writeStartArray();
      for (double v : (double[]) value) {
        writeDouble(v, out);
      }
      out.writeEndArray();
    }

    @Override
    public Object read(JsonInput in) throws IOException {
      in.expect(JsonToken.START_ARRAY, "an array");
      double[] values = new double[16];
      int n = 0;
      while (in.advance() != JsonToken.END_ARRAY) {
        if (n == values.length) {
          values = Arrays.copyOf(values, 2 * n);
        }
        values[n++] = readDouble(in);
      }
      return Arrays.copyOf(values, n);
    }
  }

  /** Each as the double that it is, so that it comes back to the bit. */
  private record OfFloats() implements JsonForm {
    private static final OfDoubles DOUBLES = new OfDoubles();

    @Override
    public void write(Object value, JsonGenerator out) throws IOException {
      float[] floats = (float[]) value;
      double[] doubles = new double[floats.length];
      Arrays.setAll(doubles, i -> floats[i]);
      DOUBLES.write(doubles, out);
    }

    @Override
    public Object read(JsonInput in) throws IOException {
      double[] doubles = (double[]) DOUBLES.read(in);
      float[] floats = new float[doubles.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) doubles[i];
      }
      return floats;
    }
  }

  private record OfOptionalInt() implements JsonForm {
    @Override
    public void write(Object value, JsonGenerator out) throws IOException {
      OptionalInt optional = (OptionalInt) value;
      if (optional.isPresent()) {
        out.writeNumber(optional.getAsInt());
      } else {
        out.writeNull();
      }
    }

    @Override
    public Object read(JsonInput in) throws IOException {
      return in.parser.currentToken() == JsonToken.VALUE_NULL
          ? OptionalInt.empty()
          : OptionalInt.of((int) new OfInt().read(in));
    }
  }

  private record OfOptionalLong() implements JsonForm {
    @Override
    public void write(Object value, JsonGenerator out) throws IOException {
      OptionalLong optional = (OptionalLong) value;
      if (optional.isPresent()) {
        out.writeNumber(optional.getAsLong());
      } else {
        out.writeNull();
      }
    }

    @Override
    public Object read(JsonInput in) throws IOException {
      return in.parser.currentToken() == JsonToken.VALUE_NULL
          ? OptionalLong.empty()
          : OptionalLong.of((long) new OfLong().read(in));
    }
  }

  private record OfOptionalDouble() implements JsonForm {
    @Override
    public void write(Object value, JsonGenerator out) throws IOException {
      OptionalDouble optional = (OptionalDouble) value;
      if (optional.isPresent()) {
        writeDouble(optional.getAsDouble(), out);
      } else {
        out.writeNull();
      }
    }

    @Override
    public Object read(JsonInput in) throws IOException {
      return in.parser.currentToken() == JsonToken.VALUE_NULL
          ? OptionalDouble.empty()
          : OptionalDouble.of(readDouble(in));
    }
  }

  /** {@link Double#toString}: the fewest digits that are read back as the same double. */
  private static void writeDouble(double value, JsonGenerator out) throws IOException {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "%s is %s, which has no JSON form"
              .formatted(JsonField.path(out.getOutputContext()), value));
    }
    out.writeNumber(value);
  }

  private static double readDouble(JsonInput in) throws IOException {
    in.expect(JsonToken.VALUE_NUMBER_FLOAT, "a number with a point");
    double value = in.parser.getDoubleValue();
    if (!Double.isFinite(value)) {
      throw in.wrong("does not fit a double: " + in.parser.getText());
    }
    return value;
  }
}
