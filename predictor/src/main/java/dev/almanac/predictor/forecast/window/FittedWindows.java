package dev.almanac.predictor.forecast.window;

import dev.almanac.predictor.forecast.ModelId;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The two windows' models with what earlier days say about the hours after their fit, so that a
 * forecast needs the last hour only. Immutable; a forecast takes microseconds.
 */
public final class FittedWindows {
  /** Earlier days are looked up ahead for so long; after that a forecast must not be made. */
  public static final Duration LIFE = Duration.ofHours(2);

  /** Residuals of a fortnight are wanted, and a day that the first of them is fitted on. */
  private static final int BACKCAST_DAYS = 15;

  /** One fit for two days of the backcast: half the time, and no difference in its residuals. */
  private static final int FIT_DAYS = 2;

  private static final String NAME = "window-maximum";

  private final ModelId id;
  private final int stepSeconds;
  private final long end;
  private final Part lead;
  private final Part hold;

  /**
   * One window after its fit.
   *
   * @param season for each step after the end of the history, what earlier days say, as floats:
   *     seven digits are more than any demand is known to
   */
  private record Part(
      Window window, WindowModel model, Survival survival, boolean seasonal, float[] season) {

    static Part of(Backcast backcast, int stepSeconds) {
      WindowSeries series = backcast.series();
      WindowModel model = WindowModel.fit(series, series.history().length);
      return new Part(
          series.window(), model, backcast.latest(), series.seasonal(), ahead(series, stepSeconds));
    }

    /** The same models after more history. */
    Part after(DemandHistory history, int stepSeconds) {
      WindowSeries series = new WindowSeries(history, window);
      return series.seasonal() == seasonal
          ? new Part(window, model, survival, seasonal, ahead(series, stepSeconds))
          : this;
    }

    private static float[] ahead(WindowSeries series, int stepSeconds) {
      int steps = (int) (LIFE.toSeconds() / stepSeconds) + 1;
      float[] rows = new float[steps * WindowFeatures.SEASON];
      for (int i = 0; i < steps; i++) {
        double[] row = series.seasonAt(series.history().length - 1 + i + series.window().delay());
        for (int j = 0; j < row.length; j++) {
          rows[i * row.length + j] = (float) row[j];
        }
      }
      return rows;
    }

    /** Empty where demand is beyond all numbers. */
    Optional<WindowForecast.Ahead> forecast(
        double[] recent, int row, long origin, int stepSeconds) {
      double[] earlier = new double[WindowFeatures.SEASON];
      for (int j = 0; j < earlier.length; j++) {
        earlier[j] = season[row * earlier.length + j];
      }
      if (!seasonal) {
        WindowFeatures.withoutSeason(recent, earlier);
      }
      double[] location =
          new double[seasonal ? WindowFeatures.LOCATION : WindowFeatures.LOCATION_LOCAL];
      double[] spread = new double[WindowFeatures.SPREAD];
      WindowFeatures.fill(recent, earlier, location, spread);
      double mu = model.location(location, earlier[WindowFeatures.BASE]);
      double sigma = model.spread(spread);
      if (!Double.isFinite(mu + sigma)) {
        return Optional.empty();
      }
      Instant closes = Instant.ofEpochSecond(origin + (long) window.knownAfter() * stepSeconds);
      return Optional.of(new WindowForecast.Ahead(closes, mu, sigma, survival));
    }
  }

  private FittedWindows(ModelId id, int stepSeconds, long end, Part lead, Part hold) {
    this.id = id;
    this.stepSeconds = stepSeconds;
    this.end = end;
    this.lead = lead;
    this.hold = hold;
  }

  /**
   * What a fit gives.
   *
   * @param windows the models, to be kept
   * @param lead what they would have said in the past fortnight, for a shadow replay
   * @param hold the same for the longer window
   */
  public record Fit(FittedWindows windows, Backcast lead, Backcast hold) {}

  /**
   * Fits on a history.
   *
   * @param history at least 0, with a step that divides a day; at least a day long
   * @throws IllegalArgumentException when it is shorter
   */
  public static Fit fit(TimeSeries history, Window lead, Window hold) {
    DemandHistory h = new DemandHistory(history.values(), history.stepSeconds());
    if (h.length < h.day) {
      throw new IllegalArgumentException("windows need a day of history");
    }
    int first = Math.max(1, h.length / h.day - BACKCAST_DAYS);
    Backcast ofLead = Backcast.of(h, lead, first, FIT_DAYS);
    Backcast ofHold = Backcast.of(h, hold, first, FIT_DAYS);
    FittedWindows windows =
        new FittedWindows(
            new ModelId(NAME, Instant.ofEpochSecond(history.endEpochSecond())),
            history.stepSeconds(),
            history.endEpochSecond(),
            Part.of(ofLead, history.stepSeconds()),
            Part.of(ofHold, history.stepSeconds()));
    return new Fit(windows, ofLead, ofHold);
  }

  /** The same models with what earlier days say after the end of a longer history. */
  public FittedWindows after(TimeSeries history) {
    DemandHistory h = new DemandHistory(history.values(), stepSeconds);
    return new FittedWindows(
        id,
        stepSeconds,
        history.endEpochSecond(),
        lead.after(h, stepSeconds),
        hold.after(h, stepSeconds));
  }

  /** When the models were fitted. */
  public Instant fittedAt() {
    return id.fittedAt();
  }

  /**
   * The windows ahead.
   *
   * @param recent the last hour, on the step of the history; its last present sample is the origin
   * @return empty without two neighbouring samples, or when the origin lies outside the life of
   *     this fit
   */
  public Optional<WindowForecast> forecast(TimeSeries recent) {
    int newest = recent.lastPresent();
    if (newest < 0 || recent.stepSeconds() != stepSeconds) {
      return Optional.empty();
    }
    long origin = recent.epochSecondAt(newest);
    long row = Math.floorDiv(origin - (end - stepSeconds) + stepSeconds / 2, (long) stepSeconds);
    if (row < 0 || row >= LIFE.toSeconds() / stepSeconds) {
      return Optional.empty();
    }
    double[] hour = new double[WindowFeatures.RECENT];
    WindowFeatures.recent(new DemandHistory(recent.values(), stepSeconds), newest, hour);
    if (!WindowFeatures.known(hour)) {
      return Optional.empty();
    }
    Optional<WindowForecast.Ahead> first = lead.forecast(hour, (int) row, origin, stepSeconds);
    Optional<WindowForecast.Ahead> second = hold.forecast(hour, (int) row, origin, stepSeconds);
    return first.isEmpty() || second.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new WindowForecast(
                Instant.ofEpochSecond(origin),
                Instant.ofEpochSecond(end).plus(LIFE),
                id,
                first.get(),
                second.get()));
  }
}
