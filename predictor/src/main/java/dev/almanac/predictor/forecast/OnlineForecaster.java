package dev.almanac.predictor.forecast;

import dev.almanac.predictor.forecast.OnlineState.Horizon;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps forecasts honest between fits and over them: it mixes the regression with two cheap
 * members, the current level and the week's average, by their recent losses, and moves quantiles
 * until they hold the share they promise. Pure: state in, state out; thread-safe.
 *
 * <p>Call {@link #observe} once for each new sample; it costs the same after a day and after a
 * year. {@link #forecast} may be called at any time. A refit keeps the state.
 */
public final class OnlineForecaster {
  /*
   * In the space of the quantiles (square root of demand, or demand itself where it may be negative),
   * for one watched horizon of H steps (H = h + L - 1 for the maximum of L steps), at each level tau:
   *
   *   mixed      q  = sum w_k q_k,  w_k ~ prior_k (Lmin / L_k)^(POWER n / (n + D/2)), L = pinball loss with
   *                   a half-life of two days, n = discounted number of forecasts seen
   *   published  q' = m + exp(a + k) (q - m) + (c + c_slot) s,  m the mixed median, s the residual scale
   *
   * When the target y is known, e = 1{y > q'} - (1 - tau), and
   *
   *   c      <- c (1 - LEAK H^-.9) + RATE H^-.9 g e          up to 12 h; not beyond, where feedback comes
   *                                                          too late for a common shift
   *   c_slot <- (1 - SLOT_LEAK) c_slot + SLOT_RATE g e       a short memory for each 3 hours of the day
   *   k      <- clip(k + WIDTH_RATE / H g e, 0, cap)         beyond 12 h: slow, and never narrower than fitted
   *
   * with g larger for rare levels, which must learn faster. Tracking a quantile by its misses is adaptive
   * conformal inference (Gibbs and Candes 2021, arXiv:2106.00170); the rates were chosen on open workload
   * series. At 24 h every faster rule that was tried chases errors that stay on one side for hours.
   *
   * Of forecasts that wait for their target only every (H/12)-th is kept, with all rates times H/12: a
   * queue of twelve whatever the horizon. Between watched horizons everything is linear in log h.
   */

  /** Regression, current level, week average (day average while there is no week). */
  static final int MEMBERS = 3;

  private static final String[] NAMES = {"regression", "current level", "week's average"};

  private static final double[] PRIOR = {.8, .1, .1};
  private static final double POWER = 8;
  private static final double HALF_LIFE_DAYS = 2;

  /** Days of feedback at which half of the exponent is in use. */
  private static final double TRUST_DAYS = .5;

  private static final int QUEUE = 12;
  private static final int SLOTS = 8;
  private static final double RATE = .2;
  private static final double RATE_POWER = -.9;
  private static final double LEAK = .005;
  private static final double SLOT_RATE = .1;
  private static final double SLOT_LEAK = .2;
  private static final double WIDTH_RATE = .15;
  private static final double WIDTH_CAP = .5;

  /** Less above a quantile is none, for quantiles wait as floats. */
  private static final double ROUNDING = 1e-6;

  /** Beyond these hours there is no common offset, and the width is tracked. */
  private static final double LONG_HOURS = 12;

  /** Widths to start with from this many hours on, by level; none up to an hour. */
  private static final double WIDE_HOURS = 6;

  private static final double[] START_LEVELS = {.5, .9, .95, .99};
  private static final double[] START_WIDTHS = {1, 1.05, 1.1, 1.3};

  private static final int[] WATCHED_SECONDS = {900, 3_600, 21_600, 86_400};
  private static final double DAY_SECONDS = 86_400;

  private final double[] levels;
  private final int median;

  /** {@code exp((z^2 - z.9^2) / 4)}: square root of the density at p90 over that at the level. */
  private final double[] urgency;

  private final double[] startWidths;

  /**
   * Forecasts at these levels.
   *
   * @param levels strictly rising, each in (0, 1), with 0.5 among them
   */
  public OnlineForecaster(double[] levels) {
    this.levels = levels.clone();
    median = Arrays.binarySearch(this.levels, .5);
    if (median < 0) {
      throw new IllegalArgumentException("levels must hold 0.5: " + Arrays.toString(levels));
    }
    urgency = new double[levels.length];
    startWidths = new double[levels.length];
    double z90 = ColdStart.score(.9);
    for (int i = 0; i < levels.length; i++) {
      double z = ColdStart.score(levels[i]);
      urgency[i] = Math.exp((z * z - z90 * z90) / 4);
      startWidths[i] = startWidth(levels[i]);
    }
  }

  private static double startWidth(double level) {
    int last = START_LEVELS.length - 1;
    if (level <= START_LEVELS[0] || level >= START_LEVELS[last]) {
      return START_WIDTHS[level <= START_LEVELS[0] ? 0 : last];
    }
    int k = 0;
    while (level > START_LEVELS[k + 1]) {
      k++;
    }
    double share = (level - START_LEVELS[k]) / (START_LEVELS[k + 1] - START_LEVELS[k]);
    return START_WIDTHS[k] + share * (START_WIDTHS[k + 1] - START_WIDTHS[k]);
  }

  /** A state that has seen nothing, for the horizons that this model was fitted for. */
  public OnlineState start(PooledRidgeModel model) {
    List<Horizon> horizons = new ArrayList<>();
    horizons.add(untouched(1));
    for (int seconds : WATCHED_SECONDS) {
      int steps = Math.ceilDiv(seconds, model.stepSeconds());
      if (steps > horizons.getLast().steps() && steps <= model.horizon()) {
        horizons.add(untouched(steps));
      }
    }
    return new OnlineState(model.transform().signed(), horizons);
  }

  private Horizon untouched(int steps) {
    int n = levels.length;
    return new Horizon(
        steps,
        new double[MEMBERS],
        0,
        new double[n],
        new double[n],
        new float[SLOTS * n],
        new long[0],
        new float[0]);
  }

  /**
   * Learns from the targets that have come, and makes the forecasts to learn from next.
   *
   * @param recent the newest samples; targets that it does not hold teach nothing
   * @return the next state; the same one when {@code recent} has no sample
   */
  public OnlineState observe(PooledRidgeModel model, TimeSeries recent, OnlineState state) {
    if (recent.lastPresent() < 0) {
      return state;
    }
    OnlineState current = state.signed() == model.transform().signed() ? state : start(model);
    int furthest = current.horizons().stream().mapToInt(Horizon::steps).max().orElse(1);
    PooledRidgeModel.Outlook outlook = model.outlook(recent, furthest, levels);
    List<Horizon> next = new ArrayList<>();
    for (Horizon h : current.horizons()) {
      next.add(new Calibration(h, model).observe(outlook, recent));
    }
    return new OnlineState(current.signed(), next);
  }

  /**
   * The mixed and calibrated forecast.
   *
   * @param steps at least 1
   * @throws IllegalArgumentException as {@link FittedModel#forecast}
   */
  public Forecast forecast(
      PooledRidgeModel model, TimeSeries recent, int steps, OnlineState state) {
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be >= 1, was " + steps);
    }
    PooledRidgeModel.Outlook outlook = model.outlook(recent, steps, levels);
    OnlineState current = state.signed() == model.transform().signed() ? state : start(model);
    Calibration[] watched =
        current.horizons().stream().map(h -> new Calibration(h, model)).toArray(Calibration[]::new);
    double[][] members = new double[MEMBERS][levels.length];
    double[] published = new double[levels.length];
    double[] other = new double[levels.length];
    double[][] quantiles = new double[levels.length][steps];
    for (int h = 1; h <= steps; h++) {
      double size = outlook.members(h, members);
      long target = outlook.originEpochSecond + (long) h * model.stepSeconds();
      int k = watchedAt(watched, h);
      watched[k].publish(members, size, target, published);
      double share = shareOfLonger(watched, k, h);
      if (share < 1) {
        watched[k - 1].publish(members, size, target, other);
        for (int i = 0; i < levels.length; i++) {
          published[i] = other[i] + share * (published[i] - other[i]);
        }
      }
      for (int i = 0; i < levels.length; i++) {
        quantiles[i][h - 1] = model.transform().demand(published[i]);
      }
    }
    return new Forecast(
        Instant.ofEpochSecond(outlook.originEpochSecond),
        model.stepSeconds(),
        levels,
        quantiles,
        model.expires(),
        model.id());
  }

  /** First watched horizon that is not before a horizon, or the last. */
  private static int watchedAt(Calibration[] watched, int h) {
    int k = 0;
    while (k < watched.length - 1 && h > watched[k].steps) {
      k++;
    }
    return k;
  }

  /**
   * How much of a forecast is made as at watched horizon k; the rest is made as at the one before.
   */
  private static double shareOfLonger(Calibration[] watched, int k, int h) {
    if (k == 0 || h >= watched[k].steps) {
      return 1;
    }
    double below = Math.log(watched[k - 1].steps);
    return (Math.log(h) - below) / (Math.log(watched[k].steps) - below);
  }

  /**
   * What {@link #forecast} is made of at one step: which members with which weights, and what
   * calibration moved.
   *
   * @param step at least 1
   */
  public Explanation explain(
      PooledRidgeModel model, TimeSeries recent, int step, OnlineState state) {
    Explanation regression = model.explain(recent, step, levels);
    Forecast forecast = forecast(model, recent, step, state);
    OnlineState current = state.signed() == model.transform().signed() ? state : start(model);
    Calibration[] watched =
        current.horizons().stream().map(h -> new Calibration(h, model)).toArray(Calibration[]::new);
    int k = watchedAt(watched, step);
    double share = shareOfLonger(watched, k, step);
    double[][] quantiles = new double[MEMBERS][levels.length];
    model.outlook(recent, step, levels).members(step, quantiles);
    double[] mixed = new double[levels.length];
    List<Explanation.Member> members = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      double weight = share * watched[k].weights[m];
      weight += share < 1 ? (1 - share) * watched[k - 1].weights[m] : 0;
      for (int i = 0; i < mixed.length; i++) {
        mixed[i] += weight * quantiles[m][i];
      }
      double alone = model.transform().demand(quantiles[m][median]);
      members.add(new Explanation.Member(NAMES[m], weight, alone));
    }
    double[] published = new double[levels.length];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = model.transform().demand(mixed[i]);
      published[i] = forecast.quantiles()[i][step - 1];
    }
    Explanation joined = regression.then(Explanation.Source.MEMBERS, regression.target(), mixed);
    return new Explanation(joined.target(), joined.parts(), members, levels, mixed, mixed)
        .then(Explanation.Source.CALIBRATION, joined.target(), published);
  }

  /**
   * Shares of the members in the forecast at a watched horizon: regression, current level, week
   * average. They sum to 1.
   */
  public double[] weights(PooledRidgeModel model, OnlineState state, int horizonIndex) {
    return new Calibration(state.horizons().get(horizonIndex), model).weights.clone();
  }

  /** One watched horizon at work: reads its state, and makes the next. */
  private final class Calibration {
    private final Horizon state;
    private final PooledRidgeModel model;
    private final int steps;
    private final int delay;
    private final int stride;
    private final double floor;
    private final double[] weights = new double[MEMBERS];
    private final double[] spread;

    Calibration(Horizon state, PooledRidgeModel model) {
      this.state = state;
      this.model = model;
      steps = state.steps();
      delay = steps + model.window() - 1;
      stride = Math.ceilDiv(delay, QUEUE);
      floor = model.transform().signed() ? Double.NEGATIVE_INFINITY : 0;
      double hours = delay * model.stepSeconds() / 3600.0;
      double wide =
          model.window() > 1
              ? 0
              : Math.clamp(Math.log(Math.max(hours, 1)) / Math.log(WIDE_HOURS), 0, 1);
      spread = new double[levels.length];
      for (int i = 0; i < spread.length; i++) {
        spread[i] = (1 + wide * (startWidths[i] - 1)) * Math.exp(state.widths()[i]);
      }
      mix();
    }

    private boolean isLong() {
      return delay * (double) model.stepSeconds() > LONG_HOURS * 3600;
    }

    private void mix() {
      double[] losses = state.losses();
      double least = Math.min(losses[0], Math.min(losses[1], losses[2]));
      double stepsADay = DAY_SECONDS / model.stepSeconds();
      double power = POWER * state.seen() / (state.seen() + TRUST_DAYS * stepsADay);
      double total = 0;
      for (int k = 0; k < MEMBERS; k++) {
        double ratio = losses[k] > least ? least / losses[k] : 1;
        weights[k] = PRIOR[k] * Math.pow(ratio, power);
        total += weights[k];
      }
      for (int k = 0; k < MEMBERS; k++) {
        weights[k] /= total;
      }
    }

    /** Mixes and moves; the result rises with the level and is not below the floor. */
    void publish(double[][] members, double size, long target, double[] out) {
      for (int i = 0; i < out.length; i++) {
        out[i] = 0;
        for (int k = 0; k < MEMBERS; k++) {
          out[i] += weights[k] * members[k][i];
        }
      }
      double middle = out[median];
      int slot = slot(target) * levels.length;
      double highest = floor;
      for (int i = 0; i < out.length; i++) {
        double shift = state.offsets()[i] + state.slotOffsets()[slot + i];
        double q = middle + spread[i] * (out[i] - middle) + shift * size;
        highest = Math.max(highest, Math.clamp(q, -Double.MAX_VALUE, Double.MAX_VALUE));
        out[i] = highest;
      }
    }

    private static int slot(long epochSecond) {
      return (int) (Math.floorMod(epochSecond, 86_400L) * SLOTS / 86_400);
    }

    Horizon observe(PooledRidgeModel.Outlook outlook, TimeSeries recent) {
      int width = (MEMBERS + 1) * levels.length;
      double[] losses = state.losses().clone();
      double seen = state.seen();
      double[] offsets = state.offsets().clone();
      double[] widths = state.widths().clone();
      float[] slots = state.slotOffsets().clone();
      long[] targets = state.targets();
      float[] waiting = state.waiting();
      double discount = Math.pow(.5, stride * model.stepSeconds() / (HALF_LIFE_DAYS * DAY_SECONDS));
      long step = model.stepSeconds();
      long origin = outlook.originEpochSecond;
      int come = 0;
      // What was kept for other levels than these waits in vain.
      boolean isOurs = waiting.length == targets.length * width;
      while (come < targets.length && targets[come] + (model.window() - 1) * step <= origin) {
        int at = come * width;
        long target = targets[come++];
        double y = actual(recent, target);
        if (Double.isNaN(y) || !isOurs) {
          continue;
        }
        for (int k = 0; k < MEMBERS; k++) {
          losses[k] = losses[k] * discount + stride * loss(y, waiting, at + k * levels.length);
        }
        seen = seen * discount + stride;
        learn(y, target, waiting, at + MEMBERS * levels.length, offsets, widths, slots);
      }
      long next = origin + steps * step;
      boolean isDue = come == targets.length || next >= targets[targets.length - 1] + stride * step;
      int left = isOurs ? come : targets.length;
      if (isDue && targets.length - left >= QUEUE) {
        left++;
      }
      if (left > 0 || isDue) {
        int kept = targets.length - left;
        int after = kept + (isDue ? 1 : 0);
        targets = Arrays.copyOf(Arrays.copyOfRange(targets, left, targets.length), after);
        waiting =
            isOurs
                ? Arrays.copyOf(
                    Arrays.copyOfRange(waiting, left * width, waiting.length), after * width)
                : new float[after * width];
        if (isDue) {
          targets[kept] = next;
          issue(outlook, next, waiting, kept * width);
        }
      }
      return new Horizon(steps, losses, seen, offsets, widths, slots, targets, waiting);
    }

    private double loss(double y, float[] quantiles, int from) {
      double loss = 0;
      for (int i = 0; i < levels.length; i++) {
        double miss = y - quantiles[from + i];
        loss += Math.max(levels[i] * miss, (levels[i] - 1) * miss);
      }
      return loss;
    }

    private void learn(
        double y,
        long target,
        float[] waiting,
        int published,
        double[] offsets,
        double[] widths,
        float[] slots) {
      int n = levels.length;
      double rate = stride * Math.pow(delay, RATE_POWER);
      double keep = 1 - Math.min(1, LEAK * rate);
      int slot = slot(target) * n;
      double slotKeep = Math.pow(1 - SLOT_LEAK, stride);
      // Steady state of "keep, then add" must not depend on how many forecasts the queue leaves
      // out.
      double slotRate = SLOT_RATE * (1 - slotKeep) / SLOT_LEAK;
      for (int i = 0; i < n; i++) {
        double q = waiting[published + i];
        boolean missed = y > q + ROUNDING * Math.abs(y);
        if (!missed && q <= floor) {
          continue; // At the floor, a covered value says nothing; learning from it would wind up.
        }
        double g = urgency[i] * ((missed ? 1 : 0) - (1 - levels[i]));
        if (!isLong()) {
          offsets[i] = offsets[i] * keep + RATE * rate * g;
        } else if (i != median) {
          double side = i > median ? 1 : -1;
          double step = WIDTH_RATE * stride / delay;
          widths[i] = Math.clamp(widths[i] + side * step * g, 0, WIDTH_CAP);
        }
        slots[slot + i] = (float) (slots[slot + i] * slotKeep + slotRate * g);
      }
    }

    /** Writes a forecast to learn from: its members, then what is given out. */
    private void issue(PooledRidgeModel.Outlook outlook, long target, float[] waiting, int from) {
      int n = levels.length;
      double[][] members = new double[MEMBERS][n];
      double[] published = new double[n];
      double size = outlook.members(steps, members);
      publish(members, size, target, published);
      // The unit of a model may change at a refit, so that what outlives it is kept in plain units.
      double unit = model.transform().tailUnit();
      for (int k = 0; k <= MEMBERS; k++) {
        double[] quantiles = k < MEMBERS ? members[k] : published;
        for (int i = 0; i < n; i++) {
          waiting[from + k * n + i] =
              (float) Math.clamp(quantiles[i] * unit, -Float.MAX_VALUE, Float.MAX_VALUE);
        }
      }
    }

    /** What came, in the space of the quantiles; NaN where absent or no longer known. */
    private double actual(TimeSeries recent, long target) {
      long first = recent.indexAt(target);
      double highest = Double.NaN;
      for (long i = first; i < first + model.window(); i++) {
        if (i >= 0 && i < recent.length()) {
          double v = recent.values()[(int) i];
          highest = Double.isNaN(highest) || v > highest ? v : highest;
        }
      }
      return model.transform().signed() ? highest : Math.sqrt(Math.max(highest, 0));
    }
  }
}
