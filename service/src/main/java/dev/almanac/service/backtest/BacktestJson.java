package dev.almanac.service.backtest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.almanac.predictor.accuracy.Scorecard;
import dev.almanac.predictor.backtest.BacktestResult.Horizon;
import dev.almanac.predictor.backtest.Verdict;
import java.time.Duration;
import java.util.Locale;

/** The report for scripts. What is unknown is null. */
public final class BacktestJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private BacktestJson() {}

  /** One object on one line. */
  public static String of(BacktestReport report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("model", report.model());
    root.put("origins", report.plan().origins());
    root.put("lead_seconds", report.plan().lead().toSeconds());
    ObjectNode answers = root.putObject("verdicts");
    report.answers().forEach((answer, count) -> answers.put(name(answer), count));
    var series = root.putArray("series");
    for (BacktestReport.Row row : report.rows()) {
      ObjectNode one = series.addObject();
      one.put("name", row.name());
      one.put("from", row.from().toString());
      one.put("to", row.to().toString());
      one.put("step_seconds", row.step().toSeconds());
      one.put("present_share", row.presentShare());
      var horizons = one.putArray("horizons");
      row.result().horizons().forEach(h -> horizon(horizons.addObject(), row.step(), h));
      row.result().lead().ifPresent(h -> horizon(one.putObject("lead"), row.step(), h));
      Verdict verdict = row.result().verdict();
      ObjectNode said = one.putObject("verdict");
      said.put("answer", name(verdict.answer()));
      said.put("origins", verdict.origins());
      number(said, "saved_over_reacting", verdict.overReacting());
      number(said, "saved_over_seasonal_naive", verdict.overSeason());
      said.put("reason", verdict.reason());
    }
    return root.toString();
  }

  private static void horizon(ObjectNode to, Duration step, Horizon h) {
    to.put("seconds", step.toSeconds() * h.steps());
    to.put("targets", h.forecast().targets());
    number(to, "skill", h.skill());
    card(to.putObject("forecast"), h.forecast());
    card(to.putObject("seasonal_naive"), h.season());
    card(to.putObject("reacting"), h.reacting());
  }

  private static void card(ObjectNode to, Scorecard card) {
    number(to, "mase", card.mase());
    number(to, "sql", card.scaledQuantileLoss());
    number(to, "p95_loss", card.scaledPinball(0.95));
    number(to, "p99_loss", card.scaledPinball(0.99));
    ObjectNode coverage = to.putObject("coverage");
    number(coverage, "p90", card.coverage(0.9));
    number(coverage, "p95", card.coverage(0.95));
    number(coverage, "p99", card.coverage(0.99));
  }

  private static void number(ObjectNode to, String name, double value) {
    if (Double.isFinite(value)) {
      to.put(name, value);
    } else {
      to.putNull(name);
    }
  }

  private static String name(Verdict.Answer answer) {
    return answer.name().toLowerCase(Locale.ROOT);
  }
}
