package dev.almanac.collector.prometheus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.NumberInput;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer of the Prometheus query API as its bytes arrive and hands each sample on; nothing
 * of the answer is kept but its status, its warnings and an excerpt of its error.
 *
 * <p>Understood are the shapes {@code matrix}, {@code vector} and {@code scalar} of
 * https://prometheus.io/docs/prometheus/latest/querying/api/, keys in any order, unknown keys
 * skipped, and VictoriaMetrics' {@code isPartial}. Everything else is a defect: reading stops and
 * {@link #defect} says what and where. The text of a defect never repeats the body.
 *
 * <p>Feed, then {@link #end}, then ask. One body per decoder; not for use by two threads at once.
 */
public final class AnswerDecoder implements StoreClient.Body {

  /** Where samples go, in the order of the answer. */
  public interface Samples {
    /** A series begins. A scalar has none. */
    void series() throws Defect;

    /** A label of the series that has begun; it may also come after its samples. */
    void label(String name, String value) throws Defect;

    /**
     * A sample of the series that has begun.
     *
     * @param epochMillis its time
     * @param value any double: NaN and the infinities arrive here as they were sent
     */
    void sample(long epochMillis, double value) throws Defect;
  }

  /** Why an answer is no measurement. Ends the reading; costs no stack trace. */
  public static final class Defect extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message is shown to people: one line, nothing of the body. */
    public Defect(String message) {
      super(message, null, false, false);
    }
  }

  /** Where in the answer the next token stands. */
  private enum At {
    START,
    ENVELOPE,
    DATA,
    RESULT,
    ELEMENT,
    LABELS,
    POINTS,
    POINT_TIME,
    POINT_VALUE,
    POINT_END,
    WARNINGS,
    IGNORED,
    END
  }

  /*
   * No answer of a store comes near these: labels are at most a few KiB, values 24 characters,
   * nesting 6. An error text repeats the query, so strings may be long.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(32)
                  .maxNumberLength(64)
                  .maxNameLength(4096)
                  .maxStringLength(1 << 20)
                  .build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          // Parsers begin and end on different threads, so not the default thread-local pool.
          .recyclerPool(JsonRecyclerPools.sharedBoundedPool())
          .build();

  private static final int MAX_WARNINGS = 3;
  private static final int MAX_EXCERPT = 200;
  private static final long MAX_EPOCH_MILLIS = 100_000_000_000_000L; // The year 5138.

  private final Samples samples;
  private final PointScanner points = new PointScanner();
  private final Set<String> expectedTypes;
  private final List<String> warnings = new ArrayList<>();
  private @Nullable JsonParser parser;
  private @Nullable Defect defect;
  private UnaryOperator<String> redact = UnaryOperator.identity();

  private At at = At.START;
  private At afterPoint = At.POINTS;
  private At afterIgnored = At.ENVELOPE;
  private int ignoredDepth;
  private String field = "";
  private long pointMillis;
  private boolean resultSeen;
  private boolean elementHasPoints;
  private long scannedBytes;
  private String status = "";
  private String resultType = "";
  private String errorType = "";
  private String error = "";

  /**
   * A decoder for one body.
   *
   * @param samples where its samples go
   * @param expectedTypes the values of {@code resultType} that the query can have
   */
  public AnswerDecoder(Samples samples, Set<String> expectedTypes) {
    this.samples = samples;
    this.expectedTypes = Set.copyOf(expectedTypes);
  }

  /** What takes secrets out of the store's own texts, before they are cut to excerpts. */
  @Override
  public void redactWith(UnaryOperator<String> redact) {
    this.redact = redact;
  }

  /**
   * Takes the next bytes; they may end anywhere, also within a character.
   *
   * @return false once the answer is known to be no measurement: the rest need not be read
   */
  @Override
  public boolean feed(byte[] bytes, int offset, int length) {
    if (defect != null) {
      return false;
    }
    try {
      JsonParser json = parser();
      ByteArrayFeeder feeder = (ByteArrayFeeder) json.getNonBlockingInputFeeder();
      int end = offset + length;
      for (int from = offset; from < end; ) {
        int to = behindBracket(bytes, from, end);
        feeder.feedInput(bytes, from, to);
        boolean arrayEnded = read(json) == JsonToken.END_ARRAY;
        from = to;
        if (arrayEnded && at == At.POINTS) { // Behind a point: here a run of them may follow.
          from = points.scan(bytes, to, end, samples);
          scannedBytes += from - to;
        }
      }
      return true;
    } catch (Defect e) {
      fail(e);
    } catch (IOException e) {
      fail(notJson(e));
    }
    return false;
  }

  /** Says that the body is complete. */
  public void end() {
    if (defect != null) {
      return;
    }
    try {
      JsonParser json = parser();
      json.getNonBlockingInputFeeder().endOfInput();
      read(json);
      checkWhole();
      json.close();
    } catch (Defect e) {
      fail(e);
    } catch (IOException e) {
      fail(notJson(e));
    }
  }

  /** Why the answer cannot be used, once that is known; {@code status: error} counts. */
  public Optional<String> defect() {
    return Optional.ofNullable(defect).map(Defect::getMessage);
  }

  /** What the store itself says went wrong: at most 200 characters on one line, may be empty. */
  public String storeError() {
    return excerpt(errorType.isEmpty() ? error : errorType + ": " + error);
  }

  /** The first warnings, as excerpts; not empty means that parts of the answer may be missing. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** The line that is being read, counted from 1. */
  public int line() {
    return parser == null ? 1 : parser.currentLocation().getLineNr();
  }

  /** One line of at most 200 characters, without control and format characters. */
  static String excerpt(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .limit(4L * MAX_EXCERPT)
        .map(c -> isPrintable(c) ? c : ' ')
        .forEach(line::appendCodePoint);
    String one = line.toString().strip().replaceAll(" {2,}", " ");
    return one.length() <= MAX_EXCERPT ? one : one.substring(0, MAX_EXCERPT - 1).strip() + "…";
  }

  private String quote(String storeText) {
    return excerpt(redact.apply(storeText));
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private JsonParser parser() throws IOException {
    if (parser == null) {
      parser = JSON.createNonBlockingByteArrayParser();
    }
    return parser;
  }

  /*
   * Nearly all bytes of an answer are points in one form, and PointScanner reads those. The parser
   * is fed up to each closing bracket; when a point has just ended there, the scanner takes the
   * points that follow, and the parser never sees them: what it reads is the same answer with fewer
   * points. So it alone decides what is JSON, and the scanner needs to know nothing else of it.
   */
  private static int behindBracket(byte[] bytes, int from, int end) {
    for (int i = from; i < end; i++) {
      if (bytes[i] == ']') {
        return i + 1;
      }
    }
    return end;
  }

  /** Takes all tokens that are there; returns the last of them. */
  private JsonToken read(JsonParser json) throws IOException, Defect {
    JsonToken last = JsonToken.NOT_AVAILABLE;
    for (JsonToken token = json.nextToken();
        token != null && token != JsonToken.NOT_AVAILABLE;
        token = json.nextToken()) {
      accept(token, json);
      last = token;
    }
    return last;
  }

  private void accept(JsonToken token, JsonParser json) throws IOException, Defect {
    switch (at) {
      // The first three are what most tokens are.
      case POINT_TIME -> {
        pointMillis = millis(token, json);
        at = At.POINT_VALUE;
      }
      case POINT_VALUE -> {
        samples.sample(pointMillis, value(token, json));
        at = At.POINT_END;
      }
      case POINT_END -> {
        require(token == JsonToken.END_ARRAY, "a point has more than a time and a value");
        at = afterPoint;
      }
      case POINTS -> {
        if (token == JsonToken.END_ARRAY) {
          at = At.ELEMENT;
        } else {
          require(token == JsonToken.START_ARRAY, "a point is not an array");
          point(At.POINTS);
        }
      }
      case START -> {
        require(token == JsonToken.START_OBJECT, "the answer is not a JSON object");
        at = At.ENVELOPE;
      }
      case ENVELOPE -> envelope(token, json);
      case DATA -> data(token, json);
      case RESULT -> result(token, json);
      case ELEMENT -> element(token, json);
      case LABELS -> label(token, json);
      case WARNINGS -> warning(token, json);
      case IGNORED -> {
        if (token.isStructStart()) {
          ignoredDepth++;
        } else if (token.isStructEnd() && --ignoredDepth == 0) {
          at = afterIgnored;
        }
      }
      case END -> throw new Defect("something follows the end of the answer");
    }
  }

  private void envelope(JsonToken token, JsonParser json) throws IOException, Defect {
    if (token == JsonToken.FIELD_NAME) {
      field = json.currentName();
      return;
    }
    if (token == JsonToken.END_OBJECT) {
      at = At.END;
      return;
    }
    switch (field) {
      case "status" -> status = text(token, json);
      case "errorType" -> errorType = quote(text(token, json));
      case "error" -> error = quote(text(token, json));
      case "data" -> {
        if (token == JsonToken.START_OBJECT) {
          at = At.DATA;
        } else {
          require(token == JsonToken.VALUE_NULL, "data is not an object");
        }
      }
      case "warnings" -> {
        if (token == JsonToken.START_ARRAY) {
          at = At.WARNINGS;
        } else {
          require(token == JsonToken.VALUE_NULL, "warnings is not an array");
        }
      }
      case "isPartial" -> {
        if (token == JsonToken.VALUE_TRUE) {
          warnings.add("the store calls its answer partial");
        }
      }
      default -> ignore(token);
    }
  }

  private void data(JsonToken token, JsonParser json) throws IOException, Defect {
    if (token == JsonToken.FIELD_NAME) {
      field = json.currentName();
      return;
    }
    if (token == JsonToken.END_OBJECT) {
      at = At.ENVELOPE;
      return;
    }
    switch (field) {
      case "resultType" -> {
        resultType = text(token, json);
        checkType();
      }
      case "result" -> {
        require(token == JsonToken.START_ARRAY, "result is not an array");
        resultSeen = true;
        at = At.RESULT;
      }
      default -> ignore(token);
    }
  }

  private void result(JsonToken token, JsonParser json) throws IOException, Defect {
    if (token == JsonToken.END_ARRAY) {
      at = At.DATA;
    } else if (token == JsonToken.START_OBJECT) {
      elementHasPoints = false;
      samples.series();
      at = At.ELEMENT;
    } else { // The result of a scalar is one point, not a list.
      require(token.isNumeric() && expectedTypes.contains("scalar"), "a result is not an object");
      point(At.DATA);
      accept(token, json);
    }
  }

  private void element(JsonToken token, JsonParser json) throws IOException, Defect {
    if (token == JsonToken.FIELD_NAME) {
      field = json.currentName();
      return;
    }
    if (token == JsonToken.END_OBJECT) {
      require(elementHasPoints, "a series has no values");
      at = At.RESULT;
      return;
    }
    switch (field) {
      case "metric" -> {
        require(token == JsonToken.START_OBJECT, "metric is not an object");
        at = At.LABELS;
      }
      case "values" -> {
        require(token == JsonToken.START_ARRAY, "values is not an array");
        elementHasPoints = true;
        at = At.POINTS;
      }
      case "value" -> {
        require(token == JsonToken.START_ARRAY, "value is not an array");
        elementHasPoints = true;
        point(At.ELEMENT);
      }
      case "histogram", "histograms" ->
          throw new Defect("the query yields a native histogram, not numbers");
      default -> ignore(token);
    }
  }

  private void label(JsonToken token, JsonParser json) throws IOException, Defect {
    if (token == JsonToken.FIELD_NAME) {
      field = json.currentName();
    } else if (token == JsonToken.END_OBJECT) {
      at = At.ELEMENT;
    } else {
      require(token == JsonToken.VALUE_STRING, "the value of a label is not a string");
      samples.label(field, json.getText());
    }
  }

  private void warning(JsonToken token, JsonParser json) throws IOException, Defect {
    if (token == JsonToken.END_ARRAY) {
      at = At.ENVELOPE;
    } else {
      String warning = quote(text(token, json));
      if (warnings.size() < MAX_WARNINGS) {
        warnings.add(warning);
      }
    }
  }

  private void point(At after) {
    afterPoint = after;
    at = At.POINT_TIME;
  }

  private void ignore(JsonToken token) {
    if (token.isStructStart()) {
      ignoredDepth = 1;
      afterIgnored = at;
      at = At.IGNORED;
    }
  }

  private static long millis(JsonToken token, JsonParser json) throws IOException, Defect {
    double millis;
    if (token == JsonToken.VALUE_NUMBER_INT) {
      millis = json.getLongValue() * 1e3; // Exact below 2^53 ms; checked next.
    } else {
      require(token == JsonToken.VALUE_NUMBER_FLOAT, "the time of a point is not a number");
      millis = Math.rint(json.getDoubleValue() * 1e3);
    }
    require(Math.abs(millis) <= MAX_EPOCH_MILLIS, "the time of a point is out of range");
    return (long) millis;
  }

  private static double value(JsonToken token, JsonParser json) throws IOException, Defect {
    if (token != JsonToken.VALUE_STRING) {
      throw new Defect("a value is not a string");
    }
    return parseValue(json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
  }

  /**
   * A sample value as Go's strconv.FormatFloat prints it, NaN and the infinities included. Stricter
   * than the parser it calls, which also takes blanks, {@code 0x1p3}, {@code 1d} and {@code
   * Infinity}.
   *
   * @throws Defect when the text is anything else
   */
  public static double parseValue(char[] text, int offset, int length) throws Defect {
    boolean plain = length > 0;
    for (int i = offset; i < offset + length && plain; i++) {
      char c = text[i];
      plain = (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
    }
    if (plain) {
      try {
        return NumberInput.parseDouble(text, offset, length, true);
      } catch (NumberFormatException e) {
        throw new Defect("a value is not a number");
      }
    }
    return switch (length > 4 ? "" : new String(text, offset, length)) {
      case "NaN" -> Double.NaN;
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> throw new Defect("a value is not a number");
    };
  }

  /** The string under one of the keys that we know. */
  private String text(JsonToken token, JsonParser json) throws IOException, Defect {
    if (token != JsonToken.VALUE_STRING) {
      throw new Defect(field + " is not a string");
    }
    return json.getText();
  }

  private void checkType() throws Defect {
    if (!expectedTypes.contains(resultType)) {
      throw new Defect(
          "the result is a %s, expected %s"
              .formatted(
                  Set.of("matrix", "vector", "scalar", "string").contains(resultType)
                      ? resultType
                      : "thing of unknown type",
                  String.join(" or ", expectedTypes.stream().sorted().toList())));
    }
  }

  private void checkWhole() throws Defect {
    require(at == At.END, "the answer is cut off");
    if (status.equals("error")) {
      throw new Defect("the store answers with an error: " + storeError());
    }
    require(status.equals("success"), "the answer has no status");
    require(resultSeen, "the answer has no result");
    checkType();
  }

  private Defect notJson(IOException e) {
    if (e instanceof StreamConstraintsException) {
      return new Defect("a text, a number or the nesting of the answer is too long");
    }
    // Jackson's own words repeat parts of the body.
    long parsed = parser == null ? 0 : parser.currentLocation().getByteOffset();
    return new Defect(
        "the answer is cut off or not JSON, at byte %,d".formatted(parsed + scannedBytes));
  }

  private void fail(Defect found) {
    defect = found;
    if (parser != null) {
      try {
        parser.close();
      } catch (IOException e) {
        // Nothing was open but a buffer.
      }
    }
  }

  private static void require(boolean holds, String otherwise) throws Defect {
    if (!holds) {
      throw new Defect(otherwise);
    }
  }
}
