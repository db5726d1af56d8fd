package dev.almanac.collector.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import dev.almanac.collector.promql.PromQl;
import dev.almanac.predictor.series.TimeSeries;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes series so that {@link TraceFiles} reads them back as they were: each number in its
 * shortest form that is exact, absent samples left out, series by name.
 */
public final class TraceWriter {
  /** Beyond this a double does not hold every whole number, and is written as it is. */
  private static final double WHOLE_BELOW = 1e15;

  private TraceWriter() {}

  /**
   * Whether a file can hold a series: it has no field for the step, which is taken from the
   * distances of the samples, and so there must be two, and none off the grid of the most common
   * distance.
   */
  public static boolean holds(TimeSeries series) {
    SeriesBuilder rows = new SeriesBuilder("", 1, false);
    try {
      for (int i = 0; i < series.length(); i++) {
        if (!Double.isNaN(series.values()[i])) {
          rows.add(series.epochSecondAt(i), series.values()[i]);
        }
      }
      rows.build("", SeriesCollection.MAX_ROWS);
      return true;
    } catch (TraceFormatException e) {
      return false;
    }
  }

  /**
   * Writes Almanac's CSV: {@code timestamp,value} of one series, {@code series,timestamp,value} of
   * several.
   *
   * @param series each one that {@link #holds}
   * @param out is not closed
   */
  public static void csv(Map<String, TimeSeries> series, OutputStream out) throws IOException {
    boolean named = series.size() > 1;
    // One generator for one writer: a name may hold quotes, commas and line ends.
    CsvGenerator csv =
        new CsvFactory()
            .createGenerator(
                new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16));
    csv.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    csv.writeStartArray();
    if (named) {
      csv.writeString("series");
    }
    csv.writeString("timestamp");
    csv.writeString("value");
    csv.writeEndArray();
    for (Map.Entry<String, TimeSeries> entry : new TreeMap<>(series).entrySet()) {
      TimeSeries one = entry.getValue();
      for (int i = 0; i < one.length(); i++) {
        if (Double.isNaN(one.values()[i])) {
          continue;
        }
        csv.writeStartArray();
        if (named) {
          csv.writeString(entry.getKey());
        }
        csv.writeNumber(one.epochSecondAt(i));
        csv.writeRawValue(number(one.values()[i]));
        csv.writeEndArray();
      }
    }
    csv.close();
  }

  /**
   * Writes what {@code /api/v1/query_range} answers. A name that is not that of a series in
   * Prometheus becomes the label {@code series}.
   *
   * @param series each one that {@link #holds}
   * @param out is not closed
   */
  public static void queryRange(Map<String, TimeSeries> series, OutputStream out)
      throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("status", "success");
      json.writeObjectFieldStart("data");
      json.writeStringField("resultType", "matrix");
      json.writeArrayFieldStart("result");
      for (Map.Entry<String, TimeSeries> entry : new TreeMap<>(series).entrySet()) {
        json.writeStartObject();
        json.writeObjectFieldStart("metric");
        SortedMap<String, String> labels =
            PromQl.labels(entry.getKey())
                .orElseGet(() -> new TreeMap<>(Map.of("series", entry.getKey())));
        for (Map.Entry<String, String> label : labels.entrySet()) {
          json.writeStringField(label.getKey(), label.getValue());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("values");
        TimeSeries one = entry.getValue();
        for (int i = 0; i < one.length(); i++) {
          if (!Double.isNaN(one.values()[i])) {
            json.writeStartArray();
            json.writeNumber(one.epochSecondAt(i));
            json.writeString(number(one.values()[i]));
            json.writeEndArray();
          }
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < WHOLE_BELOW
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
