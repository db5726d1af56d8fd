package dev.almanac.benchmarks.accuracy;

import java.util.function.IntFunction;

/**
 * A forecaster of the product in all the ways it is measured.
 *
 * @param contender at a single origin
 * @param maximum living with a series, for the highest of so many steps, from the next one on
 * @param online living with a series
 */
record Measured(Contender contender, IntFunction<OnlineContender> maximum, OnlineContender online) {

  /** One that has neither an answer of its own for maxima nor a memory between refits. */
  static Measured plain(Contender contender) {
    return new Measured(
        contender,
        width -> OnlineContender.of(new OfMaxima(contender, width)),
        OnlineContender.of(contender));
  }

  String name() {
    return contender.name();
  }
}
