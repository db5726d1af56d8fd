package dev.almanac.service.whatif;

import static dev.almanac.service.report.Plot.n;

import dev.almanac.service.report.Html;
import dev.almanac.service.report.Plot;
import dev.almanac.simulator.fleet.Timeline;
import dev.almanac.simulator.fleet.Timeline.Cause;
import dev.almanac.simulator.whatif.CaseResult;
import dev.almanac.simulator.whatif.Figures;
import dev.almanac.simulator.whatif.Figures.Name;
import dev.almanac.simulator.whatif.Line;
import dev.almanac.simulator.whatif.Runway;
import dev.almanac.simulator.whatif.Sweep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Pictures of a study as SVG; empty texts where there is nothing to see. */
final class StudyPictures {
  private static final int WIDE = 960;
  private static final int COLUMNS = 240;
  private static final int ROW = 22;
  private static final int NAMES = 300;
  private static final int MOST_BARS = 20;
  private static final int MOST_NODES = 200;
  private static final int HOURS_OF_WEEK = 168;
  private static final int HOURS_OF_DAY = 24;

  /** Days that a bar can show; three years. */
  private static final double LONGEST_RUNWAY = 1_096;

  /** Days. */
  private static final double SOON = 91;

  private StudyPictures() {}

  /** Needed pods as a fan, Ready pods as a line. */
  static String supply(String name, Timeline t, long startEpochSecond, int from) {
    int minutes = t.spec().length - from;
    if (minutes < 2) {
      return "";
    }
    int columns = Math.min(COLUMNS, minutes);
    double highest = 1;
    for (int m = from; m < t.spec().length; m++) {
      highest = Math.max(highest, Math.max(t.demandPods()[m], t.ready()[m]));
    }
    Plot plot =
        new Plot(
            "Pods that demand needs and Ready pods, " + name,
            WIDE,
            startEpochSecond + 60.0 * from,
            startEpochSecond + 60.0 * t.spec().length,
            0,
            highest);
    plot.yAxis().timeAxis();
    double[][] fan = new double[4][columns];
    double[] ready = new double[columns];
    double[] at = new double[columns + 1];
    for (int c = 0; c <= columns; c++) {
      at[c] = startEpochSecond + 60.0 * (from + (long) minutes * c / columns);
    }
    for (int c = 0; c < columns; c++) {
      int a = from + (int) ((long) minutes * c / columns);
      int b = from + (int) ((long) minutes * (c + 1) / columns);
      int[] need = Arrays.stream(t.demandPods(), a, b).filter(v -> v >= 0).sorted().toArray();
      for (int q = 0; q < fan.length; q++) {
        double share = new double[] {0.1, 0.5, 0.9, 1}[q];
        fan[q][c] =
            need.length == 0 ? Double.NaN : need[(int) Math.round((need.length - 1) * share)];
      }
      ready[c] = Arrays.stream(t.ready(), a, b).average().orElse(0);
    }
    plot.path("tail", band(plot, at, fan[2], fan[3]));
    plot.path("likely", band(plot, at, fan[0], fan[2]));
    plot.path("median", steps(plot, at, fan[1]));
    plot.path("supply", steps(plot, at, ready));
    return plot.svg();
  }

  /** Between two step lines; open where either is unknown. */
  private static StringBuilder band(Plot plot, double[] at, double[] low, double[] high) {
    StringBuilder path = new StringBuilder();
    for (int c = 0; c < low.length; c++) {
      if (!Double.isNaN(low[c])) {
        plot.point(path, 'M', at[c], low[c]);
        plot.point(path, 'L', at[c], high[c]);
        plot.point(path, 'L', at[c + 1], high[c]);
        plot.point(path, 'L', at[c + 1], low[c]);
        path.append('Z');
      }
    }
    return path;
  }

  private static StringBuilder steps(Plot plot, double[] at, double[] values) {
    StringBuilder path = new StringBuilder();
    boolean open = false;
    for (int c = 0; c < values.length; c++) {
      if (Double.isNaN(values[c])) {
        open = false;
        continue;
      }
      plot.point(path, open ? 'L' : 'M', at[c], values[c]);
      plot.point(path, 'L', at[c + 1], values[c]);
      open = true;
    }
    return path;
  }

  /** Every answer by cost and short time, with today and the reference lines. */
  static String pareto(List<CaseResult> results) {
    if (results.isEmpty()) {
      return "";
    }
    Name cost =
        Double.isNaN(results.getFirst().line(Line.TODAY).get(Name.COST))
            ? Name.POD_HOURS
            : Name.COST;
    double mostCost = 0;
    double mostShort = 0;
    for (CaseResult r : results) {
      for (Line line : Line.values()) {
        mostCost = Math.max(mostCost, r.line(line).get(cost));
        mostShort = Math.max(mostShort, r.line(line).get(Name.SHORT_MINUTES));
      }
    }
    Plot plot =
        new Plot(
            "Short minutes over cost of every case",
            WIDE,
            0,
            mostCost * 1.05 + 1e-9,
            0,
            mostShort * 1.05 + 1e-9);
    plot.yAxis().xAxis(cost.key().replace('_', '-'));
    for (CaseResult r : results) {
      dot(plot, "dot foresight", r, Line.FORESIGHT, cost);
      dot(plot, "dot hpa", r, Line.HPA, cost);
      dot(plot, "dot", r, Line.ANSWER, cost);
    }
    dot(plot, "dot today", results.getFirst(), Line.TODAY, cost);
    return plot.svg()
        + """
        <p class="legend">Up: short minutes. Black or white: today; blue: answers; amber: plain HPA;
        green: perfect foresight.</p>
        """;
  }

  private static void dot(Plot plot, String css, CaseResult r, Line line, Name cost) {
    Figures f = r.line(line);
    String title =
        "%s, %s: %s short minutes, %s %s"
            .formatted(
                line == Line.TODAY ? "" : r.id(),
                line.words(),
                Numbers.shown(f.get(Name.SHORT_MINUTES)),
                Numbers.shown(f.get(cost)),
                cost.key());
    plot.dot(css, f.get(cost), f.get(Name.SHORT_MINUTES), title);
  }

  /** How far each case moves short time from today's, the largest moves first. */
  static String tornado(List<CaseResult> results) {
    record Move(String name, double by) {}
    List<Move> moves = new ArrayList<>();
    for (CaseResult r : results) {
      double by =
          r.line(Line.ANSWER).get(Name.SHORT_MINUTES) - r.line(Line.TODAY).get(Name.SHORT_MINUTES);
      moves.add(new Move(r.id(), by));
    }
    moves.sort(Comparator.comparingDouble((Move m) -> -Math.abs(m.by())));
    List<Move> shown = moves.stream().filter(m -> m.by() != 0).limit(MOST_BARS).toList();
    if (shown.isEmpty()) {
      return "";
    }
    double most = Math.abs(shown.getFirst().by());
    int half = (WIDE - NAMES - 160) / 2;
    int middle = NAMES + 80 + half;
    StringBuilder out = open(ROW * shown.size() + 8, "Change of short minutes by case");
    for (int i = 0; i < shown.size(); i++) {
      Move m = shown.get(i);
      double length = half * Math.abs(m.by()) / most;
      int y = i * ROW + 4;
      name(out, m.name(), y);
      double x = m.by() < 0 ? middle - length : middle;
      rect(out, m.by() > 0 ? "more" : "less", x, y, length, ROW - 6);
      out.append(
          "<text x=\"%s\" y=\"%d\" text-anchor=\"%s\">%+.1f</text>"
              .formatted(
                  n(m.by() < 0 ? x - 6 : x + length + 6),
                  y + 13,
                  m.by() < 0 ? "end" : "start",
                  m.by()));
    }
    return out + "</svg>\n<p class=\"legend\">Short minutes, answer less today.</p>\n";
  }

  /** What nodes were paid for, one bar a scenario. */
  static String causes(Map<String, Timeline> timelines, int from) {
    double most = 0;
    for (Timeline t : timelines.values()) {
      most = Math.max(most, cost(t, from));
    }
    if (!(most > 0)) {
      return "";
    }
    StringBuilder out = open(ROW * timelines.size() + 8, "Cost by cause");
    int row = 0;
    for (Map.Entry<String, Timeline> e : timelines.entrySet()) {
      int y = row++ * ROW + 4;
      name(out, e.getKey(), y);
      double x = NAMES + 8;
      double all = cost(e.getValue(), from);
      for (Cause cause : Cause.values()) {
        double part = sum(e.getValue().causes()[cause.ordinal()], from) / 60;
        double length = (WIDE - NAMES - 108) * part / most;
        rect(out, cause.name().toLowerCase(Locale.ROOT), x, y, length, ROW - 6);
        x += length;
      }
      out.append(
          "<text x=\"%s\" y=\"%d\">%s</text>".formatted(n(x + 6), y + 13, Numbers.shown(all)));
    }
    return out + "</svg>\n";
  }

  static String causesLegend() {
    return """
    <p class="legend">Blue: requests of pods that demand needs; teal: requests beyond; brown: one
    resource left over while the other is taken; grey: idle.</p>
    """;
  }

  private static double cost(Timeline t, int from) {
    return sum(t.costPerHour(), from) / 60;
  }

  private static double sum(double[] values, int from) {
    return Arrays.stream(values, Math.min(from, values.length), values.length).sum();
  }

  /** A sweep by hour of the week, or of the day where it is no longer than two days. */
  static String heat(CaseResult r, long startEpochSecond) {
    long span =
        r.cells().isEmpty() ? 0 : r.cells().getLast().minute() - r.cells().getFirst().minute();
    int hours = span > 2 * 24 * 60 ? HOURS_OF_WEEK : HOURS_OF_DAY;
    double[][] worst = new double[r.places().size()][hours];
    for (double[] row : worst) {
      Arrays.fill(row, Double.NaN);
    }
    double most = 0;
    for (Sweep.Cell c : r.cells()) {
      long hour = (startEpochSecond + 60L * c.minute()) / 3600;
      // 1970-01-01 was a Thursday; the week begins on Monday.
      int at = (int) Math.floorMod(hours == HOURS_OF_WEEK ? hour + 72 : hour, hours);
      double before = worst[c.place()][at];
      worst[c.place()][at] =
          Double.isNaN(before) ? c.shortPodMinutes() : Math.max(before, c.shortPodMinutes());
      most = Math.max(most, c.shortPodMinutes());
    }
    double cell = (WIDE - NAMES / 2.0 - 8) / hours;
    StringBuilder out = open(ROW * worst.length + 26, "Missing pod-minutes by hour and place");
    for (int p = 0; p < worst.length; p++) {
      int y = p * ROW + 2;
      out.append(
          "<text class=\"label\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
              .formatted(NAMES / 2 - 6, y + 15, Html.escape(r.places().get(p))));
      for (int h = 0; h < hours; h++) {
        double value = worst[p][h];
        if (!Double.isNaN(value)) {
          out.append(
              ("<rect class=\"heat\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\""
                      + " fill-opacity=\"%.2f\"><title>%s: %s</title></rect>")
                  .formatted(
                      n(NAMES / 2.0 + h * cell),
                      y,
                      n(cell - 0.6),
                      ROW - 2,
                      most == 0 ? 0.04 : 0.04 + 0.96 * value / most,
                      hour(h, hours),
                      Numbers.shown(value)));
        }
      }
    }
    for (int h = 0; h < hours; h += hours == HOURS_OF_WEEK ? 24 : 6) {
      out.append(
          "<text x=\"%s\" y=\"%d\">%s</text>"
              .formatted(n(NAMES / 2.0 + h * cell), ROW * worst.length + 18, hour(h, hours)));
    }
    return out + "</svg>\n";
  }

  private static String hour(int h, int hours) {
    String clock = "%02d:00".formatted(h % 24);
    return hours == HOURS_OF_WEEK
        ? List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").get(h / 24) + " " + clock
        : clock;
  }

  /** Every node at the minute with most of them, filled by CPU and memory. */
  static String mosaic(Timeline t, List<String> groups, int from) {
    int at = from;
    int most = -1;
    for (int m = from; m < t.spec().length; m++) {
      int minute = m;
      int all = Arrays.stream(t.nodes()).mapToInt(g -> g[minute]).sum();
      if (all > most) {
        most = all;
        at = m;
      }
    }
    int side = 34;
    int perRow = (WIDE - 160) / (side + 4);
    StringBuilder nodes = new StringBuilder();
    int y = 0;
    for (int g = 0; g < groups.size(); g++) {
      int count = t.nodes()[g][at];
      if (count == 0) {
        continue;
      }
      double cpu = Math.min(1, t.cpu()[g][at] / count);
      double memory = Math.min(1, t.memory()[g][at] / count);
      nodes.append(
          "<text class=\"label\" x=\"150\" y=\"%d\" text-anchor=\"end\">%s</text>"
              .formatted(y + 22, Html.escape(StudyTables.shortened(groups.get(g), 22))));
      int shown = Math.min(count, MOST_NODES);
      for (int i = 0; i < shown; i++) {
        double x = 160 + i % perRow * (side + 4);
        int top = y + i / perRow * (side + 4);
        rect(nodes, "use", x, top + side * (1 - memory), side * cpu, side * memory);
        rect(nodes, "node", x, top, side, side);
      }
      y += Math.ceilDiv(shown, perRow) * (side + 4) + 6;
    }
    return y == 0
        ? ""
        : open(y, "Nodes at their peak, filled by CPU and memory").append(nodes) + "</svg>\n";
  }

  /** Days until each limit binds: a bar to its P90 date, a thinner one on to the likely one. */
  static String runway(Study study, List<Runway.Limit> limits) {
    double most = 1;
    for (Runway.Limit l : limits) {
      most = Math.max(most, Double.isInfinite(l.medianDays()) ? 0 : l.medianDays());
      most = Math.max(most, Double.isInfinite(l.p90Days()) ? 0 : l.p90Days());
    }
    most = Math.min(most, LONGEST_RUNWAY);
    if (limits.isEmpty()) {
      return "";
    }
    StringBuilder out = open(ROW * limits.size() + 8, "Days until each limit binds");
    int wide = WIDE - NAMES - 220;
    for (int i = 0; i < limits.size(); i++) {
      Runway.Limit l = limits.get(i);
      int y = i * ROW + 4;
      name(out, l.name(), y);
      double early = wide * Math.min(1, l.p90Days() / most);
      double likely = wide * Math.min(1, l.medianDays() / most);
      rect(out, l.p90Days() < SOON ? "bar soon" : "bar", NAMES + 8, y, early, ROW - 6);
      rect(out, "bar", NAMES + 8 + early, y + 5, Math.max(0, likely - early), ROW - 16);
      out.append(
          "<text x=\"%s\" y=\"%d\">%s, P90 %s</text>"
              .formatted(
                  n(NAMES + 14 + Math.max(early, likely)),
                  y + 13,
                  StudyTables.date(study, l.medianDays()),
                  StudyTables.date(study, l.p90Days())));
    }
    return out
        + """
        </svg>
        <p class="legend">Thick: the date by which a limit binds with a chance of one in ten; thin: the
        likely one. Red: within a quarter of a year.</p>
        """;
  }

  private static StringBuilder open(int height, String label) {
    return new StringBuilder(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">"
            .formatted(WIDE, height, Html.escape(label)));
  }

  private static void name(StringBuilder out, String name, int y) {
    out.append(
        "<text class=\"label\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
            .formatted(NAMES, y + 13, Html.escape(StudyTables.shortened(name, 44))));
  }

  private static void rect(
      StringBuilder out, String css, double x, double y, double width, double height) {
    out.append(
        "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>"
            .formatted(css, n(x), n(y), n(width), n(height)));
  }
}
