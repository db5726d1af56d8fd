package dev.almanac.predictor.scaling.shadow;

import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.Trust;
import dev.almanac.predictor.scaling.Trust.Cause;

/**
 * The trust that windows have earned by how those of past days came true. From history alone: a
 * restart comes to the same answer, and what was held has no part in it, since demand does not
 * depend on that.
 */
final class TrustScore {
  /*
   * A window says with which probability demand stays below each level. Over a day the share of
   * windows that went beyond the p90 should be a tenth, beyond the p98 a fiftieth, beyond the median
   * a half. Each share has two bands. Trust is lost outside the wide one and comes back inside the
   * narrow one only, so that it does not flicker; it starts lost.
   *
   *   too often beyond p90 or p98   the distribution is too narrow: it may raise, not lower
   *   nearly always above the middle  the forecast is too low: the same
   *   nearly always below it          too high: raising by it would only cost, the rule stays alone
   *
   * How wide: on 75 open series the shares of single days beyond p90 and p98 were mostly below 0.13
   * and 0.04, and beyond that where the series changed (docs/decisions/0007).
   */

  /** Largest shares beyond p90 and p98, and where the share above the middle may lie. */
  private record Bands(double beyond90, double beyond98, double aboveLow, double aboveHigh) {}

  private static final Bands KEEP = new Bands(0.20, 0.06, 0.10, 0.90);
  private static final Bands REGAIN = new Bands(0.15, 0.045, 0.15, 0.85);

  private TrustScore() {}

  /**
   * The trust after the last step.
   *
   * @param chances of windows, as {@link dev.almanac.predictor.forecast.window.Backcast#chances}
   *     gives them
   * @param from first step that may count
   * @param rhythm when is scored
   */
  static Trust of(double[] chances, int from, Rhythm rhythm) {
    int end = chances.length;
    Trust trust = Trust.NOT_SCORED;
    int periods = Math.max(0, end - from) / rhythm.period();
    for (int at = end - periods * rhythm.period(); at <= end; at += rhythm.period()) {
      int known = Math.max(from, at - rhythm.knownAfter());
      trust = next(trust, chances, Math.max(from, known - rhythm.day()), known, rhythm.least());
    }
    return trust;
  }

  /**
   * When is scored, in steps, each at least 1.
   *
   * @param period between two scores
   * @param day that a score looks back
   * @param knownAfter a window is known so long after its step
   * @param least closed windows that a score needs
   */
  record Rhythm(int period, int day, int knownAfter, int least) {}

  private static Trust next(Trust last, double[] chances, int from, int to, int least) {
    int scored = 0;
    int beyond90 = 0;
    int beyond98 = 0;
    int above = 0;
    for (int k = from; k < to; k++) {
      double chance = chances[k];
      if (Double.isNaN(chance)) {
        continue;
      }
      scored++;
      beyond90 += chance < 0.1 ? 1 : 0;
      beyond98 += chance < 0.02 ? 1 : 0;
      above += chance < 0.5 ? 1 : 0;
    }
    if (scored < least) {
      return last.cause() == Cause.NOT_SCORED ? last : new Trust(Stage.FLOOR, Cause.STALE);
    }
    Bands bands = last.stage() == Stage.FULL ? KEEP : REGAIN;
    double n = scored;
    if (above / n < bands.aboveLow()) {
      return new Trust(Stage.SHADOW, Cause.TOO_HIGH);
    }
    if (above / n > bands.aboveHigh()) {
      return new Trust(Stage.FLOOR, Cause.TOO_LOW);
    }
    return beyond90 / n > bands.beyond90() || beyond98 / n > bands.beyond98()
        ? new Trust(Stage.FLOOR, Cause.COVERAGE)
        : Trust.EARNED;
  }
}
