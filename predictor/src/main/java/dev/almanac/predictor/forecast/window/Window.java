package dev.almanac.predictor.forecast.window;

/**
 * A stretch of time ahead of a decision, in steps of the history.
 *
 * @param delay steps from the newest sample to the first step that a decision can still serve, at
 *     least 1; the metric's own lag is in it
 * @param first first step of the window, counted from there, at least 0
 * @param last last step, at least {@code first}
 */
public record Window(int delay, int first, int last) {

  /** Refuses windows that look back. */
  public Window {
    if (delay < 1 || first < 0 || last < first) {
      throw new IllegalArgumentException(
          "need delay >= 1 and 0 <= first <= last, was %d, %d, %d".formatted(delay, first, last));
    }
  }

  /** Steps in the window. */
  int width() {
    return last - first + 1;
  }

  /** Steps from the newest sample until the window has closed and its maximum is known. */
  public int knownAfter() {
    return delay + last;
  }
}
