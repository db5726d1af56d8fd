package dev.almanac.service.backtest;

import dev.almanac.predictor.accuracy.Scorecard;
import dev.almanac.predictor.backtest.BacktestResult;
import dev.almanac.predictor.backtest.BacktestResult.Horizon;
import dev.almanac.service.report.TerminalText;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;

/** The report for a terminal of 80 columns. */
public final class BacktestTable {
  private static final int NAME = 28;

  private BacktestTable() {}

  /** All rows, then how many series have which verdict. */
  public static String of(BacktestReport report) {
    StringBuilder out = new StringBuilder();
    out.append(
        "%d series, model %s, up to %d forecasts each, ready %s ahead%n%n"
            .formatted(
                report.rows().size(),
                report.model(),
                report.plan().origins(),
                Figures.time(report.plan().lead())));
    out.append(row("series", "ahead", "MASE", "SQL", "skill", "p90", "p95", "p99").indent(0));
    for (BacktestReport.Row row : report.rows()) {
      BacktestResult result = row.result();
      String name = TerminalText.cut(row.name(), NAME);
      if (result.horizons().isEmpty()) {
        out.append(name).append('\n');
      }
      for (Horizon h : result.horizons()) {
        out.append(line(name, row.step(), h)).append('\n');
        name = "";
      }
      String verdict = result.verdict().answer().words() + ": " + result.verdict().reason();
      TerminalText.wrap(out, verdict, "  ", "    ");
      out.append('\n');
    }
    out.append("verdict: ")
        .append(
            report.answers().entrySet().stream()
                .map(e -> "%d %s".formatted(e.getValue(), e.getKey().words()))
                .collect(Collectors.joining(", ")));
    out.append(
        """


        MASE, SQL: error of the median and of the deciles; 1 is a day's change.
        skill: quantile loss saved over seasonal naive. p90, p95, p99: share covered, %.
        """);
    return out.toString();
  }

  private static String line(String name, Duration step, Horizon h) {
    Scorecard card = h.forecast();
    return row(
        name,
        Figures.time(step.multipliedBy(h.steps())),
        Figures.score(card.mase()),
        Figures.score(card.scaledQuantileLoss()),
        Figures.skill(h.skill()),
        Figures.percent(card.coverage(0.9)),
        Figures.percent(card.coverage(0.95)),
        Figures.percent(card.coverage(0.99)));
  }

  private static String row(
      String name,
      String ahead,
      String mase,
      String sql,
      String skill,
      String p90,
      String p95,
      String p99) {
    return String.format(
            Locale.ROOT,
            "%-" + NAME + "s %6s %6s %6s %9s %6s %6s %6s",
            name,
            ahead,
            mase,
            sql,
            skill,
            p90,
            p95,
            p99)
        .stripTrailing();
  }
}
