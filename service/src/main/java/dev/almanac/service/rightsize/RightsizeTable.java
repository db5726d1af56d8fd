package dev.almanac.service.rightsize;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.Amounts;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Recommended;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Refused;
import dev.almanac.predictor.rightsizing.advice.Figures;
import dev.almanac.predictor.rightsizing.advice.Reason;
import dev.almanac.predictor.rightsizing.advice.Severity;
import dev.almanac.predictor.rightsizing.comparison.Advice;
import dev.almanac.predictor.rightsizing.comparison.Tool;
import dev.almanac.service.report.TerminalText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The report for a terminal of 80 columns. */
public final class RightsizeTable {
  private static final int NAME = 30;
  private static final int COMPARED_NAME = 21;

  /** Differences that are listed; the JSON has all. */
  private static final int MOST_DIFFERENCES = 20;

  private RightsizeTable() {}

  /**
   * The rows, then the sums.
   *
   * @param most rows
   * @param why whether every row says why; critical ones always do
   */
  public static String of(RightsizeReport report, int most, boolean why) {
    StringBuilder out = new StringBuilder();
    out.append(line("workload/container", "CPU", "memory", "$/month", ""));
    List<Row> rows = report.rows().stream().filter(r -> r.advice() instanceof Recommended).toList();
    for (Row row : rows.subList(0, Math.min(most, rows.size()))) {
      row(out, row, why);
    }
    if (rows.size() > most) {
      out.append("... and %,d more rows; --limit shows them%n".formatted(rows.size() - most));
    }
    refused(out, report, most);
    differences(out, report);
    out.append(
        String.format(
            Locale.ROOT,
            "%n%,d container%s: %,d critical, %,d warning, %,d saving, %,d good, %,d without advice%n",
            report.rows().size(),
            report.rows().size() == 1 ? "" : "s",
            report.count(Severity.CRITICAL),
            report.count(Severity.WARNING),
            report.count(Severity.SAVING),
            report.count(Severity.GOOD),
            report.refused()));
    out.append(
        String.format(
            Locale.ROOT,
            "requests cost %,.2f $ a month, %,.2f of it idle; all advice: %+,.2f%n",
            report.costUsd(),
            report.wasteUsd(),
            0.0 - report.savingUsd()));
    wrap(
        out,
        "prices: %s, %s; history: %d days to %s"
            .formatted(report.prices().name(), report.prices().asOf(), report.days(), report.to()),
        "",
        "  ");
    report.notes().forEach(note -> wrap(out, "note: " + note, "", "  "));
    return out.toString();
  }

  private static void row(StringBuilder out, Row row, boolean why) {
    Recommended r = (Recommended) row.advice();
    ResourceList now = r.now().map(n -> n.requests()).orElse(ResourceList.NONE);
    out.append(
        line(
            name(row),
            change(Resource.CPU, now, r.advised().requests()),
            change(Resource.MEMORY, now, r.advised().requests()),
            Double.isNaN(row.usdNow())
                ? "-"
                : String.format(Locale.ROOT, "%+,.2f", 0.0 - row.saving()),
            r.severity().name().toLowerCase(Locale.ROOT)));
    for (Reason reason : r.reasons()) {
      if (why || (r.severity() == Severity.CRITICAL && tells(reason))) {
        wrap(out, reason.text(), "    ", "      ");
      }
    }
    if (why) {
      promise(out, r);
    }
  }

  private static boolean tells(Reason reason) {
    return reason.code() == Reason.Code.OOM_KILLED || reason.code() == Reason.Code.THROTTLED;
  }

  private static void promise(StringBuilder out, Recommended r) {
    r.cpu()
        .flatMap(Figures::promise)
        .ifPresent(p ->
            wrap(
                out,
                String.format(
                    Locale.ROOT,
                    "promise: %.0f minutes a month above the CPU request, at most %.0f (%d days,"
                        + " 95 %%)",
                    p.mean(),
                    p.most(),
                    p.days()),
                "    ",
                "      "));
    r.memory()
        .flatMap(Figures::promise)
        .ifPresent(p ->
            wrap(
                out,
                String.format(
                    Locale.ROOT,
                    "promise: %.1f days a month with an OOM kill, at most %.1f (%d days, 95 %%)",
                    p.mean(),
                    p.most(),
                    p.days()),
                "    ",
                "      "));
  }

  private static void refused(StringBuilder out, RightsizeReport report, int most) {
    List<Row> rows =
        report.rows().stream()
            .filter(r -> r.advice() instanceof Refused f && f.why() != Refused.Why.INIT_CONTAINER)
            .toList();
    for (Row row : rows.subList(0, Math.min(most, rows.size()))) {
      Refused refused = (Refused) row.advice();
      String text = refused.text();
      out.append(
          String.format(
              Locale.ROOT,
              "%-" + NAME + "s  %s%n",
              name(row),
              TerminalText.cut(text, TerminalText.WIDTH - NAME - 2)));
    }
  }

  private static void differences(StringBuilder out, RightsizeReport report) {
    if (report.since().isEmpty()) {
      return;
    }
    out.append("%nsince the last run, %,d differences:%n".formatted(report.since().size()));
    report.since().stream()
        .limit(MOST_DIFFERENCES)
        .forEach(d -> wrap(out, d.key() + ": " + d.text(), "  ", "    "));
  }

  /** What every tool would request, a line a container and resource. */
  public static String comparison(RightsizeReport report, int most) {
    StringBuilder out = new StringBuilder();
    out.append(
        compared(
            "container",
            "now",
            Stream.of(Tool.values()).map(t -> t.name().toLowerCase(Locale.ROOT)).toList()));
    for (Row row : report.rows().stream().filter(r -> !r.others().isEmpty()).limit(most).toList()) {
      String name = name(row);
      for (Map.Entry<Resource, Map<Tool, Advice>> e : row.others().entrySet()) {
        OptionalLong now =
            row.advice().now().map(c -> c.requests().get(e.getKey())).orElse(OptionalLong.empty());
        List<String> cells =
            List.of(Tool.values()).stream()
                .map(tool -> shown(e.getKey(), row, tool, e.getValue().get(tool)))
                .toList();
        out.append(
            compared(
                name, now.isPresent() ? Amounts.shown(e.getKey(), now.getAsLong()) : "-", cells));
        name = "";
      }
    }
    return out.append(
            """

            Each tool with its defaults on the same usage: that of the pod that used most.
            The column almanac is the whole advice; the others know usage alone.
            """)
        .toString();
  }

  private static String shown(Resource resource, Row row, Tool tool, @Nullable Advice advice) {
    if (tool == Tool.ALMANAC) {
      Optional<OptionalLong> own =
          row.advice() instanceof Recommended r
              ? Optional.of(r.advised().requests().get(resource))
              : Optional.empty();
      return own.isPresent() && own.get().isPresent()
          ? Amounts.shown(resource, own.get().getAsLong())
          : "?";
    }
    return advice instanceof Advice.Request(double amount)
        ? Amounts.shown(resource, resource == Resource.CPU ? amount * 1000 : amount)
        : "?";
  }

  /** Columns as wide as their titles: seven, and one more where a name is longer. */
  private static String compared(String name, String now, List<String> cells) {
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "%-" + COMPARED_NAME + "s %7s",
            TerminalText.cut(name, COMPARED_NAME),
            now));
    for (int i = 0; i < cells.size(); i++) {
      int width = Math.max(7, Tool.values()[i].name().length());
      line.append(String.format(Locale.ROOT, " %" + width + "s", cells.get(i)));
    }
    return line.append('\n').toString();
  }

  static String name(Row row) {
    return TerminalText.cut(
        row.workload().namespace() + "/" + row.workload().name() + " " + row.advice().container(),
        NAME);
  }

  private static String change(Resource resource, ResourceList now, ResourceList advised) {
    OptionalLong before = now.get(resource);
    OptionalLong after = advised.get(resource);
    String from = before.isPresent() ? Amounts.shown(resource, before.getAsLong()) : "-";
    String to = after.isPresent() ? Amounts.shown(resource, after.getAsLong()) : "-";
    return before.equals(after) ? to : from + ">" + to;
  }

  private static String line(String name, String cpu, String memory, String usd, String severity) {
    return String.format(
                Locale.ROOT,
                "%-" + NAME + "s %-12s %-15s %10s %s",
                name,
                cpu,
                memory,
                usd,
                severity)
            .stripTrailing()
        + "\n";
  }

  private static void wrap(StringBuilder out, String text, String indent, String more) {
    TerminalText.wrap(out, text.replaceAll("\\p{Cntrl}", " "), indent, more);
  }
}
