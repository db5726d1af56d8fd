package dev.almanac.predictor.forecast.window;

import java.util.Arrays;
import java.util.Optional;

/**
 * A window predicted at every step of a history by models that had seen only earlier days: one fit
 * a day, one table of residuals a day. What it says about a step is what a service that refits at
 * midnight would have said then.
 */
public final class Backcast {
  /** Residuals of so many days make a table. */
  private static final int TABLE_DAYS = 14;

  /** Minutes of residuals that a table needs at least: a third of a day. */
  private static final int TABLE_MINUTES = 500;

  private final int day;
  private final double[] location;
  private final double[] spread;
  private final double[] residuals;
  private final Survival[] tables;
  private final Survival latest;
  private final WindowSeries series;

  private Backcast(
      WindowSeries series,
      double[] location,
      double[] spread,
      double[] residuals,
      Survival[] tables,
      Survival latest) {
    this.series = series;
    this.residuals = residuals;
    this.day = series.history().day;
    this.location = location;
    this.spread = spread;
    this.tables = tables;
    this.latest = latest;
  }

  /**
   * Predicts.
   *
   * @param demand at least 0, NaN = absent
   * @param stepSeconds divides a day
   */
  public static Backcast of(double[] demand, int stepSeconds, Window window) {
    return of(new DemandHistory(demand, stepSeconds), window, 1, 1);
  }

  /**
   * Predicts the later days only.
   *
   * @param firstDay first day that is predicted, at least 1
   * @param everyDays days that one fit serves, at least 1
   */
  static Backcast of(DemandHistory h, Window window, int firstDay, int everyDays) {
    WindowSeries series = new WindowSeries(h, window);
    int n = h.length;
    double[] mu = new double[n];
    double[] sigma = new double[n];
    Arrays.fill(mu, Double.NaN);
    Arrays.fill(sigma, Double.NaN);
    int span = everyDays * h.day;
    for (int start = firstDay * h.day; start < n; start += span) {
      WindowModel model = WindowModel.fit(series, start);
      for (int k = start; k < Math.min(n, start + span); k++) {
        Optional<WindowSeries.Features> features = series.features(k);
        if (features.isPresent()) {
          mu[k] = model.location(features.get().location(), features.get().base());
          sigma[k] = model.spread(features.get().spread());
        }
      }
    }
    double[] residuals = new double[n];
    track(series, mu, sigma, residuals);
    Survival[] tables = tables(h, window, residuals);
    Survival latest = table(h, window, residuals, n).orElse(Survival.normal());
    return new Backcast(series, mu, sigma, residuals, tables, latest);
  }

  /** Adapts the spreads to the residuals of windows that had closed; fills in the residuals. */
  private static void track(WindowSeries series, double[] mu, double[] sigma, double[] residuals) {
    int after = series.window().knownAfter() + 1;
    double gain = SpreadTracker.gain(1.0 / series.history().minutes(1));
    double size = SpreadTracker.START;
    double[] raw = sigma.clone();
    for (int k = 0; k < mu.length; k++) {
      if (k >= after) {
        int closed = k - after;
        size = SpreadTracker.update(size, (series.target(closed) - mu[closed]) / raw[closed], gain);
      }
      sigma[k] = raw[k] * SpreadTracker.factor(size);
      residuals[k] = (series.target(k) - mu[k]) / sigma[k];
    }
  }

  private static Survival[] tables(DemandHistory h, Window window, double[] residuals) {
    int days = Math.ceilDiv(h.length, h.day);
    Survival[] tables = new Survival[days];
    // Each residual stands in up to fourteen tables: a table of sorted days sorts several times as
    // fast.
    double[] byDay = residuals.clone();
    for (int end = h.day - window.knownAfter() - 1; end < h.length; end += h.day) {
      Arrays.sort(byDay, Math.max(0, end - h.day), Math.max(0, end));
    }
    int first = days;
    for (int d = 0; d < days; d++) {
      Optional<Survival> table = table(h, window, byDay, d * h.day);
      if (table.isPresent()) {
        tables[d] = table.get();
        first = Math.min(first, d);
      }
    }
    Survival before = first == days ? Survival.normal() : tables[first];
    for (int d = 0; d < days; d++) {
      tables[d] = tables[d] != null ? tables[d] : d == 0 ? before : tables[d - 1];
    }
    return tables;
  }

  /** The distribution of the residuals that are known at a step, if there are enough. */
  private static Optional<Survival> table(
      DemandHistory h, Window window, double[] residuals, int at) {
    int high = Math.max(0, at - window.knownAfter() - 1);
    int low = Math.max(0, high - TABLE_DAYS * h.day);
    double[] known = Arrays.stream(residuals, low, high).filter(Double::isFinite).toArray();
    return known.length < h.minutes(TABLE_MINUTES)
        ? Optional.empty()
        : Optional.of(Survival.of(known));
  }

  /** The window and its history, for a model of what comes after. */
  WindowSeries series() {
    return series;
  }

  /** The distribution of the standardised residual after the end of the history. */
  Survival latest() {
    return latest;
  }

  /** Location at each step, NaN where nothing was known. */
  public double[] location() {
    return location;
  }

  /** Spread at each step, NaN where nothing was known. */
  public double[] spread() {
    return spread;
  }

  /**
   * With which chance the window of each step should have gone beyond where it went, by what was
   * known at that step: evenly spread over (0, 1) where predictions are right; NaN where the
   * window, or what it took to predict it, is not known.
   */
  public double[] chances() {
    double[] chances = new double[residuals.length];
    for (int k = 0; k < chances.length; k++) {
      chances[k] = Double.isFinite(residuals[k]) ? survival(k).beyond(residuals[k]) : Double.NaN;
    }
    return chances;
  }

  /** The distribution of the standardised residual at a step. */
  public Survival survival(int step) {
    return tables[step / day];
  }
}
