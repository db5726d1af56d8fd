package dev.almanac.service.backtest;

import dev.almanac.predictor.accuracy.Scorecard;
import dev.almanac.predictor.backtest.BacktestResult.Horizon;
import dev.almanac.predictor.backtest.Verdict;
import dev.almanac.predictor.forecast.Explanation;
import dev.almanac.service.report.Html;
import dev.almanac.service.report.ReportPage;
import java.util.Locale;
import java.util.Map;

/**
 * The report as one file for a browser: nothing is fetched and nothing runs, which its own content
 * security policy makes sure of. All of it is text, tables and inline SVG.
 */
public final class BacktestPage {
  private BacktestPage() {}

  /** The page, UTF-8. */
  public static String of(BacktestReport report) {
    StringBuilder out = new StringBuilder();
    summary(report, out);
    for (int i = 0; i < report.rows().size(); i++) {
      section(report.rows().get(i), i, out);
    }
    return ReportPage.of("Almanac backtest: %d series".formatted(report.rows().size()), out);
  }

  private static void summary(BacktestReport report, StringBuilder out) {
    out.append("<h1>Is a forecast worth it?</h1>\n<p class=\"answers\">");
    for (Map.Entry<Verdict.Answer, Integer> e : report.answers().entrySet()) {
      out.append(
          "<span class=\"%s\"><b>%d</b> %s</span> "
              .formatted(css(e.getKey()), e.getValue(), e.getKey().words()));
    }
    out.append(
        """
        </p>
        <p>Model %s, up to %d forecasts a series, each made with what was known then. The verdict
        compares the cost of capacity that is ready %s ahead: 1 for what is idle, 19 for what is
        missing.</p>
        <p>In the pictures, the thin line is demand. A forecast is the blue line of its
        median, the band from p10 to p90, and above it the paler one up to p99.</p>
        <div class="wide">
        <table>
        <caption>All series</caption>
        <thead><tr><th scope="col">series</th><th scope="col">verdict</th>
        <th scope="col">saved over reacting</th><th scope="col">saved over seasonal naive</th></tr>
        </thead>
        <tbody>
        """
            .formatted(
                Html.escape(report.model()),
                report.plan().origins(),
                Figures.time(report.plan().lead())));
    for (int i = 0; i < report.rows().size(); i++) {
      BacktestReport.Row row = report.rows().get(i);
      Verdict verdict = row.result().verdict();
      out.append(
          "<tr><th scope=\"row\"><a href=\"#s%d\">%s</a></th><td class=\"%s\">%s</td><td>%s</td>"
              .formatted(
                  i,
                  Html.escape(row.name()),
                  css(verdict.answer()),
                  verdict.answer().words(),
                  Figures.skill(verdict.overReacting())));
      out.append("<td>%s</td></tr>%n".formatted(Figures.skill(verdict.overSeason())));
    }
    out.append("</tbody>\n</table></div>\n");
  }

  private static void section(BacktestReport.Row row, int number, StringBuilder out) {
    Verdict verdict = row.result().verdict();
    out.append("<section id=\"s%d\">%n<h2>%s</h2>%n".formatted(number, Html.escape(row.name())));
    out.append(
        "<p><span class=\"%s\">%s</span> %s</p>%n"
            .formatted(
                css(verdict.answer()), verdict.answer().words(), Html.escape(verdict.reason())));
    out.append(row.picture());
    if (!row.result().horizons().isEmpty()) {
      out.append(
          """
            <div class="wide">
          <table>
            <caption>Scores by horizon</caption>
            <thead><tr><th scope="col">ahead</th><th scope="col">MASE</th><th scope="col">SQL</th>
            <th scope="col">skill</th><th scope="col">p90</th><th scope="col">p95</th>
            <th scope="col">p99</th></tr></thead>
            <tbody>
          """);
      for (Horizon h : row.result().horizons()) {
        Scorecard card = h.forecast();
        out.append(
            ("<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td><td>%s</td><td>%s</td>"
                    + "<td>%s</td><td>%s</td></tr>%n")
                .formatted(
                    Figures.time(row.step().multipliedBy(h.steps())),
                    Figures.score(card.mase()),
                    Figures.score(card.scaledQuantileLoss()),
                    Figures.skill(h.skill()),
                    Figures.percent(card.coverage(0.9)),
                    Figures.percent(card.coverage(0.95)),
                    Figures.percent(card.coverage(0.99))));
      }
      out.append("</tbody>\n</table></div>\n");
    }
    row.next().forEach(why -> explain(why, out));
    out.append(
        "<p class=\"note\">%s to %s, a sample every %s, %s %% present.</p>%n</section>%n"
            .formatted(
                row.from(),
                row.to(),
                Figures.time(row.step()),
                Figures.percent(row.presentShare())));
  }

  private static void explain(Explanation why, StringBuilder out) {
    out.append(
        """
          <div class="wide">
        <table>
          <caption>What makes the median of %s for %s</caption>
          <thead><tr><th scope="col">part</th><th scope="col">moves it by</th></tr></thead>
          <tbody>
        """
            .formatted(Figures.amount(why.median()), why.target()));
    for (Explanation.Part part : why.parts()) {
      out.append(
          "<tr><th scope=\"row\">%s</th><td>%s</td></tr>%n"
              .formatted(Html.escape(part.source().words()), Figures.amount(part.amount())));
    }
    out.append("</tbody>\n</table></div>\n");
  }

  private static String css(Verdict.Answer answer) {
    return "answer " + answer.name().toLowerCase(Locale.ROOT);
  }
}
