package dev.almanac.predictor.forecast.window;

import java.util.Optional;

/** One window over one history: its true maxima, and the features of any decision in it. */
final class WindowSeries {
  private final DemandHistory history;
  private final Window window;
  private final DemandHistory.Means slotPeaks;
  private final double[] highest;
  private final boolean seasonal;
  private final double[] recent = new double[WindowFeatures.RECENT];
  private final double[] season = new double[WindowFeatures.SEASON];

  /** Features by step, computed when they are first asked for: fits share most of them. */
  private final Features[] features;

  /** What is known at a step, in the order of {@link WindowFeatures}. Never written. */
  record Features(double[] location, double[] spread, double base) {
    private static final Features NONE = new Features(new double[0], new double[0], Double.NaN);
  }

  WindowSeries(DemandHistory history, Window window) {
    this.history = history;
    this.window = window;
    this.slotPeaks = WindowFeatures.slotPeaks(history, window);
    this.highest = history.forwardMax(window.width());
    this.seasonal = history.length >= WindowFeatures.SEASON_DAYS * history.day;
    this.features = new Features[history.length];
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

  /** The features of the decision at a step; empty when nothing is known there. */
  Optional<Features> features(int at) {
    if (features[at] == null) {
      features[at] = compute(at);
    }
    return features[at] == Features.NONE ? Optional.empty() : Optional.of(features[at]);
  }

  private Features compute(int at) {
    int newest = at - window.delay();
    WindowFeatures.recent(history, newest, recent);
    if (!WindowFeatures.known(recent)) {
      return Features.NONE;
    }
    WindowFeatures.season(history, slotPeaks, window, newest, recent, season);
    double[] location = new double[locationFeatures()];
    double[] spread = new double[WindowFeatures.SPREAD];
    WindowFeatures.fill(recent, season, location, spread);
    return new Features(location, spread, season[WindowFeatures.BASE]);
  }

  /** Number of features of the location. */
  int locationFeatures() {
    return seasonal ? WindowFeatures.LOCATION : WindowFeatures.LOCATION_LOCAL;
  }

  /** Whether there are enough days for a season. */
  boolean seasonal() {
    return seasonal;
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
