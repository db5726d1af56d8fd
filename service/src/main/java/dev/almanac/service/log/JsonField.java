package dev.almanac.service.log;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * A field of a JSON text and where it stands.
 *
 * @param path for example {@code observation.forecast.quantiles[2][5]}
 * @param from offset of its first byte
 * @param to offset behind its last byte
 */
record JsonField(String path, int from, int to) {

  /** The innermost field that the byte belongs to; separators belong to the field before them. */
  static JsonField at(byte[] json, int offset) {
    JsonField field = new JsonField("", 0, json.length);
    try (JsonParser parser = RecordCodec.JSON.createParser(json)) {
      while (parser.nextToken() != null) {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        if (from > offset) {
          break;
        }
        parser.finishToken();
        int to = (int) parser.currentLocation().getByteOffset();
        field = new JsonField(path(parser.getParsingContext()), from, to);
      }
      return field;
    } catch (IOException e) {
      return field; // as far as the text is JSON
    }
  }

  /** The path of a context, empty at the root. */
  static String path(JsonStreamContext context) {
    String parent = context.getParent() == null ? "" : path(context.getParent());
    if (context.inArray() && context.hasCurrentIndex()) {
      return parent + "[" + context.getCurrentIndex() + "]";
    }
    return context.inObject() && context.hasCurrentName()
        ? child(parent, context.getCurrentName())
        : parent;
  }

  /** The path of a field of an object. */
  static String child(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** A field in which two texts differ, with the value that it has in each. */
  record Difference(String path, String recorded, String recomputed) {}

  /** The first field, in the order of the first text, that is not the same in the second. */
  static Optional<Difference> difference(byte[] recorded, byte[] recomputed) {
    try {
      return difference(
          "", RecordCodec.TREES.readTree(recorded), RecordCodec.TREES.readTree(recomputed));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Difference> difference(String path, JsonNode a, JsonNode b) {
    if (a.equals(b)) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    if (a.isObject() && b.isObject()) {
      a.fieldNames().forEachRemaining(names::add);
      b.fieldNames().forEachRemaining(n -> names.addAll(a.has(n) ? List.of() : List.of(n)));
    }
    for (String name : names) {
      String child = child(path, name);
      if (!a.has(name) || !b.has(name)) {
        return Optional.of(new Difference(child, text(a.path(name)), text(b.path(name))));
      }
      Optional<Difference> inside = difference(child, a.get(name), b.get(name));
      if (inside.isPresent()) {
        return inside;
      }
    }
    if (a.isArray() && b.isArray()) {
      Iterator<JsonNode> right = b.elements();
      for (int i = 0; i < a.size() && right.hasNext(); i++) {
        Optional<Difference> inside = difference(path + "[" + i + "]", a.get(i), right.next());
        if (inside.isPresent()) {
          return inside;
        }
      }
    }
    return Optional.of(new Difference(path, text(a), text(b)));
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() ? "nothing" : brief(node.toString());
  }

  /** At most 80 characters of a value. */
  static String brief(String text) {
    return text.length() <= 80 ? text : text.substring(0, 77) + "...";
  }
}
