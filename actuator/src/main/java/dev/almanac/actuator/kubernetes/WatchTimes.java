package dev.almanac.actuator.kubernetes;

import java.time.Duration;

/**
 * The times of a watch.
 *
 * <p>What is guaranteed, and by whom: the API promises neither a bookmark nor a time for one
 * ("clients should not assume bookmarks are returned at any specific interval"); today's servers
 * send one about every minute, and none for a resource that has not changed since the server
 * started. So a watch that is silent for longer than {@code silence} is given up and the resource
 * listed again, by us. With a server that answers, the view is therefore never older than {@code
 * silence} plus the time of a list, bookmarks or not; and a view that is older than {@code
 * staleAfter} means that the server has not answered for the difference of the two, 45 s by
 * default.
 *
 * @param serverTimeout after this the server is asked to end a watch, which is then opened again
 * @param silence longest time without a byte from a watch
 * @param staleAfter a view that was not confirmed for this long is no evidence any more
 * @param relistEvery the resource is listed again at least so often, for a lost event that nobody
 *     noticed
 * @param firstPause pause after a failure or after a watch that was closed at once; doubles with
 *     each further one
 * @param longestPause where the doubling ends; the pause drawn is between half of this and this
 */
public record WatchTimes(
    Duration serverTimeout,
    Duration silence,
    Duration staleAfter,
    Duration relistEvery,
    Duration firstPause,
    Duration longestPause) {

  /** 240 s, 75 s (a bookmark a minute, and a margin), 120 s, 30 min, 1 s, 30 s. */
  public static final WatchTimes DEFAULT =
      new WatchTimes(
          Duration.ofSeconds(240),
          Duration.ofSeconds(75),
          Duration.ofSeconds(120),
          Duration.ofMinutes(30),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30));

  /** A watch is cut this long after the server should have ended it, whatever still trickles in. */
  static final Duration GRACE = Duration.ofSeconds(60);

  /** Refuses times that contradict each other. */
  public WatchTimes {
    requirePositive("serverTimeout", serverTimeout);
    requirePositive("silence", silence);
    requirePositive("staleAfter", staleAfter);
    requirePositive("relistEvery", relistEvery);
    requirePositive("firstPause", firstPause);
    requirePositive("longestPause", longestPause);
    if (staleAfter.compareTo(silence) <= 0) {
      throw new IllegalArgumentException(
          "staleAfter (%s) must be longer than silence (%s): a list has to fit between them"
              .formatted(staleAfter, silence));
    }
    if (longestPause.compareTo(firstPause) < 0) {
      throw new IllegalArgumentException(
          "longestPause (%s) must not be shorter than firstPause (%s)"
              .formatted(longestPause, firstPause));
    }
  }

  static void requirePositive(String name, Duration duration) {
    if (!duration.isPositive() || duration.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "%s must be positive and at most a day, was %s".formatted(name, duration));
    }
  }
}
