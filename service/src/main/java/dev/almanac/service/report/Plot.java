package dev.almanac.service.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;

/**
 * The frame of a picture as SVG: axes, and where a value lies. Colours are classes of report.css,
 * so that a page can have two themes. A picture has one text for those who cannot see it.
 */
public final class Plot {
  /** Pixels of the whole picture. */
  public static final int HEIGHT = 240;

  /** Pixels before the first value of the x axis. */
  public static final int LEFT = 64;

  /** Pixels after the last one. */
  public static final int RIGHT = 8;

  private static final int TOP = 8;
  private static final int BOTTOM = 24;

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private final StringBuilder out = new StringBuilder();
  private final int width;
  private final double from;
  private final double to;
  private final double bottom;
  private final double top;

  /**
   * A picture without anything in it yet.
   *
   * @param label what it shows, as text
   * @param width in pixels
   * @param from first value of the x axis
   * @param to last one, above {@code from} or equal
   * @param bottom lowest value of the y axis
   * @param top highest one, above {@code bottom}
   */
  public Plot(String label, int width, double from, double to, double bottom, double top) {
    this.width = width;
    this.from = from;
    this.to = to;
    this.bottom = bottom;
    this.top = top;
    out.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">"
            .formatted(width, HEIGHT, Html.escape(label)));
  }

  /** Lines at round values of the y axis. */
  public Plot yAxis() {
    for (double value : ticks(bottom, top)) {
      double y = y(value);
      out.append(
          "<path class=\"grid\" d=\"M%d %sH%d\"/><text x=\"%d\" y=\"%s\" class=\"y\">%s</text>"
              .formatted(LEFT, n(y), width - RIGHT, LEFT - 6, n(y + 4), number(value)));
    }
    return this;
  }

  /** Instants along the x axis, whose values are epoch seconds. */
  public Plot timeAxis() {
    double seconds = Math.max(1, to - from);
    DateTimeFormatter format = seconds > 3 * 86_400 ? DAY : HOUR;
    int labels = width / 200; // one label has about 80 pixels
    for (int i = 0; i <= labels; i++) {
      double at = from + seconds * i / labels;
      xLabel(at, i, labels, format.format(Instant.ofEpochSecond((long) at)));
    }
    return this;
  }

  /** Round values along the x axis. */
  public Plot xAxis(String unit) {
    for (double value : ticks(from, to)) {
      out.append(
          "<text x=\"%s\" y=\"%d\" class=\"x\" text-anchor=\"middle\">%s</text>"
              .formatted(n(x(value)), HEIGHT - 6, number(value)));
    }
    out.append(
        "<text x=\"%d\" y=\"%d\" class=\"x\" text-anchor=\"end\">%s</text>"
            .formatted(width - RIGHT, HEIGHT - BOTTOM - 4, Html.escape(unit)));
    return this;
  }

  private void xLabel(double at, int i, int labels, String text) {
    String anchor = i == 0 ? "start" : i == labels ? "end" : "middle";
    out.append(
        "<text x=\"%s\" y=\"%d\" class=\"x\" text-anchor=\"%s\">%s</text>"
            .formatted(n(x(at)), HEIGHT - 6, anchor, text));
  }

  /** A path of a class. */
  public Plot path(String css, CharSequence d) {
    out.append("<path class=\"%s\" d=\"%s\"/>".formatted(css, d));
    return this;
  }

  /** A point with a text that shows when the pointer rests on it. */
  public Plot dot(String css, double x, double y, String title) {
    out.append(
        "<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"4.5\"><title>%s</title></circle>"
            .formatted(css, n(x(x)), n(y(y)), Html.escape(title)));
    return this;
  }

  /** The picture. */
  public String svg() {
    return out + "</svg>\n";
  }

  /** Adds a point to a path: {@code M} or {@code L}. */
  public void point(StringBuilder path, char how, double x, double y) {
    path.append(how).append(n(x(x))).append(' ').append(n(y(y)));
  }

  /** Pixels from the left. */
  public double x(double value) {
    double share = to > from ? (value - from) / (to - from) : 0;
    return LEFT + Math.clamp(share, 0, 1) * (width - LEFT - RIGHT);
  }

  /** Pixels from the top. */
  public double y(double value) {
    double share = Math.clamp((value - bottom) / (top - bottom), 0, 1);
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  }

  /** Three or four round numbers from the bottom up. */
  private static double[] ticks(double bottom, double top) {
    if (!(top > bottom)) {
      return new double[] {bottom};
    }
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

  /** A tenth of a pixel is enough. */
  public static String n(double pixels) {
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
}
