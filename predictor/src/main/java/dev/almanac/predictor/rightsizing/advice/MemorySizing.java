package dev.almanac.predictor.rightsizing.advice;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;

import dev.almanac.predictor.rightsizing.advice.ContainerHistory.OomKills;
import dev.almanac.predictor.rightsizing.price.MemoryByPrice;
import dev.almanac.predictor.rightsizing.replay.MemoryReplay;
import dev.almanac.predictor.rightsizing.replay.Promise;
import dev.almanac.predictor.rightsizing.replay.Score;
import dev.almanac.predictor.rightsizing.replay.Usage;
import java.util.Optional;

/** The memory request that usage and OOM kills ask for. */
final class MemorySizing {
  private static final int FIRST_DAY = 3;
  private static final double CONFIDENCE = 0.95;
  private static final double MONTH_DAYS = 30.4;

  private MemorySizing() {}

  /**
   * Bytes for what comes after the usage.
   *
   * @param days whole days with usage
   * @param kills whose index is one of {@code days}, or beyond, which is taken for the end
   * @param current request today, 0 where there is none
   */
  static double size(double[] days, OomKills kills, double current, MemoryByPrice.Settings price) {
    MemoryByPrice advisor = new MemoryByPrice(price);
    if (kills.count() == 0 || kills.limitBytes() == 0) {
      advisor.observe(days, 0, days.length);
      return advisor.daily(current);
    }
    // What a killed container would have used is not seen: it was at its limit.
    int at = Math.min(kills.lastSample(), days.length - 1);
    double[] seen = days.clone();
    seen[at] = Double.isNaN(seen[at]) ? kills.limitBytes() : Math.max(seen[at], kills.limitBytes());
    advisor.observe(seen, 0, at + 1);
    advisor.afterOom(kills.limitBytes());
    advisor.observe(seen, at + 1, seen.length);
    return advisor.daily(current);
  }

  /** The same advice day by day from the past alone; empty without a day to score. */
  static Optional<Figures.Kept> replay(double[] days, MemoryByPrice.Settings price) {
    if (days.length / PER_DAY <= FIRST_DAY) {
      return Optional.empty();
    }
    Score score =
        MemoryReplay.score(new MemoryByPrice(price), new Usage(days, FIRST_DAY), price.least());
    Promise promise = Promise.ofOomDays(score, CONFIDENCE);
    return Optional.of(
        new Figures.Kept(score.days(), score.shortShare() * MONTH_DAYS, promise.mostInAMonth()));
  }
}
