package dev.almanac.service.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Observation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lines of the log to bytes and back. A line is its type, its fields and {@code check}: CRC-32C of
 * the JSON of each field, of each part of the observation, of the next state (which is not written,
 * since it is what the step gives), and of the line itself. Safe for several threads.
 */
final class LineCodec {
  /** No longer line is written or read. A usual one has 2 to 4 kB. */
  static final int MAX_BYTES = 1 << 20;

  private static final RecordForm HEADER = form(LogLine.Header.class);
  private static final RecordForm SNAPSHOT = form(LogLine.Snapshot.class);
  private static final RecordForm ENTRY = form(LogLine.Entry.class);
  private static final RecordForm OBSERVATION = form(Observation.class);
  private static final RecordForm STATE = form(AutoscalerState.class);

  private LineCodec() {}

  private static RecordForm form(Class<?> record) {
    return (RecordForm) JsonForm.of(record);
  }

  /** Bytes that grow, and can be looked at without a copy. */
  static final class Buffer extends ByteArrayOutputStream {
    Buffer() {
      super(1 << 13);
    }

    byte[] bytes() {
      return buf;
    }

    /** Forgets what was written behind this length. */
    void cut(int length) {
      count = length;
    }
  }

  /** The bytes of a line without its line break. */
  static byte[] bytes(LogLine line, Optional<AutoscalerState> next) {
    Buffer buffer = new Buffer();
    append(line, next, buffer);
    return buffer.toByteArray();
  }

  /**
   * Appends the bytes of a line without its line break.
   *
   * @param next the state after it, for an entry
   * @throws IllegalArgumentException when a number is not finite, a text is not Unicode or the line
   *     would be too long; nothing is appended then
   */
  static void append(LogLine line, Optional<AutoscalerState> next, Buffer buffer) {
    int start = buffer.size();
    try (JsonGenerator out = RecordCodec.JSON.createGenerator(buffer)) {
      new Writer(out, buffer).line(line, next, start);
    } catch (IOException e) {
      buffer.cut(start); // memory cannot fail, so it is half a surrogate pair in a text
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      buffer.cut(start);
      throw e;
    }
    if (buffer.size() - start > MAX_BYTES) {
      int length = buffer.size() - start;
      buffer.cut(start);
      throw new IllegalArgumentException(
          "line of %,d bytes, at most %,d are allowed".formatted(length, MAX_BYTES));
    }
  }

  /** CRC-32C of the JSON of a state, as eight hex digits. */
  private static String check(AutoscalerState state) throws IOException {
    Buffer json = new Buffer();
    try (JsonGenerator out = RecordCodec.JSON.createGenerator(json)) {
      STATE.write(state, out);
    }
    return LineCheck.of(json.bytes(), 0, json.size());
  }

  private static String type(LogLine line) {
    return switch (line) {
      case LogLine.Header _ -> "header";
      case LogLine.Snapshot _ -> "snapshot";
      case LogLine.Entry _ -> "decision";
    };
  }

  private static RecordForm form(LogLine line) {
    return switch (line) {
      case LogLine.Header _ -> HEADER;
      case LogLine.Snapshot _ -> SNAPSHOT;
      case LogLine.Entry _ -> ENTRY;
    };
  }

  /** Writes one line. */
  private static final class Writer {
    private final JsonGenerator out;
    private final Buffer buffer;

    /** Where each part begins and ends in the buffer, in the order of writing. */
    private int[] bounds = new int[64];

    private int used;
    private int next;

    Writer(JsonGenerator out, Buffer buffer) {
      this.out = out;
      this.buffer = buffer;
    }

    void line(LogLine line, Optional<AutoscalerState> next, int start) throws IOException {
      out.writeStartObject();
      out.writeStringField("type", type(line));
      parts(form(line), line);
      out.writeObjectFieldStart("check");
      out.flush();
      boolean header = line instanceof LogLine.Header;
      if (!header) {
        checks(form(line));
        if (next.isPresent()) {
          out.writeStringField("next", check(next.get()));
        }
      }
      out.flush();
      buffer.writeBytes((header ? "\"line\":\"" : ",\"line\":\"").getBytes(US_ASCII));
      buffer.writeBytes(LineCheck.tail(buffer.bytes(), start, buffer.size()));
    }

    private void parts(RecordForm form, Object record) throws IOException {
      for (RecordForm.Component c : form.components()) {
        out.writeFieldName(c.name());
        Object value = c.of(record);
        if (isSplit(c)) {
          out.writeStartObject();
          parts(OBSERVATION, value);
          out.writeEndObject();
        } else {
          int colon = 1; // written together with the value
          bound(offset() + colon);
          c.form().write(value, out);
          bound(offset());
        }
      }
    }

    private void checks(RecordForm form) throws IOException {
      for (RecordForm.Component c : form.components()) {
        if (isSplit(c)) {
          out.writeObjectFieldStart(c.name());
          checks(OBSERVATION);
          out.writeEndObject();
        } else {
          out.writeStringField(
              c.name(), LineCheck.of(buffer.bytes(), bounds[next], bounds[next + 1]));
          next += 2;
        }
      }
    }

    private int offset() {
      return buffer.size() + out.getOutputBuffered();
    }

    private void bound(int offset) {
      if (used == bounds.length) {
        bounds = Arrays.copyOf(bounds, 2 * used);
      }
      bounds[used++] = offset;
    }
  }

  /** The observation is most of a line, so each of its components has a check of its own. */
  private static boolean isSplit(RecordForm.Component component) {
    return component.name().equals("observation");
  }

  /** What became of reading a line. */
  sealed interface Decoded {
    /**
     * A line.
     *
     * @param checks the recorded checks by path, such as {@code observation.target}
     */
    record Known(LogLine line, Map<String, String> checks) implements Decoded {}

    /** Not a line; see {@link RecordCodec.Decoded.Broken}. */
    record Broken(String path, int column, String reason) implements Decoded {}
  }

  /** Reads a line strictly. Checks are read, not checked. */
  static Decoded read(byte[] bytes) {
    try (JsonParser parser = RecordCodec.JSON.createParser(bytes)) {
      JsonInput in = new JsonInput(parser);
      try {
        in.advance();
        return read(in);
      } catch (IOException e) {
        RecordCodec.Decoded.Broken<LogLine> broken = RecordCodec.broken(in, e);
        return new Decoded.Broken(broken.path(), broken.column(), broken.reason());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
  }

  private static Decoded read(JsonInput in) throws IOException {
    in.expect(JsonToken.START_OBJECT, "an object");
    in.field("type", "type"::equals);
    in.expect(JsonToken.VALUE_STRING, "a string");
    RecordForm form =
        switch (in.parser.getText()) {
          case "header" -> HEADER;
          case "snapshot" -> SNAPSHOT;
          case "decision" -> ENTRY;
          default -> throw in.wrong("unknown type " + in.parser.getText());
        };
    LogLine line = (LogLine) form.readFields(in);
    in.field("check", name -> form.has(name) || name.equals("type"));
    Map<String, String> checks = new LinkedHashMap<>();
    readChecks(in, "", checks);
    in.endObject(name -> form.has(name) || name.equals("type") || name.equals("check"));
    if (in.parser.nextToken() != null) {
      throw in.wrong("something stands behind the end of the line");
    }
    return new Decoded.Known(line, checks);
  }

  private static void readChecks(JsonInput in, String prefix, Map<String, String> checks)
      throws IOException {
    in.expect(JsonToken.START_OBJECT, "an object");
    while (in.advance() != JsonToken.END_OBJECT) {
      String name = in.parser.currentName();
      if (in.advance() == JsonToken.START_OBJECT && prefix.isEmpty()) {
        readChecks(in, name + ".", checks);
        continue;
      }
      in.expect(JsonToken.VALUE_STRING, "a checksum");
      if (checks.put(prefix + name, in.parser.getText()) != null) {
        throw in.wrong("stands here for the second time");
      }
    }
  }
}
