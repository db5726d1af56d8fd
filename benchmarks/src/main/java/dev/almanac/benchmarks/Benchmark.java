package dev.almanac.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

  /**
   * The rows of the JSON file after a run: those of the printed table, unless it is a digest of
   * them.
   */
  default List<Map<String, Object>> rows(Table printed) {
    return printed.rows();
  }
}
