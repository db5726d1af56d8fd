package dev.almanac.benchmarks;

import java.nio.file.Path;
import java.util.Optional;

/** One named benchmark. */
interface Benchmark {

  /** What one can learn from it, and what not. */
  String about();

  /**
   * Runs it.
   *
   * @param data folder of workload series, where one was given
   */
  Table run(Optional<Path> data) throws Exception;
}
