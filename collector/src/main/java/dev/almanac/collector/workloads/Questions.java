package dev.almanac.collector.workloads;

import dev.almanac.collector.prometheus.BulkAnswer;
import dev.almanac.collector.prometheus.BulkAnswer.Labelled;
import dev.almanac.collector.prometheus.PrometheusSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * One question after the other, so that a scan is never more than one query for the store: a busy
 * store is left alone for a while, a question that is too large is made smaller.
 */
final class Questions {
  private static final int ATTEMPTS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  /** A slower answer means that the next question has to be smaller. */
  private static final Duration SLOW = Duration.ofSeconds(15);

  /** Points of one answer: 25 MB of text, 12 MB as numbers. */
  private static final int POINTS_AT_ONCE = 1_000_000;

  private static final int MOST_WARNINGS = 3;

  private final Set<String> warnings = new TreeSet<>();
  private final PrometheusSource source;
  private final double rest;
  private long queries;
  private long bytes;
  private long samples;
  private long repeats;
  private int pointsAtOnce = POINTS_AT_ONCE;

  Questions(PrometheusSource source, double rest) {
    this.source = source;
    this.rest = rest;
  }

  ScanCost cost() {
    return new ScanCost(queries, bytes, samples, repeats);
  }

  /** The first different warnings. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  List<Labelled> instant(String query, Instant at) throws ScanException {
    return whole(query, () -> source.bulkInstant(query, at));
  }

  List<Labelled> series(String selector, Instant from, Instant to) throws ScanException {
    return whole(selector, () -> source.bulkSeries(selector, from, to));
  }

  private List<Labelled> whole(String what, Supplier<BulkAnswer> ask) throws ScanException {
    return switch (patiently(ask)) {
      case BulkAnswer.Present(List<Labelled> found, long _, List<String> _) -> found;
      case BulkAnswer.Busy(String detail) -> throw new ScanException(true, detail);
      case BulkAnswer.TooMuch(String detail) -> throw refused(detail, what);
      case BulkAnswer.Refused(String detail) -> throw refused(detail, what);
    };
  }

  private static ScanException refused(String detail, String query) {
    return new ScanException(false, "%s; the query was %s".formatted(detail, query));
  }

  /** Takes the series of a part of a range. */
  interface Part {
    /**
     * Whole or not at all.
     *
     * @param first grid point of the whole range at which the grid of these series begins
     */
    void take(List<Labelled> series, int first);
  }

  /**
   * A range in parts as large as the store and we like them.
   *
   * @param expected how many series there will be, for the size of the first part
   */
  void range(String query, ScanOptions options, int expected, Part part) throws ScanException {
    int series = Math.max(1, expected);
    int count;
    for (int first = 0; first < options.points(); first += count) {
      count = Math.clamp(pointsAtOnce / series, 1, options.points() - first);
      Instant from = options.from().plus(ScanOptions.STEP.multipliedBy(first));
      int now = count;
      long began = System.nanoTime();
      BulkAnswer answer = patiently(() -> source.bulkRange(query, from, now, ScanOptions.STEP));
      boolean slow = System.nanoTime() - began > SLOW.toNanos();
      switch (answer) {
        case BulkAnswer.Present(List<Labelled> found, long _, List<String> _) -> {
          part.take(found, first);
          series = Math.max(1, found.size());
          pointsAtOnce = slow ? Math.max(series, pointsAtOnce / 2) : pointsAtOnce;
        }
        case BulkAnswer.TooMuch(String detail) -> {
          if (count == 1) {
            throw refused(detail, query);
          }
          repeats++;
          pointsAtOnce = Math.max(1, count / 2 * series);
          count = 0; // The same part again, smaller.
        }
        case BulkAnswer.Busy(String detail) -> throw new ScanException(true, detail);
        case BulkAnswer.Refused(String detail) -> throw refused(detail, query);
      }
    }
  }

  private BulkAnswer patiently(Supplier<BulkAnswer> ask) throws ScanException {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      queries++;
      long began = System.nanoTime();
      BulkAnswer answer = ask.get();
      long took = System.nanoTime() - began;
      if (answer
          instanceof BulkAnswer.Present(List<Labelled> found, long size, List<String> said)) {
        said.stream().limit(MOST_WARNINGS - warnings.size()).forEach(warnings::add);
        bytes += size;
        for (Labelled one : found) {
          samples += one.at().length;
        }
        sleep(Duration.ofNanos((long) (took * rest)));
        return answer;
      }
      if (!(answer instanceof BulkAnswer.Busy) || attempt == ATTEMPTS) {
        return answer;
      }
      repeats++;
      sleep(pause);
      pause = pause.multipliedBy(2);
    }
  }

  private static void sleep(Duration time) throws ScanException {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ScanException(false, "interrupted");
    }
  }
}
