package dev.almanac.service.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Exact JSON for records. Equal values give equal bytes, and {@code read(write(v))} equals {@code
 * v}, so that writing what was read gives the same bytes again.
 *
 * <ul>
 *   <li>A record is an object with its components in their order, without white space.
 *   <li>A sealed interface of records has the record's name first, {@code "kind":"no_data"}.
 *   <li>An optional is its value or null. Instants, durations and the like are ISO-8601 texts. Map
 *       keys rise.
 *   <li>A double is {@link Double#toString}; NaN and infinities have no form and are refused.
 *   <li>Reading is strict: a missing, unknown, repeated or misplaced field and a wrong type are
 *       errors that name their path, and so is what the record's own constructor refuses.
 * </ul>
 *
 * <p>Types need no annotations, and a new component of a record needs no change here. Safe for
 * several threads.
 *
 * @param <T> a record, or a sealed interface of records
 */
public final class RecordCodec<T> {
  static final JsonFactory JSON =
      JsonFactory.builder()
          // Whoever writes a line checksums it first; nothing may close or end it meanwhile.
          .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          // An error names path and column; a piece of the line beside it would be noise.
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          // As exact as Double.parseDouble.
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .build();

  static final ObjectMapper TREES = new ObjectMapper(JSON);

  private final Class<T> type;
  private final JsonForm form;

  private RecordCodec(Class<T> type) {
    this.type = type;
    this.form = JsonForm.of(type);
  }

  /**
   * The codec of a type. Making one costs reflection: keep it.
   *
   * @throws IllegalArgumentException when the type, or a type inside it, has no form
   */
  public static <T> RecordCodec<T> of(Class<T> type) {
    return new RecordCodec<>(type);
  }

  /** What became of reading. */
  public sealed interface Decoded<T> {
    /** The value. */
    record Value<T>(T value) implements Decoded<T> {}

    /**
     * Not a value of this type.
     *
     * @param path the field being read, empty at the root
     * @param column where the reader stood, in bytes from 1
     * @param reason what is wrong there
     */
    record Broken<T>(String path, int column, String reason) implements Decoded<T> {}
  }

  /**
   * The bytes of a value, UTF-8.
   *
   * @throws IllegalArgumentException when a number in it is not finite, and the message names its
   *     path, or a text is not Unicode
   */
  public byte[] write(T value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      form.write(value, out);
    } catch (IOException e) {
      // Memory cannot fail, so it is half a surrogate pair in a text.
      throw new IllegalArgumentException(
          "cannot write " + type.getSimpleName() + ": " + e.getMessage(), e);
    }
    return bytes.toByteArray();
  }

  /** Reads a value that fills all of the text. */
  public Decoded<T> read(byte[] json) {
    try (JsonParser parser = JSON.createParser(json)) {
      JsonInput in = new JsonInput(parser);
      try {
        in.advance();
        T value = type.cast(form.read(in));
        if (parser.nextToken() != null) {
          throw in.wrong("something stands behind the end");
        }
        return new Decoded.Value<>(value);
      } catch (IOException e) {
        return broken(in, e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory cannot fail", e);
    }
  }

  /** Says where and why reading failed. */
  static <T> Decoded.Broken<T> broken(JsonInput in, IOException e) {
    if (e instanceof JsonInput.WrongJson wrong) {
      int column = column(in.parser.currentTokenLocation());
      return new Decoded.Broken<>(wrong.path, column, String.valueOf(e.getMessage()));
    }
    // Not JSON at all, or text that is not UTF-8.
    JsonLocation location =
        e instanceof JsonProcessingException json && json.getLocation() != null
            ? json.getLocation()
            : in.parser.currentLocation();
    String reason =
        e instanceof JsonProcessingException json
            ? json.getOriginalMessage()
            : String.valueOf(e.getMessage());
    return new Decoded.Broken<>(in.path(), column(location), reason);
  }

  private static int column(JsonLocation location) {
    return (int) Math.max(0, location.getByteOffset()) + 1;
  }
}
