package dev.almanac.collector.trace;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.almanac.collector.prometheus.AnswerDecoder;
import dev.almanac.collector.trace.Trace.Scale;
import java.io.IOException;

/**
 * The table {@code instance_usage} of Google's Borg trace of 2019, as BigQuery exports it: a JSON
 * object on each line, or CSV with the record {@code average_usage} flattened or as text. A row is
 * the mean usage of an instance over five minutes or less; those of a collection (a job) are added
 * up. Times are microseconds since ten minutes before the trace, which begins on 2019-05-01 at
 * midnight of Los Angeles.
 *
 * @see <a
 *     href="https://github.com/google/cluster-data/blob/master/clusterdata_trace_format_v3.proto">its
 *     fields</a>
 */
final class Borg2019 implements TraceReader {
  private static final int STEP_SECONDS = 300;

  /** 2019-05-01T07:00:00Z less 600 s, in ms. */
  private static final long ORIGIN_MILLIS = (1_556_694_000L - 600) * 1000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(4096).maxNestingDepth(8).build())
          .build();

  /** Whether a file that begins with a brace is one of these, not an answer of Prometheus. */
  static boolean isExport(TraceHead head) {
    String line = head.firstLine();
    return line.startsWith("{") && line.contains("\"collection_id\"");
  }

  @Override
  public boolean recognises(TraceHead head) {
    String line = head.firstLine();
    return isExport(head)
        || (line.contains("collection_id")
            && line.contains("start_time")
            && line.contains("average_usage"));
  }

  @Override
  public void read(TraceText text, String column, SeriesCollection series) throws IOException {
    series.describe(
        column.equals("cpu") ? "shares of the largest machine's CPU" : "shares of its memory",
        Scale.COMMON_UNIT,
        1);
    Grid grid = series.grid(STEP_SECONDS, Grid.Rule.SUM);
    text.bytes().mark(1);
    int first = text.bytes().read();
    text.bytes().reset();
    if (first == '{') {
      readJson(text, column.equals("cpu") ? "cpus" : "memory", series, grid);
    } else {
      readCsv(text, column.equals("cpu") ? "cpus" : "memory", series, grid);
    }
  }

  private static void readJson(TraceText text, String field, SeriesCollection series, Grid grid)
      throws IOException {
    try (JsonParser json = JSON.createParser(text.bytes())) {
      json.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      while (json.nextToken() != null) {
        readObject(text, json, field, series, grid);
      }
    } catch (JacksonException e) {
      throw text.problem(
          e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr()),
          "this is not a line of JSON",
          "export the table as newline-delimited JSON; is the file cut off?");
    }
  }

  private static void readObject(
      TraceText text, JsonParser json, String field, SeriesCollection series, Grid grid)
      throws IOException {
    long line = json.currentTokenLocation().getLineNr();
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw text.problem(line, "an object is expected", "export the table as lines of JSON");
    }
    String name = "";
    double start = Double.NaN;
    double end = Double.NaN;
    double usage = Double.NaN;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      JsonToken value = json.nextToken();
      switch (key) {
        case "collection_id" -> name = json.getText();
        case "start_time" -> start = number(text, json, key, line);
        case "end_time" -> end = number(text, json, key, line);
        case "average_usage" -> {
          while (value == JsonToken.START_OBJECT && json.nextToken() == JsonToken.FIELD_NAME) {
            String inner = json.currentName();
            json.nextToken();
            if (inner.equals(field)) {
              usage = number(text, json, inner, line);
            } else {
              json.skipChildren();
            }
          }
        }
        default -> json.skipChildren();
      }
    }
    put(text, name, start, end, usage, line, series, grid);
  }

  private static double number(TraceText text, JsonParser json, String key, long line)
      throws IOException {
    return switch (json.currentToken()) {
      case VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> json.getDoubleValue();
      case VALUE_STRING -> parsed(text, json.getText(), key, line); // as BigQuery writes INT64
      case VALUE_NULL -> Double.NaN;
      default -> throw text.problem(line, key + " is not a number", "export the table unchanged");
    };
  }

  private static double parsed(TraceText text, String number, String key, long line)
      throws TraceFormatException {
    try {
      return AnswerDecoder.parseValue(number.toCharArray(), 0, number.length());
    } catch (AnswerDecoder.Defect e) {
      throw text.problem(line, key + " is not a number", "export the table unchanged");
    }
  }

  private static void readCsv(TraceText text, String field, SeriesCollection series, Grid grid)
      throws IOException {
    Table table = new Table(text, ',');
    if (!table.next()) {
      throw text.problem(1, "the file is empty", "export the table instance_usage");
    }
    int name = table.required("collection_id");
    int start = table.required("start_time");
    int end = table.required("end_time");
    int usage = table.required("average_usage." + field, "average_usage_" + field, "average_usage");
    boolean asText = table.text(usage).equalsIgnoreCase("average_usage");
    while (table.next()) {
      long line = table.line();
      put(
          text,
          table.text(name),
          table.number(start, "start_time"),
          table.number(end, "end_time"),
          asText
              ? inText(text, table.text(usage), field, line)
              : table.number(usage, "average_usage." + field),
          line,
          series,
          grid);
    }
  }

  /** A number out of {@code {'cpus': 0.01, 'memory': 0.02}}. */
  private static double inText(TraceText text, String record, String field, long line)
      throws TraceFormatException {
    int key = record.indexOf(field);
    int from = key < 0 ? -1 : record.indexOf(':', key);
    if (from < 0) {
      return Double.NaN;
    }
    int to = from + 1;
    while (to < record.length() && record.charAt(to) != ',' && record.charAt(to) != '}') {
      to++;
    }
    String number = record.substring(from + 1, to).strip();
    return number.equals("None") ? Double.NaN : parsed(text, number, field, line);
  }

  private static void put(
      TraceText text,
      String name,
      double startMicros,
      double endMicros,
      double usage,
      long line,
      SeriesCollection series,
      Grid grid)
      throws TraceFormatException {
    if (name.isEmpty() || !(Math.abs(startMicros) < 1e17) || !(Math.abs(endMicros) < 1e17)) {
      throw text.problem(
          line,
          "the row has no collection_id, start_time or end_time",
          "export these three with average_usage");
    }
    if (series.wants(name) && Double.isFinite(usage)) {
      grid.over(
          name,
          ORIGIN_MILLIS + (long) (startMicros / 1000),
          ORIGIN_MILLIS + (long) (endMicros / 1000),
          usage,
          line);
    }
  }
}
