package dev.almanac.service.backtest;

import dev.almanac.predictor.accuracy.Scorecard;
import dev.almanac.predictor.backtest.BacktestResult;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.report.Plot;
import java.util.Arrays;
import java.util.List;

/**
 * Demand and the forecasts of it that were made on the way, as SVG: all that was scored, then some
 * forecasts from nearby. Colours are classes, so that a page can have two themes; absent samples
 * leave the line open.
 */
final class Picture {
  private static final int WIDE = 960;
  private static final int NARROW = 310;

  /** Forecasts that are shown from nearby. */
  private static final int NEARBY = 3;

  /** Pixels of a column of demand, which has two points: its highest and its lowest. */
  private static final int COLUMN = 2;

  private static final int POINTS_A_FAN = 96;

  private static final double[] LEVELS = Scorecard.levels();
  private static final int LOW = level(0.1);
  private static final int MEDIAN = level(0.5);
  private static final int HIGH = level(0.9);
  private static final int HIGHEST = level(0.99);

  private final TimeSeries series;
  private final List<Forecast> forecasts;
  private final int width;
  private final int first;
  private final int end;
  private final Plot plot;

  /** Samples {@code first} to {@code end}, exclusive, with forecasts of them. */
  private Picture(
      String label, TimeSeries series, List<Forecast> forecasts, int width, int first, int end) {
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
    plot =
        new Plot(
            label,
            width,
            series.epochSecondAt(first),
            series.epochSecondAt(end - 1),
            low,
            Double.isInfinite(high) || high == low ? low + 1 : high);
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
        new Picture(
                label.formatted(name, forecasts.size()),
                series,
                forecasts,
                WIDE,
                length - all,
                length)
            .draw());
    out.append("<div class=\"nearby\">\n");
    for (int i = 0; i < Math.min(NEARBY, forecasts.size()); i++) {
      Forecast forecast = forecasts.get((2 * i + 1) * forecasts.size() / (2 * NEARBY));
      int origin = index(series, forecast);
      int from = Math.max(0, origin - forecast.steps());
      int to = Math.min(length, origin + forecast.steps() + 1);
      out.append(
          new Picture(
                  "Demand of %s and its forecast of %s".formatted(name, forecast.origin()),
                  series,
                  List.of(forecast),
                  NARROW,
                  from,
                  to)
              .draw());
    }
    return out.append("</div>\n").toString();
  }

  private static int index(TimeSeries series, Forecast forecast) {
    return (int) series.indexAt(forecast.origin().getEpochSecond());
  }

  private String draw() {
    plot.yAxis().timeAxis();
    for (Forecast forecast : forecasts) {
      band(forecast, HIGH, HIGHEST, "tail");
      band(forecast, LOW, HIGH, "likely");
    }
    demand();
    forecasts.forEach(this::line);
    return plot.svg();
  }

  private void demand() {
    int shown = end - first;
    int columns = Math.min((width - Plot.LEFT - Plot.RIGHT) / COLUMN, shown);
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
      plot.point(path, open ? 'L' : 'M', series.epochSecondAt(a), series.values()[a]);
      open = true;
      if (b != a) {
        plot.point(path, 'L', series.epochSecondAt(b), series.values()[b]);
      }
    }
    plot.path("demand", path);
  }

  private void band(Forecast forecast, int lower, int upper, String kind) {
    StringBuilder path = new StringBuilder();
    int every = Math.max(1, Math.ceilDiv(forecast.steps(), POINTS_A_FAN));
    for (int h = 0; h < forecast.steps(); h += every) {
      plot.point(path, h == 0 ? 'M' : 'L', time(forecast, h), forecast.quantiles()[upper][h]);
    }
    for (int h = (forecast.steps() - 1) / every * every; h >= 0; h -= every) {
      plot.point(path, 'L', time(forecast, h), forecast.quantiles()[lower][h]);
    }
    plot.path(kind, path.append('Z'));
  }

  private void line(Forecast forecast) {
    StringBuilder path = new StringBuilder();
    int every = Math.max(1, Math.ceilDiv(forecast.steps(), POINTS_A_FAN));
    for (int h = 0; h < forecast.steps(); h += every) {
      plot.point(path, h == 0 ? 'M' : 'L', time(forecast, h), forecast.quantiles()[MEDIAN][h]);
    }
    plot.path("median", path);
  }

  private static long time(Forecast forecast, int step) {
    return forecast.instantAt(step).getEpochSecond();
  }

  private static int level(double level) {
    return Arrays.binarySearch(LEVELS, level);
  }
}
