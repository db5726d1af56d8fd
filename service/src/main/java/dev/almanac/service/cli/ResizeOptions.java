package dev.almanac.service.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.almanac.actuator.kubernetes.KubernetesAccess;
import dev.almanac.actuator.kubernetes.PodResizes;
import dev.almanac.service.report.TerminalText;
import dev.almanac.service.rightsize.PodResizing;
import dev.almanac.service.rightsize.ResizeLedger;
import dev.almanac.service.rightsize.Resized;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code rightsize apply} and {@code rightsize undo} have in common. */
final class ResizeOptions {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Option(
      names = "--state",
      required = true,
      paramLabel = "FILE",
      description = "Where what was found in each pod is kept, to be given back.")
  private Path state = Path.of("");

  @Mixin private ClusterOption cluster = new ClusterOption();

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      converter = Durations.class,
      description = "How long a node may take to resize a pod (default: 60s).")
  private Duration wait = Duration.ofSeconds(60);

  @Option(
      names = "--dry-run",
      description = "Only ask the API server what it would take; nothing is changed.")
  private boolean dryRun;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json (default: table).")
  private Output output = Output.TABLE;

  private final Streams streams = new Streams();

  /** What a verb does with the cluster and the ledger. */
  interface Work {
    List<Resized> run(PodResizes pods, ResizeLedger ledger, PodResizing resizing)
        throws IOException;
  }

  /** Runs it and reports; 1 when somebody has to look. */
  int run(Work work) {
    List<Resized> outcomes;
    try (ResizeLedger ledger = ledger();
        PodResizes pods = new PodResizes(access(), System::nanoTime)) {
      if (!supported(pods)) {
        throw new BadInput(
            "the API server cannot resize pods in place (Kubernetes 1.33 and later can); use the"
                + " patches of rightsize --out");
      }
      outcomes =
          work.run(
              pods, ledger, new PodResizing(pods, ledger, InstantSource.system(), wait, dryRun));
    } catch (IOException e) {
      throw new Unreachable(String.valueOf(e.getMessage()));
    }
    streams.out().print(output == Output.JSON ? json(outcomes) : table(outcomes));
    return outcomes.stream().anyMatch(o -> o.outcome().wrong()) ? 1 : 0;
  }

  private ResizeLedger ledger() {
    try {
      return ResizeLedger.open(state);
    } catch (IOException e) {
      throw new BadInput("--state: cannot use %s: %s".formatted(state, e.getMessage()));
    }
  }

  private KubernetesAccess access() {
    try {
      return KubernetesAccess.find(cluster.kubeconfig(), System.getenv());
    } catch (IOException e) {
      throw new BadInput(String.valueOf(e.getMessage()));
    }
  }

  private static boolean supported(PodResizes pods) {
    try {
      return pods.supported();
    } catch (IOException e) {
      throw new Unreachable("the API server: " + e.getMessage());
    }
  }

  static String table(List<Resized> outcomes) {
    StringBuilder out = new StringBuilder();
    for (Resized one : outcomes) {
      String name =
          one.workload().namespace()
              + "/"
              + (one.pod().isEmpty()
                  ? one.workload().kind() + "/" + one.workload().name()
                  : one.pod());
      out.append("%-64s %s%n".formatted(TerminalText.cut(name, 64), word(one.outcome())));
      if (!one.saysAll()) {
        TerminalText.wrap(out, one.text(), "    ", "      ");
      }
    }
    Map<Resized.Outcome, Integer> counts = counts(outcomes);
    String summary =
        counts.entrySet().stream()
            .map(e -> "%d %s".formatted(e.getValue(), word(e.getKey())))
            .collect(Collectors.joining(", "));
    out.append(summary.isEmpty() ? "nothing to do\n" : "\n" + summary + "\n");
    return out.toString();
  }

  private static String json(List<Resized> outcomes) {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode summary = root.putObject("summary");
    counts(outcomes)
        .forEach((outcome, n) -> summary.put(outcome.name().toLowerCase(Locale.ROOT), n));
    ArrayNode pods = root.putArray("pods");
    for (Resized one : outcomes) {
      pods.addObject()
          .put("namespace", one.workload().namespace())
          .put("kind", one.workload().kind())
          .put("name", one.workload().name())
          .put("pod", one.pod())
          .put("outcome", one.outcome().name().toLowerCase(Locale.ROOT))
          .put("text", one.text());
    }
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always written", e);
    }
  }

  private static Map<Resized.Outcome, Integer> counts(List<Resized> outcomes) {
    Map<Resized.Outcome, Integer> counts = new EnumMap<>(Resized.Outcome.class);
    outcomes.forEach(one -> counts.merge(one.outcome(), 1, Integer::sum));
    return counts;
  }

  private static String word(Resized.Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
