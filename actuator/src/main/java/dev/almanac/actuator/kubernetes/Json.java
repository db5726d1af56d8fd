package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.OptionalLong;

/**
 * Picks fields out of a JSON stream and steps over everything else, whatever it is: a field that a
 * newer API server has added, or one whose type has changed, is not our business.
 */
final class Json {
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // Label keys that collide on purpose cost a little speed, not the view.
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .build();

  private Json() {}

  /** Takes the value of a field, or leaves it. */
  interface FieldReader {
    void field(String name) throws IOException;
  }

  /** Takes an element of an array, or leaves it. */
  interface ElementReader {
    void element() throws IOException;
  }

  /** Writes a small document. */
  interface Writer {
    void write(JsonGenerator g) throws IOException;
  }

  /** A document as bytes. */
  static byte[] write(Writer writer) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator g = FACTORY.createGenerator(bytes)) {
      writer.write(g);
    } catch (IOException e) {
      throw new UncheckedIOException("writing JSON to memory", e);
    }
    return bytes.toByteArray();
  }

  /** A parser that stands at the first token of a whole document. */
  static JsonParser parser(byte[] document) throws IOException {
    JsonParser p = FACTORY.createParser(document);
    p.nextToken();
    return p;
  }

  /** A parser of a stream that it does not close; it stands before the first token. */
  static JsonParser parser(InputStream stream) throws IOException {
    return FACTORY.createParser(stream);
  }

  /**
   * Goes through the fields of the object that the parser stands at; does nothing when it stands at
   * anything else. The reader is called with the parser at the value, and may leave it there.
   */
  static void eachField(JsonParser p, FieldReader reader) throws IOException {
    if (p.currentToken() != JsonToken.START_OBJECT) {
      return;
    }
    while (p.nextToken() == JsonToken.FIELD_NAME) {
      String name = p.currentName();
      p.nextToken();
      reader.field(name);
      p.skipChildren(); // Only when the reader has left an object or array untouched.
    }
  }

  /** The same for the elements of an array. */
  static void eachElement(JsonParser p, ElementReader reader) throws IOException {
    if (p.currentToken() != JsonToken.START_ARRAY) {
      return;
    }
    while (p.nextToken() != JsonToken.END_ARRAY) {
      reader.element();
      p.skipChildren();
    }
  }

  /** The string that the parser stands at; empty when it is none. */
  static String text(JsonParser p) throws IOException {
    return p.currentToken() == JsonToken.VALUE_STRING ? p.getText() : "";
  }

  /** The whole number that the parser stands at; empty when it is none or does not fit. */
  static OptionalLong number(JsonParser p) throws IOException {
    boolean whole = p.currentToken() == JsonToken.VALUE_NUMBER_INT;
    return whole && p.getNumberType() != JsonParser.NumberType.BIG_INTEGER
        ? OptionalLong.of(p.getLongValue())
        : OptionalLong.empty();
  }

  /** The time that the parser stands at, in epoch seconds; empty when it is none. */
  static OptionalLong seconds(JsonParser p) throws IOException {
    String text = text(p);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Instant.parse(text).getEpochSecond());
    } catch (DateTimeParseException e) {
      return OptionalLong.empty();
    }
  }
}
