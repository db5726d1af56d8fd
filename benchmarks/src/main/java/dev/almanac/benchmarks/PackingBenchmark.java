package dev.almanac.benchmarks;

import dev.almanac.benchmarks.PackingInstances.Made;
import dev.almanac.simulator.packing.LowerBound;
import dev.almanac.simulator.packing.PackingAnswer;
import dev.almanac.simulator.packing.PackingSolver;
import dev.almanac.simulator.packing.PackingValidator;
import dev.almanac.simulator.packing.Work;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** Packings of made instances: gap and time, beside what others do with them. */
public final class PackingBenchmark implements Benchmark {
  private static final int SEEDS = 3;
  private static final int TIMED_RUNS = 3;
  private static final double LONG_RUN_MS = 500; // timed once
  private static final long WARM_UP_NANOS = 300_000_000L;
  private static final int PEER_PODS = 20_000;

  /** An instance, the gap at which the search for it ends, and the work it may do. */
  private record Case(LongFunction<Made> make, double target, long steps) {}

  private static final List<Case> CASES = cases();

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int dims : new int[] {2, 4}) {
      for (int k : new int[] {3, 8, 30}) {
        cases.add(new Case(s -> PackingInstances.planted(dims, k, s), 0.01, 60_000_000));
      }
    }
    for (int k : new int[] {3, 8, 30}) {
      cases.add(new Case(s -> PackingInstances.plantedMix(k, s), 0.005, 300_000_000));
    }
    cases.add(new Case(s -> PackingInstances.random(10_000, 0, s), 0.005, 60_000_000));
    for (int groups : new int[] {50, 500, 0}) {
      cases.add(new Case(s -> PackingInstances.random(10_000, groups, s), 0.0025, 60_000_000));
    }
    for (int groups : new int[] {50, 500, 0}) {
      cases.add(new Case(s -> PackingInstances.random(100_000, groups, s), 0.0025, 200_000_000));
    }
    for (int pods : new int[] {1_000, 10_000}) {
      for (int groups : new int[] {50, 200, 0}) {
        cases.add(new Case(s -> PackingInstances.priced(pods, groups, s), 0.005, 200_000_000));
      }
    }
    cases.add(new Case(s -> PackingInstances.priced(100_000, 200, s), 0.005, 200_000_000));
    cases.add(new Case(s -> PackingInstances.constrained(1_000, 60, s), 0.005, 100_000_000));
    cases.add(new Case(s -> PackingInstances.constrained(10_000, 200, s), 0.005, 200_000_000));
    for (int k : new int[] {50, 200, 400}) {
      cases.add(new Case(s -> PackingInstances.hosts(k, s), 0.005, 60_000_000));
    }
    cases.add(new Case(s -> PackingInstances.uniform(1000, s), 0, 20_000_000));
    cases.add(new Case(s -> PackingInstances.triplets(501, s), 0, 20_000_000));
    return cases;
  }

  @Override
  public String about() {
    return "Gap in % over the planted optimum, else over the lower bound that is named; mean and worst\n"
        + "of 3 seeds. CPU ms of the packing thread after warm-up, median of 3: ladder until the\n"
        + "target gap or the work is spent. Every packing passed the validator. karpenter: its rule\n"
        + "(one type: first fit decreasing in its order); ffd: best of three orders.";
  }

  @Override
  public Table run(Optional<Path> data) {
    Table table =
        new Table(
            "instance", "target %", "gap %", "worst %", "ms", "bound", "karpenter %", "ffd %");
    for (Case c : CASES) {
      row(table, c);
    }
    return table;
  }

  private static void row(Table table, Case c) {
    double gap = 0;
    double worst = 0;
    double ms = 0;
    double karpenter = 0;
    double ffd = 0;
    TreeSet<LowerBound.Kind> kinds = new TreeSet<>();
    String name = "";
    for (long seed = 1; seed <= SEEDS; seed++) {
      Made made = c.make().apply(seed);
      name = made.name();
      PackingAnswer answer = solve(made, c);
      List<String> problems = PackingValidator.problems(made.instance(), answer.packing());
      double reference = Double.isNaN(made.optimum()) ? answer.bound().price() : made.optimum();
      if (!problems.isEmpty() || answer.bound().price() > reference * (1 + 1e-9)) {
        throw new IllegalStateException(name + ": " + problems + " " + answer.bound());
      }
      kinds.add(answer.bound().kind());
      double g = 100 * (answer.packing().price() / reference - 1);
      gap += g / SEEDS;
      worst = Math.max(worst, g);
      ms += milliseconds(() -> solve(made, c)) / SEEDS;
      boolean peers = made.instance().pods() <= PEER_PODS;
      boolean oneType = made.instance().types() == 1;
      karpenter += peers ? over(PackingPeers.karpenter(made.instance()), reference) : Double.NaN;
      ffd +=
          peers && oneType
              ? over(PackingPeers.bestFirstFit(made.instance()), reference)
              : Double.NaN;
    }
    table.row(
        name,
        percent(100 * c.target()),
        percent(gap),
        percent(worst),
        ms,
        kinds.stream()
            .map(k -> k.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", ")),
        percent(karpenter),
        percent(ffd));
  }

  private static PackingAnswer solve(Made made, Case c) {
    return PackingSolver.solve(made.instance(), made.relaxed(), c.target(), Work.steps(c.steps()));
  }

  private static double over(double price, double reference) {
    return 100 * (price / reference - 1) / SEEDS;
  }

  private static String percent(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value);
  }

  private static double milliseconds(Runnable work) {
    var threads = ManagementFactory.getThreadMXBean();
    long start = System.nanoTime();
    do {
      work.run();
    } while (System.nanoTime() - start < WARM_UP_NANOS);
    double[] ms = new double[TIMED_RUNS];
    for (int i = 0; i < ms.length; i++) {
      long before = threads.getCurrentThreadCpuTime();
      work.run();
      ms[i] = (threads.getCurrentThreadCpuTime() - before) / 1e6;
      if (ms[i] > LONG_RUN_MS) {
        return ms[i];
      }
    }
    Arrays.sort(ms);
    return ms[TIMED_RUNS / 2];
  }
}
