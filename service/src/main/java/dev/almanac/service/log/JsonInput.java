package dev.almanac.service.log;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.function.Predicate;

/**
 * A JSON parser whose caller says what must come next; anything else is a {@link WrongJson} at a
 * path such as {@code observation.forecast.quantiles[2][5]}.
 */
final class JsonInput {
  final JsonParser parser;

  JsonInput(JsonParser parser) {
    this.parser = parser;
  }

  /** JSON that is well-formed but not what the type asks for. */
  static final class WrongJson extends IOException {
    private static final long serialVersionUID = 1;
    final String path;

    WrongJson(String path, String reason) {
      super(reason);
      this.path = path;
    }
  }

  /** The next token, which must exist. */
  JsonToken advance() throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw wrong("ends too early");
    }
    return token;
  }

  /** Refuses the current token unless it is of this kind. */
  void expect(JsonToken kind, String what) throws IOException {
    if (parser.currentToken() != kind) {
      throw wrong("must be " + what + ", is " + describe(parser.currentToken()));
    }
  }

  /**
   * Reads the name of the next field, which must be this one, and moves on to its value.
   *
   * @param known whether a name belongs to the same object at all
   */
  void field(String name, Predicate<String> known) throws IOException {
    if (advance() == JsonToken.END_OBJECT) {
      throw new WrongJson(JsonField.child(path(), name), "missing");
    }
    String found = parser.currentName();
    if (!found.equals(name)) {
      throw known.test(found)
          ? new WrongJson(
              JsonField.child(pathOfObject(), name), "missing: found " + found + " in its place")
          : wrong("unknown field, " + name + " must stand here");
    }
    advance();
  }

  /** Reads the closing brace: any further field is unknown, or there for the second time. */
  void endObject(Predicate<String> known) throws IOException {
    if (advance() != JsonToken.END_OBJECT) {
      throw wrong(
          known.test(parser.currentName()) ? "stands here for the second time" : "unknown field");
    }
  }

  WrongJson wrong(String reason) {
    return new WrongJson(path(), reason);
  }

  /** The field being read, or the last one while a separator is read; empty at the root. */
  String path() {
    return JsonField.path(parser.getParsingContext());
  }

  /** The object whose field is being read, empty at the root. */
  String pathOfObject() {
    JsonStreamContext object = parser.getParsingContext().getParent();
    return object == null ? "" : JsonField.path(object);
  }

  private static String describe(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT -> "a whole number";
      case VALUE_NUMBER_FLOAT -> "a fraction";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      default -> token.name();
    };
  }
}
