package dev.almanac.predictor.forecast.window;

/** One window over one history: its true maxima, and the features of any decision in it. */
final class WindowSeries {
  private final DemandHistory history;
  private final Window window;
  private final DemandHistory.Means slotPeaks;
  private final double[] highest;
  private final double[] recent = new double[WindowFeatures.RECENT];
  private final double[] season = new double[WindowFeatures.SEASON];
  private final double[] location;
  private final double[] spread = new double[WindowFeatures.SPREAD];

  WindowSeries(DemandHistory history, Window window) {
    this.history = history;
    this.window = window;
    this.slotPeaks = WindowFeatures.slotPeaks(history, window);
    this.highest = history.forwardMax(window.width());
    boolean seasonal = history.length >= WindowFeatures.SEASON_DAYS * history.day;
    this.location = new double[seasonal ? WindowFeatures.LOCATION : WindowFeatures.LOCATION_LOCAL];
  }

  DemandHistory history() {
    return history;
  }

  Window window() {
    return window;
  }

  /**
   * The square root of the highest demand over the window of the decision at step {@code at}; NaN
   * when some of it is absent or lies after the history.
   */
  double target(int at) {
    int first = at + window.first();
    return first + window.width() >= history.length ? Double.NaN : highest[first];
  }

  /** Computes the features of the decision at a step; false when nothing is known there. */
  boolean load(int at) {
    int newest = at - window.delay();
    WindowFeatures.recent(history, newest, recent);
    if (!WindowFeatures.known(recent)) {
      return false;
    }
    WindowFeatures.season(history, slotPeaks, window, newest, recent, season);
    WindowFeatures.fill(recent, season, location, spread);
    return true;
  }

  /** Features of the location at the step loaded last. */
  double[] locationFeatures() {
    return location;
  }

  /** Features of the spread at the step loaded last. */
  double[] spreadFeatures() {
    return spread;
  }

  /** The seasonal base at the step loaded last. */
  double base() {
    return season[WindowFeatures.BASE];
  }

  /** Whether there are enough days for a season. */
  boolean seasonal() {
    return location.length == WindowFeatures.LOCATION;
  }

  /**
   * What earlier days say about the decision at a step, which may lie after the history.
   *
   * @return a copy
   */
  double[] seasonAt(int at) {
    WindowFeatures.recent(history, Math.min(at - window.delay(), history.length - 1), recent);
    WindowFeatures.season(history, slotPeaks, window, at - window.delay(), recent, season);
    return season.clone();
  }
}
