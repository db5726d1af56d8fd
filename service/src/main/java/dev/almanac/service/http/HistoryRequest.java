package dev.almanac.service.http;

import dev.almanac.service.view.History;
import dev.almanac.service.view.WorkloadDetail;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which history is asked for.
 *
 * @param range how far back from now
 * @param since only points from this instant on, and decisions made after it: how an open page
 *     appends; empty for all of the range
 */
record HistoryRequest(Duration range, Optional<Instant> since) {
  private static final Duration DEFAULT = Duration.ofHours(12);
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Pattern EPOCH_SECOND = Pattern.compile("[0-9]{1,12}");

  /** A workload with the resolution of its history. */
  record WorkloadAnswer(WorkloadDetail workload, Resolution resolution) {}

  /**
   * What the points of a history stand for.
   *
   * @param rangeSeconds the range asked for
   * @param sampleSeconds distance of the samples that are kept
   * @param pointSeconds distance of the points sent; longer where there were too many samples
   * @param coarsening how samples were joined to points, empty when they were not
   */
  record Resolution(
      long rangeSeconds, int sampleSeconds, int pointSeconds, Optional<String> coarsening) {}

  /** Reads {@code range} and {@code since}; empty when either is malformed or out of bounds. */
  static Optional<HistoryRequest> of(MultiMap query, Bounds bounds) {
    String range = query.get("range");
    String since = query.get("since");
    if (since != null && !EPOCH_SECOND.matcher(since).matches()) {
      return Optional.empty();
    }
    Optional<Instant> from =
        Optional.ofNullable(since).map(s -> Instant.ofEpochSecond(Long.parseLong(s)));
    return duration(range)
        .filter(d -> d.compareTo(SHORTEST) >= 0 && d.compareTo(bounds.range()) <= 0)
        .map(d -> new HistoryRequest(d, from));
  }

  private static Optional<Duration> duration(@Nullable String text) {
    if (text == null) {
      return Optional.of(DEFAULT);
    }
    try {
      // The longest duration that means anything here has far fewer characters.
      return text.length() > 32 ? Optional.empty() : Optional.of(Duration.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** Start of the history that answers this. */
  Instant from(Instant now) {
    Instant first = now.minus(range);
    return since.filter(s -> s.isAfter(first)).orElse(first);
  }

  /** The answer, with at most about so many points a range. */
  WorkloadAnswer answer(WorkloadDetail detail, int points) {
    History history = detail.history();
    // By the range and not by what is sent, so that points appended later fit those before.
    long samples = Math.ceilDiv(range.toSeconds(), (long) history.stepSeconds());
    int factor = Math.toIntExact(Math.max(1, Math.ceilDiv(samples, (long) points)));
    History shown = history.coarser(factor);
    return new WorkloadAnswer(
        detail.with(
            shown,
            detail.decisions().stream()
                .filter(d -> since.isEmpty() || d.at().isAfter(since.get()))
                .toList()),
        new Resolution(
            range.toSeconds(),
            history.stepSeconds(),
            shown.stepSeconds(),
            factor == 1 ? Optional.empty() : Optional.of(History.COARSENING)));
  }
}
