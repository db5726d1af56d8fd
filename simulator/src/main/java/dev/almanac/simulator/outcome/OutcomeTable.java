package dev.almanac.simulator.outcome;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/**
 * Policies side by side, in the order given.
 *
 * @param outcomes at least one
 * @param hash over all that the policies did
 */
public record OutcomeTable(List<Outcome> outcomes, String hash) {

  /** Name of perfect foresight in every table. */
  public static final String ORACLE = "oracle";

  private static final int NAME_WIDTH = 16;

  /** Copies the list. */
  public OutcomeTable {
    outcomes = List.copyOf(outcomes);
    if (outcomes.isEmpty()) {
      throw new IllegalArgumentException("a table needs at least one policy");
    }
  }

  /** A table of runs; its hash covers theirs. */
  public static OutcomeTable of(List<PolicyRun> runs) {
    ResultHash hash = new ResultHash();
    runs.forEach(run -> hash.add(run.hash()));
    return new OutcomeTable(runs.stream().map(PolicyRun::outcome).toList(), hash.hex());
  }

  /**
   * For people: at most 80 columns, lines end with a line feed. Cost is shown against the oracle's
   * where there is one.
   */
  public String toText() {
    StringBuilder out = new StringBuilder();
    line(out, "policy", "short min", "short %", "missing", "pod-hours", "x oracle", "events");
    for (Outcome o : outcomes) {
      line(
          out,
          o.policy(),
          amount(o.shortMinutes()),
          figure("%.3f", o.shortPercent()),
          amount(o.shortPodMinutes()),
          amount(o.podHours()),
          timesOracle(o),
          figure("%,d", o.scaleEvents()));
    }
    out.append(
        figure(
            "scored %,.0f min; short = Ready < needed; missing = pod-minutes\n",
            outcomes.getFirst().scoredMinutes()));
    return out.append("result ").append(hash).append('\n').toString();
  }

  /**
   * For programs: {@code {"policies": [{"name", "short_minutes", "short_pod_minutes", "pod_hours",
   * "scale_events", "scored_minutes"}...], "hash"}}, figures to three decimals.
   */
  public String toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    var policies = root.putArray("policies");
    for (Outcome o : outcomes) {
      policies
          .addObject()
          .put("name", o.policy())
          .put("short_minutes", rounded(o.shortMinutes()))
          .put("short_pod_minutes", rounded(o.shortPodMinutes()))
          .put("pod_hours", rounded(o.podHours()))
          .put("scale_events", o.scaleEvents())
          .put("scored_minutes", rounded(o.scoredMinutes()));
    }
    return root.put("hash", hash).toString();
  }

  private String timesOracle(Outcome o) {
    return outcomes.stream()
        .filter(other -> other.policy().equals(ORACLE) && other.podHours() > 0)
        .findFirst()
        .map(oracle -> o.podHours() / oracle.podHours())
        .map(times -> figure(times < 1e5 ? "%.3f" : "%.2e", times))
        .orElse("-");
  }

  private static void line(StringBuilder out, String name, String... cells) {
    String shown = name.length() <= NAME_WIDTH ? name : name.substring(0, NAME_WIDTH - 1) + "~";
    out.append(figure("%-16s", shown));
    for (String cell : cells) {
      out.append(figure(" %9s", cell));
    }
    out.append('\n');
  }

  /** Two decimals, or four digits and an exponent where these would not fit. */
  private static String amount(double value) {
    return figure(value < 1e6 ? "%,.2f" : "%.3e", value);
  }

  private static String figure(String format, Object value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static BigDecimal rounded(double value) {
    BigDecimal exact = BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP);
    BigDecimal shortest = exact.stripTrailingZeros();
    return shortest.scale() < 0 ? shortest.setScale(0) : shortest; // no exponents
  }
}
