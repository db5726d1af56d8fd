package dev.almanac.collector.trace;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.almanac.collector.prometheus.AnswerDecoder;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Rows of delimited text, one at a time, without an object for each cell. */
final class Table {
  private static final int MAX_CELL = 4096;
  private static final int MAX_CELLS = 4096;

  private static final CsvFactory CSV =
      CsvFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(MAX_CELL).build())
          .build();

  private final TraceText text;
  private final CsvParser csv;
  private char[] chars = new char[1024];
  private int[] ends = new int[64];
  private int cells;
  private long line;
  private String lastText = "";

  Table(TraceText text, char separator) throws IOException {
    this.text = text;
    csv = CSV.createParser(new InputStreamReader(text.bytes(), StandardCharsets.UTF_8));
    csv.setSchema(CsvSchema.emptySchema().withColumnSeparator(separator));
  }

  /** Takes the next row that is not blank. */
  boolean next() throws IOException {
    try {
      while (csv.nextToken() != null) {
        line++;
        cells = 0;
        int length = 0;
        while (csv.nextToken() == JsonToken.VALUE_STRING) {
          length = cell(length);
        }
        if (cells > 1 || (cells == 1 && length > 0)) {
          return true;
        }
      }
      return false;
    } catch (JacksonException e) {
      throw text.problem(
          Math.max(1, line),
          "not a table, or a cell of more than %,d characters".formatted(MAX_CELL),
          "check for a quote that is not closed");
    }
  }

  private int cell(int from) throws IOException {
    int length = csv.getTextLength();
    if (cells == MAX_CELLS) {
      throw text.problem(line, "more than %,d cells".formatted(MAX_CELLS), "is it the right file?");
    }
    if (from + length > chars.length) {
      chars = Arrays.copyOf(chars, Math.max(from + length, chars.length * 2));
    }
    if (cells == ends.length) {
      ends = Arrays.copyOf(ends, ends.length * 2);
    }
    System.arraycopy(csv.getTextCharacters(), csv.getTextOffset(), chars, from, length);
    ends[cells++] = from + length;
    return from + length;
  }

  int cells() {
    return cells;
  }

  /** Where the row is, counted from 1; a line break inside of quotes is not counted. */
  long line() {
    return line;
  }

  private int start(int cell) {
    int at = cell == 0 ? 0 : ends[cell - 1];
    while (at < ends[cell] && chars[at] <= ' ') {
      at++;
    }
    return at;
  }

  private int end(int cell) {
    int at = ends[cell];
    int start = start(cell);
    while (at > start && chars[at - 1] <= ' ') {
      at--;
    }
    return at;
  }

  /** The cell without the blanks around it; empty where the row has no such cell. */
  String text(int cell) {
    if (cell >= cells) {
      return "";
    }
    int from = start(cell);
    int length = end(cell) - from;
    if (length == lastText.length() && same(lastText, from)) {
      return lastText; // names mostly follow themselves
    }
    lastText = new String(chars, from, length);
    return lastText;
  }

  private boolean same(String other, int from) {
    for (int i = 0; i < other.length(); i++) {
      if (chars[from + i] != other.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The number in a cell; NaN where it is empty or says that there is none. */
  double number(int cell, String what) throws TraceFormatException {
    if (cell >= cells) {
      throw text.problem(
          line,
          "the row has %d cells and no %s".formatted(cells, what),
          "is the file cut off, or of another format? --format names one");
    }
    int from = start(cell);
    int length = end(cell) - from;
    if (length == 0 || isNothing(from, length)) {
      return Double.NaN;
    }
    try {
      double value = AnswerDecoder.parseValue(chars, from, length);
      if (Double.isInfinite(value)) {
        throw wrong(cell, what);
      }
      return value;
    } catch (AnswerDecoder.Defect e) {
      throw wrong(cell, what);
    }
  }

  private boolean isNothing(int from, int length) {
    if (length < 3 || length > 4 || Character.isDigit(chars[from])) {
      return false;
    }
    String cell = new String(chars, from, length).toLowerCase(Locale.ROOT);
    return cell.equals("nan") || cell.equals("null") || cell.equals("none");
  }

  /** The time in a cell, in whole units, rounded down. */
  long time(int cell, String what) throws TraceFormatException {
    double value = number(cell, what);
    if (!(Math.abs(value) < 1e17)) {
      throw wrong(cell, what);
    }
    return (long) Math.floor(value);
  }

  private TraceFormatException wrong(int cell, String what) {
    String shown = text(cell).replaceAll("\\p{Cntrl}", " ");
    return text.problem(
        line,
        "%s \"%s\" is not a number"
            .formatted(what, shown.length() > 40 ? shown.substring(0, 40) + "…" : shown),
        "is it a file of another format? --format names one");
  }

  /** The first cell of the header that has one of these names, in any case, or -1. */
  int column(String... names) {
    for (String name : names) {
      for (int i = 0; i < cells; i++) {
        if (text(i).equalsIgnoreCase(name)) {
          return i;
        }
      }
    }
    return -1;
  }

  /** The same, where there must be one. */
  int required(String... names) throws TraceFormatException {
    int found = column(names);
    if (found < 0) {
      throw text.problem(
          line,
          "the header has no column %s".formatted(String.join(" or ", names)),
          "is it a file of another format? --format names one");
    }
    return found;
  }
}
