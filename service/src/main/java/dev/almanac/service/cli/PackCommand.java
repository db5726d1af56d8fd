package dev.almanac.service.cli;

import dev.almanac.service.pack.Inventory;
import dev.almanac.service.pack.ManifestException;
import dev.almanac.service.pack.PackReport;
import dev.almanac.simulator.packing.Work;
import dev.almanac.simulator.scheduling.ClusterPacking;
import dev.almanac.simulator.scheduling.Plan;
import dev.almanac.simulator.scheduling.PlanValidator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Pods into nodes with the optimality gap. */
@Command(
    name = "pack",
    description = "Packs pods into nodes at the least price and proves how near it is to it.",
    footer = {
      "",
      "FILE is YAML or JSON, .gz allowed: Pod, Deployment, StatefulSet, ReplicaSet, Job,",
      "DaemonSet, Node, CSINode, List, and NodeTypeList with prices.",
      "Same files, same --effort: same bytes; --time gives that up.",
      "",
      "Examples:",
      "  almanac pack --pods pods.yaml --nodes types.yaml",
      "  almanac pack --pods cluster.json --nodes types.yaml -o json --max-gap 2"
    },
    mixinStandardHelpOptions = true)
public final class PackCommand implements Callable<Integer> {

  @Option(
      names = "--pods",
      required = true,
      paramLabel = "FILE",
      description = "Pods and workloads; may be given several times.")
  private List<Path> pods = List.of();

  @Option(
      names = {"--nodes", "--types"},
      paramLabel = "FILE",
      description = "Nodes that exist and types with prices; may be given several times.")
  private List<Path> nodes = List.of();

  @Option(
      names = "--gap",
      paramLabel = "PERCENT",
      description = "Stop as soon as the gap is this small (default: 0, search on).")
  private double gap;

  @Option(
      names = "--effort",
      paramLabel = "N",
      description = "Million steps to search; about 8 ms each (default: 300).")
  private long effort = 300;

  @Option(names = "--time", paramLabel = "TIME", description = "Also stop after this long.")
  private Duration time = Duration.ZERO;

  @Option(
      names = "--max-gap",
      paramLabel = "PERCENT",
      description = "Exit with 1 when the gap is larger.")
  private double maxGap = Double.POSITIVE_INFINITY;

  @Option(names = "--all", description = "Exit with 1 when a pod has no node.")
  private boolean all;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json (default: table).")
  private Output output = Output.TABLE;

  private final Streams streams = new Streams();

  @Override
  public Integer call() {
    if (!(gap >= 0) || !(maxGap >= 0) || effort < 0 || effort > 1_000_000 || time.isNegative()) {
      throw new BadInput("--gap, --max-gap, --effort and --time must not be negative or endless");
    }
    Set<Path> files = new LinkedHashSet<>(pods);
    files.addAll(nodes);
    Inventory inventory;
    try {
      inventory = Inventory.read(List.copyOf(files));
    } catch (ManifestException e) {
      throw new BadInput(String.valueOf(e.getMessage()));
    }
    Plan plan;
    try {
      Work work = Work.steps(effort * 1_000_000, deadline());
      plan = ClusterPacking.plan(inventory.pods(), inventory.kinds(), gap / 100, work);
    } catch (IllegalArgumentException e) {
      throw new BadInput("this cannot be packed: " + e.getMessage());
    }
    // Every answer is checked by code that shares nothing with what made it.
    List<String> problems = PlanValidator.problems(inventory.pods(), inventory.kinds(), plan);
    if (!problems.isEmpty()) {
      throw new IllegalStateException("the plan breaks rules: " + problems);
    }
    PackReport report = new PackReport(plan, inventory);
    report.notes().forEach(note -> streams.err().println("note: " + note));
    PrintStream out = streams.out();
    if (output == Output.JSON) {
      try {
        report.writeJson(out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    } else {
      out.print(report.toText());
    }
    return gate(plan);
  }

  private BooleanSupplier deadline() {
    if (time.isZero()) {
      return () -> false;
    }
    long end = System.nanoTime() + time.toNanos();
    return () -> System.nanoTime() - end > 0;
  }

  private int gate(Plan plan) {
    List<String> failed = new ArrayList<>();
    if (100 * plan.gap() > maxGap) {
      failed.add("the gap is %.3f %%, more than %s %%".formatted(100 * plan.gap(), maxGap));
    }
    if (all && plan.unplacedPods() > 0) {
      failed.add("pods without a node: %,d".formatted(plan.unplacedPods()));
    }
    failed.forEach(f -> streams.err().println("almanac: gate failed: " + f));
    return failed.isEmpty() ? 0 : 1;
  }
}
