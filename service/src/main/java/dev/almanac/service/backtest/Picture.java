package dev.almanac.service.backtest;

import dev.almanac.predictor.accuracy.Scorecard;
import dev.almanac.predictor.backtest.BacktestResult;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Demand and the forecasts of it that were made on the way, as SVG: all that was scored, then some
 * forecasts from nearby. Colours are classes, so that a page can have two themes; absent samples
 * leave the line open.
 */
final class Picture {
  private static final int WIDE = 960;
  private static final int NARROW = 310;
  private static final int HEIGHT = 240;

  /** Forecasts that are shown from nearby. */
  private static final int NEARBY = 3;

  private static final int LEFT = 64;
  private static final int RIGHT = 8;
  private static final int TOP = 8;
  private static final int BOTTOM = 24;

  /** Pixels of a column of demand, which has two points: its highest and its lowest. */
  private static final int COLUMN = 2;

  private static final int POINTS_A_FAN = 96;

  private static final double[] LEVELS = Scorecard.levels();
  private static final int LOW = level(0.1);
  private static final int MEDIAN = level(0.5);
  private static final int HIGH = level(0.9);
  private static final int HIGHEST = level(0.99);

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private final StringBuilder out = new StringBuilder();
  private final TimeSeries series;
  private final List<Forecast> forecasts;
  private final int width;
  private final int first;
  private final int end;
  private final double top;
  private final double bottom;

  /** Samples {@code first} to {@code end}, exclusive, with forecasts of them. */
  private Picture(TimeSeries series, List<Forecast> forecasts, int width, int first, int end) {
    this.series = series;
    this.forecasts = forecasts;
    this.width = width;
    this.first = first;
    this.end = end;
    double high = Double.NEGATIVE_INFINITY;
    double low = 0;
    for (int i = first; i < end; i++) {
      double v = series.values()[i];
      if (!Double.isNaN(v)) {
        high = Math.max(high, v);
        low = Math.min(low, v);
      }
    }
    double highestDemand = high;
    for (Forecast forecast : forecasts) {
      for (double q : forecast.quantiles()[HIGHEST]) {
        // A wild quantile must not press demand flat.
        high = Math.max(high, Math.min(q, low + 1.5 * (highestDemand - low)));
      }
    }
    top = Double.isInfinite(high) || high == low ? low + 1 : high;
    bottom = low;
  }

  /** The pictures of a result; empty when nothing was forecast. */
  static String of(String name, BacktestResult result) {
    List<Forecast> forecasts = result.forecasts();
    TimeSeries series = result.series();
    if (forecasts.isEmpty()) {
      return "";
    }
    int length = series.length();
    // A quarter of what is scored before the first forecast, to see where it comes from.
    int all = Math.min(length, (length - index(series, forecasts.getFirst())) * 5 / 4);
    StringBuilder out = new StringBuilder();
    String label = "Demand of %s and %d forecasts of it made on the way";
    out.append(
        new Picture(series, forecasts, WIDE, length - all, length)
            .draw(label.formatted(name, forecasts.size())));
    out.append("<div class=\"nearby\">\n");
    for (int i = 0; i < Math.min(NEARBY, forecasts.size()); i++) {
      Forecast forecast = forecasts.get((2 * i + 1) * forecasts.size() / (2 * NEARBY));
      int origin = index(series, forecast);
      int from = Math.max(0, origin - forecast.steps());
      int to = Math.min(length, origin + forecast.steps() + 1);
      out.append(
          new Picture(series, List.of(forecast), NARROW, from, to)
              .draw("Demand of %s and its forecast of %s".formatted(name, forecast.origin())));
    }
    return out.append("</div>\n").toString();
  }

  private static int index(TimeSeries series, Forecast forecast) {
    return (int) series.indexAt(forecast.origin().getEpochSecond());
  }

  private String draw(String label) {
    out.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">"
            .formatted(width, HEIGHT, Html.escape(label)));
    axes();
    for (Forecast forecast : forecasts) {
      band(forecast, HIGH, HIGHEST, "tail");
      band(forecast, LOW, HIGH, "likely");
    }
    demand();
    forecasts.forEach(this::line);
    return out.append("</svg>\n").toString();
  }

  private void axes() {
    for (double value : ticks()) {
      double y = y(value);
      out.append(
          "<path class=\"grid\" d=\"M%d %sH%d\"/><text x=\"%d\" y=\"%s\" class=\"y\">%s</text>"
              .formatted(LEFT, n(y), width - RIGHT, LEFT - 6, n(y + 4), number(value)));
    }
    long from = series.epochSecondAt(first);
    long seconds = Math.max(1, series.epochSecondAt(end - 1) - from);
    DateTimeFormatter format = seconds > 3 * 86_400 ? DAY : HOUR;
    int labels = width / 200; // one label has about 80 pixels
    for (int i = 0; i <= labels; i++) {
      long at = from + seconds * i / labels;
      String anchor = i == 0 ? "start" : i == labels ? "end" : "middle";
      out.append(
          "<text x=\"%s\" y=\"%d\" class=\"x\" text-anchor=\"%s\">%s</text>"
              .formatted(n(x(at)), HEIGHT - 6, anchor, format.format(Instant.ofEpochSecond(at))));
    }
  }

  /** Three or four round numbers from the bottom up. */
  private double[] ticks() {
    double raw = (top - bottom) / 4;
    double size = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = raw / size > 5 ? 10 * size : raw / size > 2 ? 5 * size : 2 * size;
    double[] ticks = new double[8];
    int n = 0;
    for (double t = Math.ceil(bottom / step) * step; t <= top && n < ticks.length; t += step) {
      ticks[n++] = t;
    }
    return Arrays.copyOf(ticks, n);
  }

  private void demand() {
    int shown = end - first;
    int columns = Math.min((width - LEFT - RIGHT) / COLUMN, shown);
    StringBuilder path = new StringBuilder();
    boolean open = false;
    for (int c = 0; c < columns; c++) {
      int from = first + (int) ((long) shown * c / columns);
      int to = first + (int) ((long) shown * (c + 1) / columns);
      int lowest = -1;
      int highest = -1;
      for (int i = from; i < to; i++) {
        double v = series.values()[i];
        if (!Double.isNaN(v)) {
          lowest = lowest < 0 || v < series.values()[lowest] ? i : lowest;
          highest = highest < 0 || v > series.values()[highest] ? i : highest;
        }
      }
      if (lowest < 0) {
        open = false;
        continue;
      }
      int a = Math.min(lowest, highest);
      int b = Math.max(lowest, highest);
      point(path, open ? 'L' : 'M', series.epochSecondAt(a), series.values()[a]);
      open = true;
      if (b != a) {
        point(path, 'L', series.epochSecondAt(b), series.values()[b]);
      }
    }
    out.append("<path class=\"demand\" d=\"").append(path).append("\"/>");
  }

  private void band(Forecast forecast, int lower, int upper, String kind) {
    StringBuilder path = new StringBuilder();
    int every = Math.max(1, Math.ceilDiv(forecast.steps(), POINTS_A_FAN));
    for (int h = 0; h < forecast.steps(); h += every) {
      point(path, h == 0 ? 'M' : 'L', time(forecast, h), forecast.quantiles()[upper][h]);
    }
    for (int h = (forecast.steps() - 1) / every * every; h >= 0; h -= every) {
      point(path, 'L', time(forecast, h), forecast.quantiles()[lower][h]);
    }
    out.append("<path class=\"%s\" d=\"%sZ\"/>".formatted(kind, path));
  }

  private void line(Forecast forecast) {
    StringBuilder path = new StringBuilder();
    int every = Math.max(1, Math.ceilDiv(forecast.steps(), POINTS_A_FAN));
    for (int h = 0; h < forecast.steps(); h += every) {
      point(path, h == 0 ? 'M' : 'L', time(forecast, h), forecast.quantiles()[MEDIAN][h]);
    }
    out.append("<path class=\"median\" d=\"%s\"/>".formatted(path));
  }

  private static long time(Forecast forecast, int step) {
    return forecast.instantAt(step).getEpochSecond();
  }

  private void point(StringBuilder path, char how, long epochSecond, double value) {
    path.append(how).append(n(x(epochSecond))).append(' ').append(n(y(value)));
  }

  private double x(long epochSecond) {
    double from = series.epochSecondAt(first);
    double to = series.epochSecondAt(end - 1);
    double share = to > from ? (epochSecond - from) / (to - from) : 0;
    return LEFT + Math.clamp(share, 0, 1) * (width - LEFT - RIGHT);
  }

  private double y(double value) {
    double share = Math.clamp((value - bottom) / (top - bottom), 0, 1);
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  }

  /** A tenth of a pixel is enough. */
  private static String n(double pixels) {
    long tenths = Math.round(pixels * 10);
    return tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + tenths % 10;
  }

  private static String number(double value) {
    double size = Math.abs(value);
    if (size >= 1e6 || (size > 0 && size < 1e-3)) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
    return String.format(Locale.ROOT, size >= 10 || size == 0 ? "%,.0f" : "%.3g", value);
  }

  private static int level(double level) {
    return Arrays.binarySearch(LEVELS, level);
  }
}
