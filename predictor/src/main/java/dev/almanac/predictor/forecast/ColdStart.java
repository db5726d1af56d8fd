package dev.almanac.predictor.forecast;

import dev.almanac.predictor.forecast.SeasonalHistory.Grid;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import org.apache.commons.math3.special.Erf;

/**
 * Forecast of a series that is hours or a few days old: what it has shown so far, weighed as a
 * fleet of other series has shown to be right, with spreads in units of its own noise.
 *
 * <p>All numbers are in the space of the quantiles ({@link Transform#tail}).
 */
final class ColdStart {
  /*
   * Median = mean of the last hour + pooled weights on (last - hour, six-hour mean - hour, day mean -
   * hour, change of the day's shape from now to the target, shape at the target - hour). Scale = pooled
   * weights on (mean |x - day mean|, mean |step|, |hour|, mean |day difference|). Quantiles = median over
   * groups of series of the groups' standardised quantiles, since a mean over groups explodes. The
   * weights were fitted once on 747 births out of 71 open series. Own h-step changes enter where there
   * are many, for horizons below six hours.
   *
   * Beside all that stand two forecasts that need no fleet: the mean of the last hour, and up to half an hour
   * ahead the last sample, with the series' own errors of them, bias included. They are the better ones for
   * demand that comes in blocks, or not at all, or wanders. All are mixed level by level, with odds = prior
   * odds x (loss of the first / loss of this one)^p over past origins, p = EVIDENCE_POWER n / (n +
   * EVIDENCE_HALF), n independent ones.
   *
   * After an hour without any demand, where that is common, quantiles below the odds of more of it are none.
   */

  /** From so many days on a series needs no fleet. */
  static final double DAYS = 6;

  private static final double[] LOG_HOURS = logs(1 / 12.0, .25, 1, 3, 6, 12, 24);

  private static final int WEIGHTS = 5;
  private static final int SCALES = 4;

  /** Levels of the standard quantiles. */
  private static final double[] SCORES = {score(.1), 0, score(.9), score(.95), score(.99)};

  /**
   * Rows by {@link #LOG_HOURS}; weights of the median, weights of the scale, standard quantiles.
   * First for less than a day of history, then for one, then for two or more.
   */
  private static final double[][][] TABLE = {
    {
      {.289, -.115, .0345, 0, 0, .112, .627, .00116, 0, -1.52, -.0582, 1.57, 2.14, 3.94},
      {.145, -.121, .0155, 0, 0, .253, .575, .00184, 0, -1.66, -.158, 1.4, 2.46, 5.6},
      {.0281, -.46, .239, 0, 0, .483, .58, .00485, 0, -1.3, -.0653, 1.33, 2.03, 4.61},
      {-.112, -1.24, .772, 0, 0, 1.02, .856, .0116, 0, -1.24, -.0546, 1.16, 1.73, 3.58},
      {.0568, -.917, .71, 0, 0, 1.78, 0, .0183, 0, -1.48, -.0925, 1.39, 1.93, 4.09},
      {.154, -.944, 1.87, 0, 0, 1.4, .801, .0481, 0, -1.3, -.0287, 1.09, 1.68, 3.59},
      {.0846, 1.09, -.21, 0, 0, 1.09, .731, .0311, 0, -.886, -.0366, 1.14, 1.61, 4},
    },
    {
      {.271, -.0805, .0485, .0435, -.00389, .0589, .655, .00103, 0, -1.5, -.0529, 1.49, 2.15, 3.67},
      {.139, -.122, .0704, .0401, .000393, .153, .628, .00132, 0, -1.46, -.143, 1.43, 2.21, 5.35},
      {.149, -.23, .146, .1, .0641, .245, .541, .00244, 0, -1.38, -.089, 1.5, 2.21, 3.33},
      {.0219, -.187, .129, .382, .251, .446, .502, .00226, 0, -1.37, -.102, 1.4, 1.97, 3.68},
      {-.0326, -.031, .0714, .554, .337, .47, .486, .0031, 0, -1.39, -.0583, 1.76, 2.59, 4.45},
      {-.0167, .186, .0922, 1.02, -.238, .674, .395, .00766, 0, -1.12, -.0484, 1.44, 2.19, 5.15},
      {.0147, .364, .164, .184, .329, .449, .899, .0197, 0, -.94, -.0475, 1.1, 1.97, 3.91},
    },
    {
      {.26, -.0838, .048, .0325, .0105, .0856, .597, .00107, 0, -1.58, -.0657, 1.51, 1.96, 3.66},
      {
        .146, -.105, .0637, .0811, -.000152, .155, .571, .00115, .0244, -1.58, -.128, 1.51, 2.07,
        5.79
      },
      {
        .147, -.211, .127, .194, -.000724, .212, .505, .00184, .0521, -1.43, -.0947, 1.42, 2.14, 3.7
      },
      {-.00569, -.192, .158, .51, .0779, .352, .389, .00142, .177, -1.35, -.114, 1.41, 2.05, 3.24},
      {-.0206, -.114, .269, .542, .182, .426, .286, .00259, .225, -1.42, -.0722, 1.54, 2.27, 3.85},
      {.00809, .0626, .27, .435, .343, .448, .3, .0033, .237, -1.32, -.0581, 1.55, 2.27, 6.44},
      {.116, .204, .00981, .525, .287, .357, .335, .00516, .282, -1.21, .0374, 1.6, 2.46, 6.42},
    },
  };

  private static final int[] OWN_STEPS = {1, 2, 3, 6, 12, 24, 48, 72};

  /** Own h-step changes count half when there are this many independent ones. */
  private static final double OWN_HALF = 20;

  /** What of {@link #means} is carried on as it is. */
  private static final int LAST = 0;

  private static final int HOUR = 1;
  private static final int LEVELS = 2;

  /** Share of the hour's mean before there is evidence, and where zeros are many. */
  private static final double OWN_PRIOR = .1;

  private static final double OWN_PRIOR_OF_ZEROS = .9;

  /** Share of the last sample in what is left. */
  private static final double LAST_PRIOR = .2;

  private static final double EVIDENCE_POWER = 16;
  private static final double EVIDENCE_HALF = 10;
  private static final int EVIDENCE_ORIGINS = 60;

  /** Log of the odds at which there is no doubt left. */
  private static final double CERTAIN = 50;

  private static final double[] EVIDENCE_LEVELS = {.1, .25, .5, .75, .9, .95, .99};

  /** More changes than this are thinned before they are sorted. */
  private static final int MOST_CHANGES = 2048;

  /** With a single sample the scale is this share of the level; it falls with their square root. */
  private static final double ASSUMED_SCALE = .15;

  private final Grid grid;
  private final int kind;
  private final int known;
  private final int length;
  private final float[] shape;
  private final double spread;
  private final double step;
  private final double dayDifference;

  /** By lag: h-step changes less their median. */
  private final float[][] own;

  /** By level and lag: errors of what is carried on. */
  private final float[][][] errors = new float[LEVELS][][];

  /** By level and lag: log of what the past adds to its odds. */
  private final double[][] evidence;

  private final double ownPrior;

  private final Optional<Rest> rest;

  /**
   * Learns what there is to learn.
   *
   * @param samples in the space of the quantiles, NaN where absent; at most the last week is used
   */
  ColdStart(Grid grid, double[] samples) {
    this.grid = grid;
    int day = grid.day();
    length = samples.length;
    double[] g = Arrays.copyOfRange(samples, Math.max(0, length - 7 * day), length);
    int n = g.length;
    kind = n < day ? 0 : n < 2 * day ? 1 : 2;
    int count = 0;
    for (double v : g) {
      count += Double.isNaN(v) ? 0 : 1;
    }
    known = count;
    double dayLevel = orElse(mean(g, n - day, n), mean(g, 0, n));
    spread = orElse(meanAbsolute(g, Math.max(0, n - day), n, 0, dayLevel), 0);
    step = orElse(meanAbsolute(g, 1, n, 1, 0), spread);
    dayDifference = n < 2 * day ? 0 : orElse(meanAbsolute(g, day, n, day, 0), 0);
    shape = n < day ? new float[0] : shape(g, day, Math.max(0, hour() / 4), dayLevel);
    int lags = 0;
    float[][] changes = new float[OWN_STEPS.length][];
    while (lags < OWN_STEPS.length && OWN_STEPS[lags] <= Math.min(n / 2, day / 4)) {
      float[] table = changes(g, OWN_STEPS[lags]);
      if (table.length == 0) {
        break;
      }
      changes[lags++] = table;
    }
    own = Arrays.copyOf(changes, lags);
    boolean mostlyNone = zeroShare(g) >= Hurdle.ZERO_SHARE;
    rest = mostlyNone ? Rest.of(g, hour()) : Optional.empty();
    ownPrior = mostlyNone ? OWN_PRIOR_OF_ZEROS : OWN_PRIOR;
    errors[LAST] = errors(g, lags, 1);
    errors[HOUR] = errors(g, lags, hour());
    evidence = evidence(g);
  }

  private double zeroShare(double[] g) {
    int zeros = 0;
    for (double v : g) {
      zeros += v == 0 ? 1 : 0;
    }
    return (double) zeros / Math.max(1, known);
  }

  /** {@code g[i + lag]} less the mean of the {@code span} samples up to {@code i}, by lag. */
  private float[][] errors(double[] g, int lags, int span) {
    int thin = Math.max(1, Math.ceilDiv(g.length, MOST_CHANGES));
    double[] level = new double[Math.ceilDiv(g.length, thin)];
    for (int i = 0; i < level.length; i++) {
      int end = i * thin + 1;
      level[i] = Double.isNaN(g[end - 1]) ? Double.NaN : mean(g, end - span, end);
    }
    float[][] tables = new float[lags][];
    double[] found = new double[level.length];
    double[] weights = new double[level.length];
    Arrays.fill(weights, 1);
    for (int k = 0; k < lags; k++) {
      int n = 0;
      for (int i = 0; i < level.length && i * thin + OWN_STEPS[k] < g.length; i++) {
        double error = g[i * thin + OWN_STEPS[k]] - level[i];
        if (!Double.isNaN(error)) {
          found[n++] = error;
        }
      }
      tables[k] = n == 0 ? own[k] : QuantileTable.of(found, weights, n);
    }
    return tables;
  }

  private double[][] evidence(double[] g) {
    double[][] evidence = new double[LEVELS][own.length];
    double[] scores = Arrays.stream(EVIDENCE_LEVELS).map(ColdStart::score).toArray();
    double[] positions = QuantileTable.positions(EVIDENCE_LEVELS);
    double[] quantiles = new double[EVIDENCE_LEVELS.length];
    double floor = Arrays.stream(g).anyMatch(v -> v < 0) ? Double.NEGATIVE_INFINITY : 0;
    for (int k = 0; k < own.length; k++) {
      int lag = OWN_STEPS[k];
      int first = Math.min(hour(), g.length / 4);
      int span = g.length - lag - first;
      int count = Math.min(EVIDENCE_ORIGINS, span);
      int used = 0;
      double blended = 0;
      double[] carried = new double[LEVELS];
      for (int i = 0; i < count; i++) {
        int t = first + (int) ((long) i * span / count);
        double y = g[t + lag];
        if (Double.isNaN(y) || Double.isNaN(g[t])) {
          continue;
        }
        used++;
        double[] origin = means(g, t + 1);
        blend(origin, t + length - g.length, lag, scores, positions, quantiles);
        for (int j = 0; j < quantiles.length; j++) {
          blended += pinball(EVIDENCE_LEVELS[j], y, Math.max(quantiles[j], floor));
          for (int level = 0; level < LEVELS; level++) {
            double q = origin[level] + QuantileTable.at(errors[level][k], positions[j]);
            carried[level] += pinball(EVIDENCE_LEVELS[j], y, Math.max(q, floor));
          }
        }
      }
      double independent = Math.min(used, (double) known / lag);
      double power = EVIDENCE_POWER * independent / (independent + EVIDENCE_HALF);
      for (int level = 0; level < LEVELS; level++) {
        if (blended != carried[level]) {
          evidence[level][k] =
              Math.clamp(power * Math.log(blended / carried[level]), -CERTAIN, CERTAIN);
        }
      }
    }
    return evidence;
  }

  private static double pinball(double level, double y, double quantile) {
    double miss = y - quantile;
    return Math.max(level * miss, (level - 1) * miss);
  }

  private int hour() {
    return Math.max(1, grid.day() / 24);
  }

  /** Share of a fitted recipe in the blend with this one. */
  static double recipeShare(double days, double hours) {
    double near = days < 2 ? 0 : Math.clamp(.7 + .1 * (days - 2), 0, 1);
    double far = Math.clamp((days - 3) / 3, 0, 1);
    return near + (far - near) * farness(hours);
  }

  /** 0 up to an hour ahead, 1 from six hours on. */
  static double farness(double hours) {
    return Math.clamp(Math.log(Math.max(hours, 1)) / Math.log(6), 0, 1);
  }

  /** What is known at an origin: means of the last sample, hour, six hours and day. */
  double[] origin(Transform transform, Track x, int from, int t) {
    int end = t + 1 - from;
    double[] tails = new double[Math.min(end, grid.day())];
    for (int i = 0; i < tails.length; i++) {
      double v = x.at(end - tails.length + i);
      tails[i] = Double.isNaN(v) ? v : transform.tail(v);
    }
    return means(tails, tails.length);
  }

  /** Means of the last sample, hour, six hours and day before {@code end}. */
  private double[] means(double[] tails, int end) {
    int[] spans = {1, hour(), Math.max(2, grid.day() / 4), grid.day()};
    double[] means = new double[spans.length];
    for (int k = 0; k < spans.length; k++) {
      means[k] = orElse(mean(tails, end - spans[k], end), means[Math.max(0, k - 1)]);
    }
    return means;
  }

  /**
   * Quantiles {@code h} steps after {@code t}.
   *
   * @param origin what {@link #origin} gave for {@code t}
   * @param scores of the levels, from {@link #score}
   * @param positions of the levels, from {@link QuantileTable#positions}
   * @param out gets one value a level
   * @return the residual scale: what a standard deviation would be
   */
  double forecast(
      double[] origin, int t, int h, double[] scores, double[] positions, double[] out) {
    double size = blend(origin, t, h, scores, positions, out);
    carryOn(origin, h, positions, out);
    if (rest.isPresent() && origin[HOUR] == 0) {
      rest.get().apply(h, scores, out);
    }
    return size;
  }

  /** Mixes what is carried on into what the fleet foretells. */
  private void carryOn(double[] origin, int h, double[] positions, double[] out) {
    if (own.length == 0) {
      return;
    }
    double[] odds = new double[LEVELS];
    odds[HOUR] = ownPrior * nearness(h);
    odds[LAST] = (1 - ownPrior) * LAST_PRIOR * Math.max(0, 1 - 2.0 * h / hour());
    double total = 1 - odds[HOUR] - odds[LAST];
    // Further ahead than it was tried, what it was worth says ever less.
    double tried = Math.min(1, (double) OWN_STEPS[own.length - 1] / h);
    for (int level = 0; level < LEVELS; level++) {
      double[] lags = evidence[level];
      odds[level] *= Math.exp(tried * at(h, k -> lags[k]));
      total += odds[level];
    }
    for (int i = 0; i < out.length; i++) {
      double mixed = out[i];
      for (int level = 0; level < LEVELS; level++) {
        if (odds[level] > 0) {
          double carried = origin[level] + ownSpread(errors[level], h, positions[i]);
          mixed += odds[level] / total * (carried - out[i]);
        }
      }
      out[i] = mixed;
    }
  }

  /** What the fleet and the own changes foretell. */
  private double blend(
      double[] origin, int t, int h, double[] scores, double[] positions, double[] out) {
    double hour = origin[1];
    double target = shape.length == 0 ? 0 : shapeAt(t + h);
    double shapeNow = shape.length == 0 ? 0 : meanShape(t);
    double[] x = {
      origin[0] - hour,
      origin[2] - hour,
      origin[3] - hour,
      shape.length == 0 ? 0 : target - shapeNow,
      shape.length == 0 ? 0 : target - hour
    };
    double[] s = {spread, step, Math.abs(hour), dayDifference};
    double assumed = ASSUMED_SCALE * Math.abs(hour) / Math.sqrt(Math.max(1, known));

    double logHours = Math.log(h * 24.0 / grid.day());
    int k = 0;
    while (k < LOG_HOURS.length - 2 && logHours > LOG_HOURS[k + 1]) {
      k++;
    }
    double share = Math.clamp((logHours - LOG_HOURS[k]) / (LOG_HOURS[k + 1] - LOG_HOURS[k]), 0, 1);
    double median = hour;
    double size = 0;
    Arrays.fill(out, 0);
    for (int side = 0; side < 2; side++) {
      double weight = side == 0 ? 1 - share : share;
      double[] row = TABLE[kind][k + side];
      double scale = 0;
      for (int i = 0; i < SCALES; i++) {
        scale += row[WEIGHTS + i] * s[i];
      }
      scale = Math.max(scale, assumed);
      int q = WEIGHTS + SCALES;
      double move = scale * row[q + 1];
      for (int i = 0; i < WEIGHTS; i++) {
        move += row[i] * x[i];
      }
      median += weight * move;
      size += weight * scale;
      for (int i = 0; i < out.length; i++) {
        out[i] += weight * scale * (standard(row, q, scores[i]) - row[q + 1]);
      }
    }
    double ownWeight = ownWeight(h);
    for (int i = 0; i < out.length; i++) {
      double ownSpread = ownWeight > 0 ? ownSpread(own, h, positions[i]) : 0;
      out[i] = median + ownWeight * ownSpread + (1 - ownWeight) * out[i];
    }
    return size;
  }

  private double ownWeight(int h) {
    if (own.length == 0) {
      return 0;
    }
    double many = (double) known / h;
    return many / (many + OWN_HALF) * nearness(h);
  }

  /** 1 now, 0 from six hours on. */
  private double nearness(int h) {
    return Math.clamp(1 - 4.0 * h / grid.day(), 0, 1);
  }

  private double ownSpread(float[][] tables, int h, double position) {
    int last = OWN_STEPS[own.length - 1];
    double growth = Math.sqrt(Math.max(1, (double) h / last));
    return growth * at(h, k -> QuantileTable.at(tables[k], position));
  }

  /** Between two lags linear in the log of the horizon, and beyond the last as there. */
  private double at(int h, IntToDoubleFunction byLag) {
    int last = own.length - 1;
    if (h >= OWN_STEPS[last]) {
      return byLag.applyAsDouble(last);
    }
    int k = 0;
    while (h > OWN_STEPS[k + 1]) {
      k++;
    }
    double share =
        Math.log((double) h / OWN_STEPS[k]) / Math.log((double) OWN_STEPS[k + 1] / OWN_STEPS[k]);
    double below = byLag.applyAsDouble(k);
    return below + share * (byLag.applyAsDouble(k + 1) - below);
  }

  /** Standard quantile: linear in the normal score, and beyond the last one along it. */
  private static double standard(double[] row, int from, double score) {
    if (score < SCORES[1]) {
      return row[from + 1] + score / SCORES[0] * (row[from] - row[from + 1]);
    }
    int last = SCORES.length - 1;
    if (score > SCORES[last]) {
      return row[from + last] * score / SCORES[last];
    }
    int k = 1;
    while (k < last - 1 && score > SCORES[k + 1]) {
      k++;
    }
    double share = (score - SCORES[k]) / (SCORES[k + 1] - SCORES[k]);
    return row[from + k] + share * (row[from + k + 1] - row[from + k]);
  }

  /** The standard normal quantile of a level in (0, 1). */
  static double score(double level) {
    return Math.sqrt(2) * Erf.erfInv(2 * level - 1);
  }

  private double shapeAt(int position) {
    return shape[Math.floorMod(position - length, shape.length)];
  }

  private double meanShape(int t) {
    double sum = 0;
    for (int i = 0; i < hour(); i++) {
      sum += shapeAt(t - i);
    }
    return sum / hour();
  }

  /** Mean of each slot over the whole days at the end, smoothed around the clock. */
  private static float[] shape(double[] g, int day, int reach, double otherwise) {
    int n = g.length;
    double[] mean = new double[day];
    for (int slot = 0; slot < day; slot++) {
      double sum = 0;
      int count = 0;
      for (int i = n - day + slot; i >= n - n / day * day; i -= day) {
        if (!Double.isNaN(g[i])) {
          sum += g[i];
          count++;
        }
      }
      mean[slot] = count == 0 ? Double.NaN : sum / count;
    }
    float[] shape = new float[day];
    for (int slot = 0; slot < day; slot++) {
      double sum = 0;
      int count = 0;
      for (int k = -reach; k <= reach; k++) {
        double v = mean[Math.floorMod(slot + k, day)];
        if (!Double.isNaN(v)) {
          sum += v;
          count++;
        }
      }
      shape[slot] = (float) (count == 0 ? otherwise : sum / count);
    }
    return shape;
  }

  private static float[] changes(double[] g, int lag) {
    double[] changes = new double[MOST_CHANGES];
    int thin = Math.max(1, Math.ceilDiv(g.length, MOST_CHANGES));
    int n = 0;
    for (int i = lag; i < g.length; i += thin) {
      double d = g[i] - g[i - lag];
      if (!Double.isNaN(d)) {
        changes[n++] = d;
      }
    }
    if (n < 4) {
      return new float[0];
    }
    double[] weights = new double[n];
    Arrays.fill(weights, 1);
    return QuantileTable.centred(changes, weights, n);
  }

  private static double mean(double[] g, int from, int to) {
    double sum = 0;
    int count = 0;
    for (int i = Math.max(0, from); i < to; i++) {
      if (!Double.isNaN(g[i])) {
        sum += g[i];
        count++;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  /** Mean of {@code |g[i] - g[i - lag]|}, or of {@code |g[i] - centre|} where the lag is 0. */
  private static double meanAbsolute(double[] g, int from, int to, int lag, double centre) {
    double sum = 0;
    int count = 0;
    for (int i = Math.max(lag, from); i < to; i++) {
      double d = Math.abs(g[i] - (lag == 0 ? centre : g[i - lag]));
      if (!Double.isNaN(d)) {
        sum += d;
        count++;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  private static double orElse(double value, double otherwise) {
    return Double.isNaN(value) ? (Double.isNaN(otherwise) ? 0 : otherwise) : value;
  }

  private static double[] logs(double... hours) {
    return Arrays.stream(hours).map(Math::log).toArray();
  }
}
