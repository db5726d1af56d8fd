package dev.almanac.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows of figures: printed as Markdown, written as JSON. */
final class Table {
  private final List<String> columns;
  private final List<Map<String, Object>> rows = new ArrayList<>();

  Table(String... columns) {
    this.columns = List.of(columns);
  }

  Table row(Object... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException("a row needs " + columns.size() + " cells");
    }
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < cells.length; i++) {
      row.put(columns.get(i), cells[i]);
    }
    rows.add(row);
    return this;
  }

  List<Map<String, Object>> rows() {
    return rows;
  }

  String markdown() {
    StringBuilder out = new StringBuilder();
    out.append("| ").append(String.join(" | ", columns)).append(" |\n|");
    for (Object cell : rows.isEmpty() ? List.<Object>of() : rows.getFirst().values()) {
      out.append(cell instanceof Number ? "---:|" : "---|");
    }
    out.append('\n');
    for (Map<String, Object> row : rows) {
      out.append('|');
      for (Object cell : row.values()) {
        out.append(' ').append(show(cell)).append(" |");
      }
      out.append('\n');
    }
    return out.toString();
  }

  private static String show(Object cell) {
    if (!(cell instanceof Double value)) {
      return String.valueOf(cell);
    }
    double size = Math.abs(value);
    String format =
        size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 1 ? "%.1f" : "%.3f";
    return String.format(java.util.Locale.ROOT, format, value);
  }
}
