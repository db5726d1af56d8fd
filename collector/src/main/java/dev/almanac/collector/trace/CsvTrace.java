package dev.almanac.collector.trace;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import dev.almanac.collector.prometheus.AnswerDecoder;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Almanac's own CSV, row by row. */
final class CsvTrace implements TraceReader {

  @Override
  public boolean recognises(TraceHead head) {
    String line = head.firstLine().toLowerCase(Locale.ROOT).replace(" ", "");
    return line.equals(UNNAMED) || line.equals(NAMED);
  }

  @Override
  public void read(TraceText text, String column, SeriesCollection series) throws IOException {
    CsvParser csv = CSV.createParser(new InputStreamReader(text.bytes(), StandardCharsets.UTF_8));
    Rows rows = new Rows(text.file(), csv, series);
    try {
      rows.read();
    } catch (JacksonException e) {
      throw rows.problem(
          "not CSV, or a cell of more than %,d characters".formatted(MAX_CELL),
          "check for a quote that is not closed");
    }
  }

  private static final String UNNAMED = "timestamp,value";
  private static final String NAMED = "series,timestamp,value";
  private static final int MAX_CELL = 4096;

  /** The year 5138; what lies above is in milliseconds. */
  private static final long MAX_EPOCH_SECOND = 100_000_000_000L;

  private static final CsvFactory CSV =
      CsvFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(MAX_CELL).build())
          .build();

  private static final class Rows {
    private final String file;
    private final CsvParser csv;
    private final SeriesCollection series;
    private long line = 1;

    Rows(String file, CsvParser csv, SeriesCollection series) {
      this.file = file;
      this.csv = csv;
      this.series = series;
    }

    private void read() throws IOException {
      boolean named = header();
      String current = "";
      @Nullable SeriesBuilder builder = null;
      boolean wanted = true;
      long firstLine = 0;
      for (line = 2; csv.nextToken() != null; line++) { // The start of a row, or null at the end.
        csv.nextToken();
        if (csv.getTextLength() == 0) {
          requireBlank(csv.nextToken() == JsonToken.END_ARRAY);
          while (csv.nextToken() != null) {
            csv.nextToken();
            requireBlank(csv.getTextLength() == 0 && csv.nextToken() == JsonToken.END_ARRAY);
          }
          break;
        }
        if (builder == null || (named && !sameText(current))) {
          if (builder != null && wanted) {
            series.add(current, builder, firstLine);
          }
          current = named ? csv.getText() : series.nameOfFile();
          firstLine = line;
          builder = new SeriesBuilder(file, line, true);
          wanted = series.wants(current);
        }
        if (named) {
          csv.nextToken();
        }
        long timestamp = timestamp();
        csv.nextToken();
        double value = value();
        if (csv.nextToken() != JsonToken.END_ARRAY) {
          throw problem("the row has too many cells", "a row is " + (named ? NAMED : UNNAMED));
        }
        if (wanted) {
          series.row(line);
          builder.add(timestamp, value);
        }
      }
      if (builder == null) {
        throw problem("there are no rows", "a row is " + (named ? NAMED : UNNAMED));
      }
      if (wanted) {
        series.add(current, builder, firstLine);
      }
    }

    private boolean header() throws IOException {
      List<String> names = new ArrayList<>();
      if (csv.nextToken() != null) {
        while (csv.nextToken() == JsonToken.VALUE_STRING && names.size() < 4) {
          names.add(csv.getText().strip().toLowerCase(Locale.ROOT));
        }
      }
      if (names.equals(List.of("timestamp", "value"))) {
        return false;
      }
      if (names.equals(List.of("series", "timestamp", "value"))) {
        return true;
      }
      throw problem(
          "the header is missing",
          "begin the file with %s or %s, or say with --format what it is: %s"
              .formatted(UNNAMED, NAMED, TraceFormat.labels()));
    }

    private boolean sameText(String text) throws IOException {
      int length = csv.getTextLength();
      if (length != text.length()) {
        return false;
      }
      char[] chars = csv.getTextCharacters();
      int offset = csv.getTextOffset();
      for (int i = 0; i < length; i++) {
        if (chars[offset + i] != text.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    private long timestamp() throws IOException {
      String fix = "timestamps are whole epoch seconds, such as 1700000000";
      String text = cell("timestamp", fix);
      long timestamp;
      try {
        timestamp = Long.parseLong(text);
      } catch (NumberFormatException e) {
        throw problem("timestamp %s is not a whole number".formatted(quote(text)), fix);
      }
      if (Math.abs(timestamp) > MAX_EPOCH_SECOND) {
        throw problem(
            "timestamp %d is in the far future".formatted(timestamp), fix + "; milliseconds?");
      }
      return timestamp;
    }

    private double value() throws IOException {
      String text = cell("value", "leave the row out when a sample is absent");
      try {
        double value = AnswerDecoder.parseValue(text.toCharArray(), 0, text.length());
        if (!Double.isFinite(value)) {
          throw problem(
              "value %s is not finite".formatted(quote(text)),
              "leave the row out when a sample is absent");
        }
        return value;
      } catch (AnswerDecoder.Defect e) {
        throw problem(
            "value %s is not a number".formatted(quote(text)), "write it like 12.5 or 1e6");
      }
    }

    private String cell(String column, String fix) throws IOException {
      if (csv.currentToken() != JsonToken.VALUE_STRING || csv.getTextLength() == 0) {
        throw problem("the row has no " + column, fix);
      }
      return csv.getText();
    }

    private void requireBlank(boolean blank) throws TraceFormatException {
      if (!blank) {
        throw problem("a row is empty or lacks its first cell", "remove it");
      }
    }

    private TraceFormatException problem(String problem, String fix) {
      return new TraceFormatException(file, line, problem, fix);
    }

    /** A cell on one line and not too long for a message. */
    private static String quote(String cell) {
      String line = cell.replaceAll("\\p{Cntrl}", " ");
      return '"' + (line.length() > 40 ? line.substring(0, 40) + "…" : line) + '"';
    }
  }
}
