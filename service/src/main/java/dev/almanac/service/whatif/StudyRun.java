package dev.almanac.service.whatif;

import dev.almanac.simulator.fleet.FitCache;
import dev.almanac.simulator.fleet.FleetOutcome;
import dev.almanac.simulator.fleet.FleetReplay;
import dev.almanac.simulator.fleet.FleetScenario;
import dev.almanac.simulator.whatif.Case;
import dev.almanac.simulator.whatif.CaseResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;

/** Runs the cases of a study, or of a shard of it, on several threads. */
public final class StudyRun {
  private StudyRun() {}

  /**
   * Every n-th case.
   *
   * @param index 1 to {@code of}
   */
  public record Shard(int index, int of) {
    /** All cases. */
    public static final Shard WHOLE = new Shard(1, 1);

    /** Refuses a shard that there is not. */
    public Shard {
      if (index < 1 || of < index) {
        throw new IllegalArgumentException("a shard is i/n with 1 <= i <= n");
      }
    }

    boolean has(int number) {
      return number % of == index - 1;
    }
  }

  /**
   * Runs what has not been run.
   *
   * @param results file in which what is done is kept; empty: nowhere
   * @param threads at least 1; the results are the same for any number
   * @param progress hears how many cases of how many are done, on the calling thread
   * @return the results of the shard, in the order of the study
   */
  public static List<CaseResult> run(
      Study study,
      Shard shard,
      Optional<Path> results,
      int threads,
      BiConsumer<Integer, Integer> progress)
      throws StudyException, InterruptedException {
    Map<String, CaseResult> known =
        results.isPresent() ? StudyResults.open(results.get(), study) : Map.of();
    FitCache fits = new FitCache();
    Map<FleetScenario, FleetOutcome> done = new ConcurrentHashMap<>();
    List<Future<CaseResult>> futures = new ArrayList<>();
    List<CaseResult> all = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < study.cases().size(); i++) {
        Case one = study.cases().get(i);
        if (shard.has(i)) {
          CaseResult kept = known.get(one.id());
          futures.add(pool.submit(() -> kept != null ? kept : run(one, done, fits)));
        }
      }
      try {
        for (Future<CaseResult> future : futures) {
          CaseResult result = future.get();
          if (results.isPresent() && !known.containsKey(result.id())) {
            StudyResults.append(results.get(), result);
          }
          all.add(result);
          progress.accept(all.size(), futures.size());
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException("a case failed", e.getCause());
      } finally {
        pool.shutdownNow();
      }
    }
    return all;
  }

  /** Lines that several cases share are run once. */
  private static CaseResult run(Case one, Map<FleetScenario, FleetOutcome> done, FitCache fits) {
    return one.run(fleet -> done.computeIfAbsent(fleet, f -> FleetReplay.run(f, fits)), fits);
  }
}
