package dev.almanac.benchmarks.accuracy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Work on several threads whose results come in the order of the input, whoever was first. */
final class InOrder {
  private InOrder() {}

  static <T, R> List<R> map(
      List<T> input, int threads, Progress progress, String what, Function<T, R> work)
      throws InterruptedException {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<R>> futures = new ArrayList<>();
      for (T item : input) {
        futures.add(pool.submit(() -> work.apply(item)));
      }
      List<R> results = new ArrayList<>();
      for (Future<R> future : futures) {
        try {
          results.add(future.get());
        } catch (ExecutionException e) {
          pool.shutdownNow();
          throw new IllegalStateException(what + " failed", e.getCause());
        }
        progress.at(what, results.size(), input.size());
      }
      return results;
    }
  }
}
