package dev.almanac.service.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.almanac.service.log.LogVerifier;
import dev.almanac.service.log.LogVerifier.Problem;
import dev.almanac.service.log.LogVerifier.Verification;
import dev.almanac.simulator.replay.RecordedReplay;
import dev.almanac.simulator.replay.RecordedReplay.Agreement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/**
 * A live run replayed from its decision log: first every decision from the recorded state, compared
 * byte for byte, then over virtual pods. One step of one workload is in memory at a time.
 *
 * @param log what the first replay found
 * @param workloads what the second came to, by {@code namespace/name}
 */
record RecordedRun(Verification log, SortedMap<String, Agreement> workloads) {

  /** Replays a file of a log, or all files of a folder. */
  static RecordedRun of(Path path) {
    if (!Files.exists(path)) {
      throw new BadInput("%s does not exist: name a decision log or its folder".formatted(path));
    }
    SortedMap<String, RecordedReplay> replays = new TreeMap<>();
    Verification log;
    try {
      log =
          LogVerifier.verify(
              path,
              (workload, step) ->
                  replays
                      .computeIfAbsent(workload, _ -> new RecordedReplay())
                      .add(step.policy(), step.before(), step.observation(), step.decision()));
    } catch (IOException e) {
      throw new BadInput("cannot read %s: %s".formatted(path, e.getMessage()));
    }
    SortedMap<String, Agreement> workloads = new TreeMap<>();
    replays.forEach((workload, replay) -> workloads.put(workload, replay.agreement()));
    return new RecordedRun(log, workloads);
  }

  /** Whether all recorded decisions came again, byte for byte. */
  boolean agrees() {
    return log.isSound() && same() == log.records();
  }

  private long same() {
    return workloads.values().stream().mapToLong(Agreement::decisions).sum();
  }

  /** For people. */
  String toText() {
    StringBuilder text = new StringBuilder();
    String again = "%,d of %,d decisions came again".formatted(same(), log.records());
    text.append(
        agrees()
            ? "agrees: %s, byte for byte%n".formatted(again)
            : "DIFFERS: %s; wrong in the log: %,d%n".formatted(again, log.problemCount()));
    if (!log.problems().isEmpty()) {
      text.append("first difference: %s%n".formatted(log.problems().getFirst()));
    }
    log.notes().forEach(note -> text.append("note: %s%n".formatted(note)));
    if (workloads.isEmpty()) {
      return text.toString();
    }
    TextTable table =
        TextTable.forColumns(
            Help.defaultColorScheme(Ansi.OFF),
            new Column(32, 0, Overflow.SPAN),
            new Column(11, 1, Overflow.SPAN),
            new Column(9, 1, Overflow.SPAN),
            new Column(14, 1, Overflow.SPAN),
            new Column(11, 1, Overflow.SPAN));
    table.addRowValues("over virtual pods", "decisions", "same", "replicas off", "Ready off");
    for (Map.Entry<String, Agreement> w : workloads.entrySet()) {
      Agreement a = w.getValue();
      table.addRowValues(
          w.getKey(),
          "%,d".formatted(a.decisions()),
          "%.1f %%".formatted(100.0 * a.same() / a.decisions()),
          "%.2f of %.1f".formatted(a.replicasOff(), a.meanReplicas()),
          "%.2f".formatted(a.readyOff()));
    }
    return text.append(table).toString();
  }

  /** For programs. */
  String toJson() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("agrees", agrees());
    root.put("records", log.records());
    root.put("same_bytes", same());
    root.put("problem_count", log.problemCount());
    if (!log.problems().isEmpty()) {
      Problem first = log.problems().getFirst();
      root.putObject("first_difference")
          .put("file", first.file())
          .put("line", first.line())
          .put("field", first.field())
          .put("reason", first.reason())
          .put("recorded", first.recorded())
          .put("replayed", first.expected());
    }
    log.notes().forEach(root.putArray("notes")::add);
    var over = root.putArray("over_virtual_pods");
    workloads.forEach((workload, a) ->
        over.addObject()
            .put("workload", workload)
            .put("decisions", a.decisions())
            .put("same", a.same())
            .put("mean_replicas", a.meanReplicas())
            .put("replicas_off", a.replicasOff())
            .put("ready_off", a.readyOff()));
    return root.toString();
  }
}
