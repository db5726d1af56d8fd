package dev.almanac.simulator.scenario;

import dev.almanac.simulator.demand.DemandTrace;
import java.time.Duration;
import java.time.Instant;

/**
 * What part of a trace is run and what part of that is scored. Demand from before {@code start} is
 * known to forecasters as history.
 *
 * @param start first instant at which policies decide
 * @param scoreFrom ticks that begin earlier are warm-up, at or after {@code start}
 * @param end first instant that is not run any more, at or after {@code scoreFrom}
 */
public record ScoreWindow(Instant start, Instant scoreFrom, Instant end) {

  /** Share of a trace that policies may be tuned on, and from which forecasters know the past. */
  private static final double TUNING_SHARE = 0.6;

  private static final Duration WARM_UP = Duration.ofHours(1);

  /** Refuses a reversed order. */
  public ScoreWindow {
    if (scoreFrom.isBefore(start) || end.isBefore(scoreFrom)) {
      throw new IllegalArgumentException(
          "need start <= scoreFrom <= end, was %s, %s, %s".formatted(start, scoreFrom, end));
    }
  }

  /** Everything is run and scored. */
  public static ScoreWindow whole(DemandTrace demand) {
    return new ScoreWindow(demand.start(), demand.start(), demand.end());
  }

  /** The last 40 % are scored, after one hour of warm-up. */
  public static ScoreWindow lastTwoFifths(DemandTrace demand) {
    int scored = (int) (demand.ticks() * TUNING_SHARE);
    Instant scoreFrom = Instant.ofEpochSecond(demand.tickEpochSecond(scored));
    return new ScoreWindow(scoreFrom, scoreFrom, demand.end()).withWarmUp(WARM_UP, demand);
  }

  /** The same scored time after another warm-up, cut at the start of the demand. */
  public ScoreWindow withWarmUp(Duration warmUp, DemandTrace demand) {
    Instant from = scoreFrom.minus(warmUp);
    return new ScoreWindow(from.isBefore(demand.start()) ? demand.start() : from, scoreFrom, end);
  }
}
