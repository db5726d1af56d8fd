package dev.almanac.benchmarks;

import java.util.Collection;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** How operations are timed here: 5 x 1 s after 5 x 1 s of warm-up, with what they allocate. */
final class Jmh {
  private Jmh() {}

  /** Runs every benchmark method of a class, in so many fresh JVMs each. */
  static Collection<RunResult> run(Class<?> work, int forks) throws RunnerException {
    return new Runner(
            new OptionsBuilder()
                .include(work.getName().replace('$', '.') + ".*")
                .forks(forks)
                .warmupIterations(5)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(1))
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .build())
        .run();
  }

  /** Bytes allocated per operation; NaN when they were not counted. */
  static double bytes(RunResult result) {
    Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
    return bytes == null ? Double.NaN : bytes.getScore();
  }
}
