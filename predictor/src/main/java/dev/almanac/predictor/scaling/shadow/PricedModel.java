package dev.almanac.predictor.scaling.shadow;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.window.Backcast;
import dev.almanac.predictor.forecast.window.FittedWindows;
import dev.almanac.predictor.forecast.window.Window;
import dev.almanac.predictor.scaling.PricedForecast;
import dev.almanac.predictor.scaling.PricedWindow;
import dev.almanac.predictor.scaling.PricedWindow.Patience;
import dev.almanac.predictor.scaling.Risk;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.Trust;
import dev.almanac.predictor.scaling.shadow.ShadowReplay.Band;
import dev.almanac.predictor.scaling.shadow.ShadowReplay.Bounds;
import dev.almanac.predictor.scaling.shadow.ShadowReplay.Reactive;
import dev.almanac.predictor.scaling.shadow.ShadowReplay.Run;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a workload's decisions look ahead with: the fitted windows and the price of these hours,
 * both from history alone, so that a restart finds the same ones again. Immutable.
 */
public final class PricedModel {
  /** A choice of the price looks back so far. */
  private static final Duration MEMORY = Duration.ofDays(7);

  /**
   * What earlier choices spent of a promise is replayed as well: their memory and as much again.
   */
  private static final Duration SHADOW = MEMORY.multipliedBy(2);

  /** With less of it (2,000 ticks of 15 s) there is no price, and the reactive rule decides. */
  private static final Duration LEAST_SHADOW = Duration.ofMinutes(500);

  /** A fit and its price serve for so long. */
  private static final Duration PERIOD = Duration.ofHours(6);

  private static final Duration DAY = Duration.ofDays(1);

  /** Sync period of HPA. */
  private static final int TICK_SECONDS = 15;

  private final ScalingPolicy policy;
  private final Window lead;
  private final FittedWindows windows;
  private final OptionalDouble price;
  private final Trust trust;

  private PricedModel(
      ScalingPolicy policy, Window lead, FittedWindows windows, OptionalDouble price, Trust trust) {
    this.policy = policy;
    this.lead = lead;
    this.windows = windows;
    this.price = price;
    this.trust = trust;
  }

  /**
   * The model after a refit: the last one where it still serves, else a new one.
   *
   * @param last the model so far
   * @param calendar what not to learn from
   * @param at now; after six hours the windows are fitted and the price is chosen anew
   */
  public static Optional<PricedModel> next(
      Optional<PricedModel> last,
      TimeSeries history,
      DemandCalendar calendar,
      ScalingPolicy policy,
      Duration leadTime,
      Instant at) {
    TimeSeries learned = without(history, calendar);
    return last.filter(m -> m.serves(policy, leadTime, history.stepSeconds(), at))
        .map(m -> Optional.of(m.after(learned)))
        .orElseGet(() -> fit(learned, policy, leadTime));
  }

  /**
   * Fits the windows, replays the last two weeks in shadow and chooses the price.
   *
   * @param history demand in the policy's unit, on a step that divides a day
   * @param leadTime until a replica that is ordered is Ready
   * @return empty with less than a day of history, or without a known capacity
   */
  static Optional<PricedModel> fit(TimeSeries history, ScalingPolicy policy, Duration leadTime) {
    if (policy.capacity().isEmpty()
        || (long) known(history) * history.stepSeconds() < DAY.toSeconds()
        || DAY.toSeconds() % history.stepSeconds() != 0) {
      return Optional.empty();
    }
    TimeSeries replicas = inReplicas(history, policy);
    Window lead = leadWindow(history.stepSeconds(), policy, leadTime);
    int holdSteps = (int) Math.ceilDiv(PricedWindow.HOLD_WINDOW.toSeconds(), history.stepSeconds());
    FittedWindows.Fit fit = FittedWindows.fit(replicas, lead, new Window(1, 0, holdSteps));
    OptionalDouble price =
        switch (policy.risk()) {
          case Risk.Prices prices -> OptionalDouble.of(prices.ofReplica());
          case Risk.CostOfHpa _, Risk.ShortTimePerMonth _ ->
              byShadow(replicas, fit, policy, leadTime);
        };
    Trust score = score(fit.lead(), lead, history);
    Trust trust = price.isPresent() ? score : withoutPrice(score);
    return Optional.of(new PricedModel(policy, lead, fit.windows(), price, trust));
  }

  /** Steps from the first sample on: a source fills what it was asked for in vain with nothing. */
  private static int known(TimeSeries history) {
    int first = 0;
    while (first < history.length() && Double.isNaN(history.values()[first])) {
      first++;
    }
    return history.length() - first;
  }

  private boolean serves(ScalingPolicy other, Duration leadTime, int stepSeconds, Instant at) {
    return policy.equals(other)
        && lead.equals(leadWindow(stepSeconds, other, leadTime))
        && at.isBefore(windows.fittedAt().plus(PERIOD));
  }

  private PricedModel after(TimeSeries history) {
    return new PricedModel(policy, lead, windows.after(inReplicas(history, policy)), price, trust);
  }

  /**
   * The windows ahead and the price.
   *
   * @param recent the last hour of demand, in the policy's unit, on the step of the history
   * @return empty when it holds too little, or the fit is too old
   */
  public Optional<PricedForecast> forecast(TimeSeries recent) {
    return windows.forecast(inReplicas(recent, policy)).map(w -> new PricedForecast(w, price));
  }

  /** How far the forecasts have earned to be followed. */
  public Trust trust() {
    return trust;
  }

  private static Trust score(Backcast windows, Window lead, TimeSeries history) {
    int step = history.stepSeconds();
    int day = (int) (DAY.toSeconds() / step);
    int from = Math.max(0, history.length() - (int) (SHADOW.toSeconds() / step));
    int period = (int) Math.max(1, PERIOD.toSeconds() / step);
    int least = (int) Math.max(1, LEAST_SHADOW.toSeconds() / step);
    return TrustScore.of(
        windows.chances(), from, new TrustScore.Rhythm(period, day, lead.knownAfter() + 1, least));
  }

  /** Where no price was better than HPA there is nothing to follow. */
  private static Trust withoutPrice(Trust score) {
    Trust.Cause cause =
        score.cause() == Trust.Cause.NOT_SCORED ? Trust.Cause.NOT_SCORED : Trust.Cause.NO_GAIN;
    return new Trust(Stage.SHADOW, cause);
  }

  private static TimeSeries without(TimeSeries history, DemandCalendar calendar) {
    if (calendar.exclusions().isEmpty()) {
      return history;
    }
    double[] values = history.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = calendar.counts(history.epochSecondAt(i)) ? values[i] : Double.NaN;
    }
    return new TimeSeries(history.startEpochSecond(), history.stepSeconds(), values);
  }

  private static TimeSeries inReplicas(TimeSeries demand, ScalingPolicy policy) {
    double[] replicas = new double[demand.length()];
    for (int i = 0; i < replicas.length; i++) {
      double n = demand.values()[i] / policy.perReplica();
      replicas[i] = Double.isInfinite(n) ? Double.NaN : n;
    }
    return new TimeSeries(demand.startEpochSecond(), demand.stepSeconds(), replicas);
  }

  /** From the sample after the newest one to the one that shows the end of the lead time. */
  private static Window leadWindow(int stepSeconds, ScalingPolicy policy, Duration leadTime) {
    Duration reach = PricedWindow.reach(leadTime, policy.interval());
    return new Window(1, 0, (int) (reach.toSeconds() / stepSeconds));
  }

  private static OptionalDouble byShadow(
      TimeSeries demand, FittedWindows.Fit fit, ScalingPolicy policy, Duration leadTime) {
    int n = demand.length();
    int step = demand.stepSeconds();
    int ticks = Math.max(1, step / TICK_SECONDS);
    int tick = step / ticks;
    int period = (int) Math.max(1, PERIOD.toSeconds() / step);
    int known = Math.max(0, n - (int) (SHADOW.toSeconds() / step));
    while (known < n && Double.isNaN(fit.lead().location()[known])) {
      known++; // models need a day before the first one
    }
    int from = n - (n - known) / period * period;
    if (from == n) {
      return OptionalDouble.empty();
    }
    double[] seen = new double[n];
    for (int k = 0; k < n; k++) {
      seen[k] = demand.values()[Math.max(0, k - 1)];
    }
    Bounds bounds =
        new Bounds(Math.max(1, policy.minReplicas()), Math.max(1, policy.maxReplicas()));
    ShadowReplay replay =
        new ShadowReplay(
            repeated(demand.values(), from, ticks),
            repeated(seen, from, ticks),
            (int) Math.ceilDiv(leadTime.toSeconds(), (long) tick),
            bounds,
            new Reactive(
                policy.reactive().targetUtilization(),
                policy.reactive().tolerance(),
                (int)
                    Math.clamp(
                        policy.reactive().downscaleStabilization().toSeconds() / tick, 1, 240)));
    Patience patience = Patience.at(Duration.ofSeconds(tick));
    Duration reach = PricedWindow.reach(leadTime, policy.interval());
    List<Run> runs = new ArrayList<>();
    for (Band band :
        PriceList.bands(fit.lead(), fit.hold(), seen, from, ticks, reach, bounds.most())) {
      runs.add(replay.banded(band, patience));
    }
    PricePlan.Rhythm rhythm =
        new PricePlan.Rhythm(
            period * ticks,
            (int) MEMORY.dividedBy(PERIOD),
            (int) (LEAST_SHADOW.toSeconds() / tick),
            0);
    int[] plan =
        policy.risk() instanceof Risk.ShortTimePerMonth promise
            ? PricePlan.within(promise.share(), runs, rhythm)
            : PricePlan.atCostOf(replay.reactive(), runs, rhythm);
    int next = plan[plan.length - 1];
    return next == PricePlan.REACTIVE
        ? OptionalDouble.empty()
        : OptionalDouble.of(PriceList.price(next));
  }

  private static double[] repeated(double[] values, int from, int times) {
    double[] all = new double[(values.length - from) * times];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[from + i / times];
    }
    return all;
  }
}
