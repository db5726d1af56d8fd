package dev.almanac.service.rightsize;

import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Recommended;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Refused;
import dev.almanac.predictor.rightsizing.advice.Goal;
import dev.almanac.predictor.rightsizing.advice.Severity;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * All rows, those that give back most first.
 *
 * @param to end of the history
 * @param notes what is doubtful about all of it
 * @param since what has changed since another run; empty when there is none
 */
public record RightsizeReport(
    Instant to,
    int days,
    Goal goal,
    PriceList prices,
    List<Row> rows,
    List<String> notes,
    List<Difference> since) {
  private static final Comparator<Row> BY_MONEY =
      Comparator.<Row>comparingInt(r -> r.advice() instanceof Refused ? 1 : 0)
          .thenComparing(r -> -r.saving())
          .thenComparing(Row::key);

  /** Sorts and copies. */
  public RightsizeReport {
    rows = rows.stream().sorted(BY_MONEY).toList();
    notes = List.copyOf(notes);
    since = List.copyOf(since);
  }

  /** The same, compared with another run. */
  public RightsizeReport since(List<Difference> differences) {
    return new RightsizeReport(to, days, goal, prices, rows, notes, differences);
  }

  /** Rows with advice of a severity. */
  public long count(Severity severity) {
    return rows.stream()
        .filter(r -> r.advice() instanceof Recommended a && a.severity() == severity)
        .count();
  }

  /** Rows without advice. */
  public long refused() {
    return rows.stream().filter(r -> r.advice() instanceof Refused).count();
  }

  /** Dollars a month that idle: what all rows that give something back do. */
  public double wasteUsd() {
    return rows.stream().mapToDouble(r -> Math.max(0, r.saving())).sum();
  }

  /** Dollars a month after what is asked for more is paid. */
  public double savingUsd() {
    return rows.stream().mapToDouble(Row::saving).sum();
  }

  /** Dollars a month of all requests that are known. */
  public double costUsd() {
    return rows.stream().mapToDouble(r -> Double.isNaN(r.usdNow()) ? 0 : r.usdNow()).sum();
  }
}
