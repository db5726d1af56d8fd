package dev.almanac.service.rightsize;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.Amounts;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Recommended;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Refused;
import dev.almanac.predictor.rightsizing.advice.Figures;
import dev.almanac.predictor.rightsizing.advice.Reason;
import dev.almanac.predictor.rightsizing.advice.Severity;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** The report in one HTML file: no script, nothing to load, two themes. */
public final class RightsizePage {
  private static final int WIDTH = 672;
  private static final int HEIGHT = 96;
  private static final int LEFT = 56;
  private static final double COLUMN = (double) (WIDTH - LEFT) / Sketch.COLUMNS;

  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>Almanac: right-sizing</title>
      <style>
      :root{color-scheme:light dark;--ink:#1b1f24;--soft:#5d6670;--paper:#fff;--line:#d8dde3;--use:#2f6fb3;
        --now:#8a5a00;--advised:#137a3e;--bad:#b3261e}
      @media (prefers-color-scheme:dark){:root{--ink:#e6e9ed;--soft:#9aa4af;--paper:#14171a;--line:#343a41;
        --use:#6fb1f0;--now:#e0a84a;--advised:#5ccb8a;--bad:#ff8a80}}
      body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;
        margin:2rem auto;padding:0 1rem}
      h1{font-size:1.4rem} h2{font-size:1rem;margin:.2rem 0} .soft{color:var(--soft)}
      section{border-top:1px solid var(--line);padding:.8rem 0}
      .critical{color:var(--bad)} .warning{color:var(--now)} .saving,.good{color:var(--advised)}
      dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.5rem;margin:1rem 0}
      dt{color:var(--soft);font-size:.85rem} dd{margin:0;font-size:1.2rem}
      svg{width:100%;height:auto;display:block;margin:.3rem 0} text{fill:var(--soft);font-size:11px}
      .band{fill:var(--use);opacity:.35} .mid{fill:none;stroke:var(--use);stroke-width:1.2}
      .now{stroke:var(--now);stroke-dasharray:5 3;fill:none} .advised{stroke:var(--advised);fill:none;stroke-width:1.6}
      .mark{fill:var(--bad)} ul{margin:.3rem 0;padding-left:1.1rem} li{margin:.1rem 0}
      table{border-collapse:collapse;width:100%} td{padding:.15rem .6rem .15rem 0;vertical-align:top}
      </style></head><body>
      """;

  private final StringBuilder out = new StringBuilder(HEAD);

  private RightsizePage() {}

  /** The whole page. */
  public static String of(RightsizeReport report) {
    RightsizePage page = new RightsizePage();
    page.head(report);
    report
        .rows()
        .forEach(row -> {
          if (row.advice() instanceof Recommended r) {
            page.row(row, r);
          }
        });
    page.refused(report);
    return page.out.append("</body></html>\n").toString();
  }

  private void head(RightsizeReport report) {
    out.append(
        "<h1>Requests that are right</h1><p class=\"soft\">%d days to %s · goal %s · prices: %s, %s</p>\n"
            .formatted(
                report.days(),
                report.to(),
                report.goal().name().toLowerCase(Locale.ROOT),
                escape(report.prices().name()),
                escape(report.prices().asOf())));
    out.append("<dl>");
    item("requests, a month", usd(report.costUsd()));
    item("of it idle", usd(report.wasteUsd()));
    item("critical", Long.toString(report.count(Severity.CRITICAL)));
    item("warning", Long.toString(report.count(Severity.WARNING)));
    item("saving", Long.toString(report.count(Severity.SAVING)));
    item("good", Long.toString(report.count(Severity.GOOD)));
    item("without advice", Long.toString(report.refused()));
    out.append("</dl>\n");
    report.notes().forEach(note -> out.append("<p>Note: %s</p>\n".formatted(escape(note))));
    out.append(
        "<p class=\"soft\">Pictures: highest usage of any pod as a band, mean as a line;"
            + " <span class=\"warning\">dashed: request today</span>,"
            + " <span class=\"good\">solid: advised</span>; marks:"
            + " <span class=\"critical\">held back by a limit (CPU), last OOM kill (memory)</span>.</p>\n");
    if (!report.since().isEmpty()) {
      out.append("<section><h2>Since the last run</h2><ul>");
      report
          .since()
          .forEach(d -> out.append("<li>%s: %s</li>".formatted(escape(d.key()), escape(d.text()))));
      out.append("</ul></section>\n");
    }
  }

  private void item(String name, String value) {
    out.append("<div><dt>%s</dt><dd>%s</dd></div>".formatted(name, escape(value)));
  }

  private void row(Row row, Recommended r) {
    String severity = r.severity().name().toLowerCase(Locale.ROOT);
    out.append(
        "<section><h2>%s <span class=\"soft\">%s, %d pods</span> <span class=\"%s\">%s</span></h2>\n"
            .formatted(
                escape(
                    row.workload().namespace() + "/" + row.workload().name() + " " + r.container()),
                escape(row.workload().kind()),
                row.pods(),
                severity,
                severity));
    out.append(
        "<p>%s · %s%s</p>\n"
            .formatted(
                change("CPU", Resource.CPU, row, r),
                change("memory", Resource.MEMORY, row, r),
                Double.isNaN(row.usdNow())
                    ? ""
                    : " · " + usd(row.usdNow()) + " → " + usd(row.usdAdvised()) + " a month"));
    row.sketch()
        .ifPresent(sketch -> {
          if (r.cpu().isPresent()) {
            picture(Resource.CPU, r, sketch.cpuHigh(), sketch.cpuMid(), 1000, sketch);
          }
          if (r.memory().isPresent()) {
            picture(Resource.MEMORY, r, sketch.memoryHigh(), new float[0], 1, sketch);
          }
        });
    out.append("<ul>");
    for (Reason reason : r.reasons()) {
      out.append("<li>%s</li>".formatted(escape(reason.text())));
    }
    promise(r.cpu(), "%.0f minutes a month above the CPU request, at most %.0f");
    promise(r.memory(), "%.1f days a month with an OOM kill, at most %.1f");
    out.append("</ul></section>\n");
  }

  private void promise(Optional<Figures> figures, String form) {
    figures
        .flatMap(Figures::promise)
        .ifPresent(p ->
            out.append(
                String.format(
                    Locale.ROOT,
                    "<li class=\"soft\">promise: " + form + " (95 %%; %d days replayed)</li>",
                    p.mean(),
                    p.most(),
                    p.days())));
  }

  private static String change(String name, Resource resource, Row row, Recommended r) {
    OptionalLong now = r.now().map(n -> n.requests()).orElse(ResourceList.NONE).get(resource);
    OptionalLong advised = r.advised().requests().get(resource);
    String from = now.isPresent() ? Amounts.shown(resource, now.getAsLong()) : "none";
    String to = advised.isPresent() ? Amounts.shown(resource, advised.getAsLong()) : "none";
    return now.equals(advised)
        ? "%s stays %s".formatted(name, to)
        : "%s %s → <strong>%s</strong>".formatted(name, from, to);
  }

  /** Usage as a band from zero, requests as lines, marks under the axis. */
  private void picture(
      Resource resource, Recommended r, float[] high, float[] mid, double scale, Sketch sketch) {
    double now =
        r.now().map(n -> n.requests()).orElse(ResourceList.NONE).get(resource).orElse(0) / scale;
    double advised = r.advised().requests().orZero(resource) / scale;
    double peak = 0;
    for (float value : high) {
      peak = value > peak ? value : peak;
    }
    // A request far above usage would press it flat: then its line is at the top, with its amount.
    double top =
        Math.max(Math.max(peak, advised) * 1.15, Math.min(now, 3 * Math.max(peak, advised)));
    top = top > 0 ? top : 1;
    out.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s of %s\">"
            .formatted(
                WIDTH,
                HEIGHT + 14,
                resource == Resource.CPU ? "CPU" : "Memory",
                escape(r.container())));
    out.append("<path class=\"band\" d=\"");
    for (int c = 0; c < high.length; c++) {
      if (!Float.isNaN(high[c])) {
        out.append(
            "M%s %dV%sH%sV%dZ".formatted(n(x(c)), HEIGHT, n(y(high[c], top)), n(x(c + 1)), HEIGHT));
      }
    }
    out.append("\"/>");
    if (mid.length > 0) {
      out.append("<path class=\"mid\" d=\"");
      boolean open = false;
      for (int c = 0; c < mid.length; c++) {
        if (Float.isNaN(mid[c])) {
          open = false;
          continue;
        }
        out.append("%s%s %s".formatted(open ? "L" : "M", n(x(c + 0.5)), n(y(mid[c], top))));
        open = true;
      }
      out.append("\"/>");
    }
    line("now", now, top);
    if (now > top) {
      out.append(
          "<text x=\"%d\" y=\"16\" text-anchor=\"end\">%s, off the scale</text>"
              .formatted(WIDTH, Amounts.shown(resource, now * scale)));
    }
    line("advised", advised, top);
    out.append(
        "<text x=\"0\" y=\"10\">%s</text><text x=\"0\" y=\"%d\">0</text>"
            .formatted(Amounts.shown(resource, top * scale), HEIGHT));
    for (int c = 0; c < Sketch.COLUMNS; c++) {
      boolean marked = resource == Resource.CPU ? sketch.throttled()[c] : c == sketch.killColumn();
      if (marked) {
        out.append(
            "<rect class=\"mark\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"6\"/>"
                .formatted(n(x(c)), HEIGHT + 4, n(COLUMN)));
      }
    }
    out.append("</svg>\n");
  }

  private void line(String kind, double amount, double top) {
    if (amount > 0) {
      out.append(
          "<path class=\"%s\" d=\"M%d %sH%d\"/>".formatted(kind, LEFT, n(y(amount, top)), WIDTH));
    }
  }

  private void refused(RightsizeReport report) {
    if (report.refused() == 0) {
      return;
    }
    out.append("<section><h2>Without advice</h2><table>");
    for (Row row : report.rows()) {
      if (row.advice() instanceof Refused refused) {
        out.append(
            "<tr><td>%s</td><td>%s</td></tr>\n"
                .formatted(escape(row.key()), escape(refused.text())));
      }
    }
    out.append("</table></section>\n");
  }

  private static double x(double column) {
    return LEFT + column * COLUMN;
  }

  private static double y(double value, double top) {
    return HEIGHT - Math.clamp(value / top, 0, 1) * (HEIGHT - 4);
  }

  private static String n(double pixels) {
    return String.format(Locale.ROOT, "%.1f", pixels);
  }

  private static String usd(double usd) {
    return String.format(Locale.ROOT, "$%,.2f", usd);
  }

  private static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        default -> safe.append(Character.isISOControl(c) ? ' ' : c);
      }
    }
    return safe.toString();
  }
}
