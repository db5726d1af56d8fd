package dev.almanac.service.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.Trace;
import dev.almanac.service.log.DecisionLog.Found;
import java.util.Locale;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/** One decision of a log as a chain that a person can follow: what each stage concluded. */
final class ExplainedDecision {
  private ExplainedDecision() {}

  /** For people: a line a conclusion, with the size as it stood after it. */
  static String table(String workload, Found found) {
    Decision decision = found.decision();
    TextTable chain =
        TextTable.forColumns(
            Help.defaultColorScheme(Ansi.OFF),
            new Column(10, 0, Overflow.SPAN),
            new Column(6, 1, Overflow.SPAN),
            new Column(63, 1, Overflow.WRAP));
    for (Trace.Line line : found.explain()) {
      chain.addRowValues(stage(line), "%,d".formatted(line.replicas()), line.text());
    }
    int from = found.observation().target().specReplicas();
    String size =
        decision.answer() instanceof Decision.Answer.Hold
            ? "hold at %,d".formatted(from)
            : "%,d -> %,d".formatted(from, decision.proposed());
    return "%s at %s: %s, %s%n%s"
        .formatted(workload, found.observation().at(), size, decision.reason(), chain);
  }

  /** For programs. */
  static String json(String workload, Found found) {
    Decision decision = found.decision();
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("workload", workload);
    root.put("at", found.observation().at().toString());
    root.put("policy_hash", found.policyHash());
    int from = found.observation().target().specReplicas();
    root.put("from", from);
    root.put("to", decision.replicasOr(from));
    root.put("hold", decision.answer() instanceof Decision.Answer.Hold);
    root.put("reason", decision.reason().name());
    root.put("binding", decision.binding().name().toLowerCase(Locale.ROOT));
    ArrayNode stages = root.putArray("stages");
    for (Trace.Line line : found.explain()) {
      stages
          .addObject()
          .put("stage", stage(line))
          .put("text", line.text())
          .put("replicas", line.replicas());
    }
    return root.toString();
  }

  private static String stage(Trace.Line line) {
    return line.stage().name().toLowerCase(Locale.ROOT);
  }
}
