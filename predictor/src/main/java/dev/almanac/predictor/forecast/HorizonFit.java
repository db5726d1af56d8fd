package dev.almanac.predictor.forecast;

import java.util.Arrays;

/**
 * Fits one {@link HorizonBucket} after the other for the same history, in the same arrays. For one
 * thread.
 */
final class HorizonFit {
  /*
   * For each bucket of horizons a linear regression predicts the deviation of x[t+h] from a seasonal
   * average m7, from contrasts that are all known at t (SeasonalHistory). "Pooled direct" regression:
   * one for all horizons of a bucket, not iterated.
   *
   *  1. Rows: up to ROWS origins t, as dense as the root of their weight; h spread over the bucket by the
   *     golden ratio (even, and no random numbers). Weight halves every 10 (b/D)^.4 days, at least 1.5; u is
   *     weight over density, so that where the rows stand changes no mean, only how well it is known.
   *  2. One pass of iteratively reweighted least squares towards least absolute deviations (Holland and
   *     Welsch 1977) at a middle penalty gives weights w that serve every later solve.
   *  3. Gram matrices of all rows and of "all but fold k and its purge zone", k = 1..5, by subtraction.
   *     For five penalties and three things to shrink towards (m7, current level, mean of similar days):
   *     beta = (G + lambda sum(w) I)^-1 X'W (z - B). One factorisation serves the three right sides.
   *  4. All fifteen are averaged with weights (least loss / loss)^sharpness, loss being out of fold.
   *     Everything is linear, so they collapse into one coefficient vector and three shares.
   *  5. The out-of-fold residuals, divided by a fitted scale, give the quantiles. They live in another
   *     space: the fourth root finds the better median, but stretches tails on the way back, so tails
   *     are taken in its square.
   *
   * Blocked folds with a purge zone: Lopez de Prado, Advances in Financial Machine Learning, 2018, ch. 7.
   * Ridge: Hoerl and Kennard, Technometrics 12, 1970. Constants were chosen on open workload series;
   * docs/benchmarks/forecast-experiments.md tells what else was tried.
   */

  /** Training origins a bucket. */
  static final int ROWS = 1200;

  /** With fewer usable rows nothing is learned. */
  private static final int LEAST_ROWS = 30;

  /** With fewer rows outside it, a purge zone is given up. */
  private static final int LEAST_OUTSIDE = 30;

  /**
   * So many rows vouch for what seasons add as far outside of what they added as that varied: a
   * level that shifts needs room, and two days of history must not be trusted with it.
   */
  private static final double ROWS_A_RANGE = 100;

  /**
   * Beyond a day no more than this many ranges, for growth that was learned is carried on there.
   */
  private static final double FAR_ROOM = .25;

  /**
   * In buckets that begin later, a deviation larger than any that history has shown is not carried
   * on: what happened in the last hours is over by then more often than not.
   */
  private static final int CARRIED_DAYS = 2;

  /**
   * Buckets that end later do not go by the minute of the hour: a job that ends or moves is known a
   * day too late there, and what is foretold with it is too sure of itself.
   */
  private static final double HOURLY_DAYS = .5;

  private static final int FOLDS = 5;

  /** Products of columns that are summed side by side. */
  private static final int DOTS = 4;

  /** For horizons up to an hour, where much is known, and beyond. */
  private static final double[] PENALTIES_SHORT = {1e-5, 1e-4, 1e-3, 1e-2, .1};

  private static final double[] PENALTIES_LONG = {1e-3, 1e-2, .1, 1, 10};
  private static final int SOLUTIONS = PENALTIES_LONG.length * SeasonalHistory.TARGETS;

  private static final double HALF_LIFE_DAYS = 10;
  private static final double HALF_LIFE_POWER = .4;
  private static final double LEAST_HALF_LIFE_DAYS = 1.5;

  /** Density of the rows: this power of their weight. */
  private static final double CROWDING = .5;

  /** What is tried when rows are too dense, and the fall over all of history that is none. */
  private static final double SLOWER = .9;

  private static final double EVEN = .01;

  /** A regressor that moves less than this, relative to the one that moves most, is left out. */
  private static final double RIGID = 1e-6;

  private static final int ROBUST_ROUNDS = 2;
  private static final double ROBUST_FLOOR = .5;
  private static final double ROBUST_PENALTY = .03;

  /** Averaging exponents for horizons up to an hour, and beyond. */
  private static final double SHARPNESS_SHORT = 24;

  private static final double SHARPNESS_LONG = 8;
  private static final double GOLDEN = .6180339887;

  private final SeasonalHistory history;
  private final double[] actual;
  private final boolean signed;
  private final int window;
  private final int size;
  private final int targets;

  /** Shrinkage targets that are members beside the regression: current level, week or day. */
  private final int[] members;

  private final int[] t = new int[ROWS];
  private final int[] h = new int[ROWS];
  private final double[][] x;
  private final double[] base = new double[ROWS];
  private final double[][] toward = new double[SeasonalHistory.TARGETS][ROWS];
  private final double[][] noise = new double[SeasonalHistory.NOISE][ROWS];
  private final double[] y = new double[ROWS];
  private final double[] u = new double[ROWS];
  private final double[] w = new double[ROWS];
  private final double[][] z = new double[SeasonalHistory.TARGETS][ROWS];

  /** Columns that one column is multiplied by: those up to itself, then the targets. */
  private final double[][] others;

  private final double[] products;
  private final double[] fitted = new double[ROWS];
  private final double[] weighted = new double[ROWS];
  private final double[] foretold = new double[ROWS];
  private final double[] unit;
  private final double[] grams;
  private final double[] rights;
  private final double[] beta;
  private final NormalEquations equations;
  private int n;

  /**
   * Prepares to fit.
   *
   * @param actual what is to be forecast, at each position: the samples or their window maximum
   * @param signed whether values may be negative, so that there are no roots
   * @param window length of the window whose maximum is forecast, in steps; 1 for the samples
   */
  HorizonFit(SeasonalHistory history, double[] actual, boolean signed, int window) {
    this.history = history;
    this.actual = actual;
    this.signed = signed;
    this.window = window;
    size = history.regressors();
    targets = history.weekly ? SeasonalHistory.TARGETS : SeasonalHistory.TARGETS - 1;
    members = window > 1 ? new int[0] : history.weekly ? new int[] {1, 2} : new int[] {1, 0};
    x = new double[size][ROWS];
    unit = new double[size];
    others = new double[size + SeasonalHistory.TARGETS + DOTS][];
    products = new double[others.length];
    grams = new double[(FOLDS + 1) * size * size];
    rights = new double[(FOLDS + 1) * SeasonalHistory.TARGETS * size];
    beta = new double[(FOLDS + 1) * SOLUTIONS * size];
    equations = new NormalEquations(size);
  }

  /** Learns the horizons {@code a} to {@code b}; nothing when there are too few rows. */
  java.util.Optional<HorizonBucket> fit(int a, int b) {
    gather(a, b);
    if (n < LEAST_ROWS) {
      return java.util.Optional.empty();
    }
    standardise(b > HOURLY_DAYS * history.grid.day());
    robustWeights();
    boolean isShort = b <= Math.max(1, history.grid.day() / 24);
    solveAllFolds(b, isShort ? PENALTIES_SHORT : PENALTIES_LONG);
    double[][] vectors = new double[FOLDS + 1][size];
    double[] shares = average(isShort, vectors);

    double[] residual = new double[n];
    double[] standard = new double[n];
    for (int i = 0; i < n; i++) {
      double location = base[i];
      for (int k = 0; k < SeasonalHistory.TARGETS; k++) {
        location += shares[k] * toward[k][i];
      }
      double[] v = vectors[1 + fold(i)];
      double sum = 0;
      for (int p = 0; p < size; p++) {
        sum += v[p] * x[p][i];
      }
      residual[i] = tail(y[i]) - tail(location + sum);
    }
    ResidualScale scale = ResidualScale.fit(noise, residual, u, n);
    double meanResidual = sizes(scale, residual);
    divideBySize(residual, standard);
    double trust = Math.min(1, (double) n / ROWS);
    double[] least = new double[HorizonBucket.DEVIATIONS];
    double[] most = new double[HorizonBucket.DEVIATIONS];
    double[] coefficients = new double[size];
    for (int p = 0; p < HorizonBucket.DEVIATIONS; p++) {
      least[p] = extreme(x[p], -1) * unit[p];
      most[p] = extreme(x[p], 1) * unit[p];
    }
    for (int p = 0; p < size; p++) {
      coefficients[p] = vectors[0][p] / unit[p];
    }
    rest(vectors[0], shares);
    double leastRest = extreme(fitted, -1);
    double mostRest = extreme(fitted, 1);
    double room = n / ROWS_A_RANGE;
    if (b > history.grid.day()) {
      room = Math.min(room, FAR_ROOM);
    }
    double slack = room * (mostRest - leastRest);
    return java.util.Optional.of(
        new HorizonBucket(
            a,
            b,
            a <= CARRIED_DAYS * history.grid.day(),
            coefficients,
            shares,
            least,
            most,
            leastRest - slack,
            mostRest + slack,
            scale,
            trust,
            meanResidual,
            QuantileTable.centred(standard, u, n),
            trust == 1 ? new float[0] : QuantileTable.centred(residual, u, n),
            members,
            m -> member(members[m], residual, standard)));
  }

  /** {@code fitted} = what is added to the base by all but the newest deviations. */
  private void rest(double[] vector, double[] shares) {
    double[] seasons = vector.clone();
    Arrays.fill(seasons, 0, HorizonBucket.DEVIATIONS, 0);
    predict(seasons, 0, 0, n);
    for (int k = 0; k < SeasonalHistory.TARGETS; k++) {
      for (int i = 0; i < n; i++) {
        fitted[i] += shares[k] * toward[k][i];
      }
    }
  }

  /** Chooses rows and computes what they hold. */
  private void gather(int a, int b) {
    int day = history.grid.day();
    int length = history.end;
    int last = length - 1 - b - (window - 1);
    // The profiles need a past.
    int first = Math.min((history.weekly ? 8 : 2) * day, length - day / 2);
    if (last - first < 50) {
      first = Math.max(day, last - 4 * day);
    }
    if (last <= first) {
      first = Math.max(2, last - day);
    }
    first = Math.max(first, 0);
    n = 0;
    int span = last - first + 1;
    if (span < LEAST_ROWS) {
      return;
    }
    double halfLife =
        Math.clamp(
            HALF_LIFE_DAYS * Math.pow((double) b / day, HALF_LIFE_POWER),
            LEAST_HALF_LIFE_DAYS,
            HALF_LIFE_DAYS);
    double[] origin = new double[SeasonalHistory.ORIGIN];
    double[] row = new double[history.rowLength()];
    double total = 0;
    int candidates = Math.min(span, ROWS);
    double rate = crowding(halfLife * day, span, candidates);
    double fall = 1 - Math.exp(-rate * span);
    for (int i = 0; i < candidates; i++) {
      int at = first + (int) ((long) i * span / candidates);
      if (rate > 0) {
        double newer = 1 - (i + .5) / candidates;
        at = Math.max(first, last - (int) (-Math.log(1 - newer * fall) / rate));
      }
      double turns = i * GOLDEN;
      int ahead = a + (int) ((turns - Math.floor(turns)) * (b - a + 1));
      double value = actual[at + ahead];
      if (Double.isNaN(value)) {
        continue;
      }
      history.origin(at, origin);
      history.target(at, ahead, origin, row);
      t[n] = at;
      h[n] = ahead;
      y[n] = value;
      for (int p = 0; p < size; p++) {
        x[p][n] = row[p];
      }
      int next = size;
      base[n] = row[next++];
      for (int k = 0; k < SeasonalHistory.TARGETS; k++) {
        toward[k][n] = row[next++];
      }
      for (int k = 0; k < SeasonalHistory.NOISE; k++) {
        noise[k][n] = row[next++];
      }
      double age = (double) (length - 1 - at - ahead) / day;
      u[n] = Math.exp(rate * (last - at) - Math.log(2) * age / halfLife);
      total += u[n];
      n++;
    }
    double mean = total / n;
    for (int i = 0; i < n; i++) {
      u[i] /= mean;
    }
  }

  /**
   * How fast the density of the rows falls with age, a step. Not so fast that two rows would stand
   * at one step; 0 where there is a row for every step.
   */
  private static double crowding(double halfLifeSteps, int span, int rows) {
    double rate = CROWDING * Math.log(2) / halfLifeSteps;
    // At the end the density is rows rate / (1 - exp(-rate span)).
    while (rows * rate > 1 - Math.exp(-rate * span)) {
      if (rate * span < EVEN) {
        return 0;
      }
      rate *= SLOWER;
    }
    return rate;
  }

  /**
   * Brings every regressor to a weighted mean square of 1, and subtracts base and targets.
   *
   * @param far whether what happens at a minute of the hour is left out
   */
  private void standardise(boolean far) {
    double largest = 0;
    for (int p = 0; p < size; p++) {
      double[] column = x[p];
      double square = 0;
      for (int i = 0; i < n; i++) {
        square += u[i] * column[i] * column[i];
      }
      unit[p] = Math.sqrt(square / n) + 1e-9;
      largest = p < size - 1 ? Math.max(largest, unit[p]) : largest;
    }
    for (int p = 0; p < size; p++) {
      // What did not move, or by no more than rounding, teaches nothing about what it does.
      double factor = unit[p] > RIGID * largest && !(far && history.isHourly(p)) ? 1 / unit[p] : 0;
      double[] column = x[p];
      for (int i = 0; i < n; i++) {
        column[i] *= factor;
      }
    }
    for (int k = 0; k < targets; k++) {
      for (int i = 0; i < n; i++) {
        z[k][i] = y[i] - base[i] - toward[k][i];
      }
    }
  }

  private void robustWeights() {
    System.arraycopy(u, 0, w, 0, n);
    double[] solution = new double[size];
    for (int round = 0; round < ROBUST_ROUNDS; round++) {
      double total = gram(w, 1);
      equations.solve(grams, 0, ROBUST_PENALTY * total + 1e-12, rights, 0, 1, solution, 0);
      predict(solution, 0, 0, n);
      double mean = 0;
      for (int i = 0; i < n; i++) {
        fitted[i] = Math.abs(z[0][i] - fitted[i]);
        mean += u[i] * fitted[i];
      }
      double factor = 1 / (mean / n + 1e-12);
      for (int i = 0; i < n; i++) {
        w[i] = u[i] / Math.max(fitted[i] * factor, ROBUST_FLOOR);
      }
    }
  }

  /** Gram matrix and right sides of all rows, at slot 0; gives the sum of the weights. */
  private double gram(double[] weights, int sides) {
    gram(weights, 0, n, 0, sides);
    return sum(weights, 0, n);
  }

  private static double sum(double[] weights, int from, int to) {
    double total = 0;
    for (int i = from; i < to; i++) {
      total += weights[i];
    }
    return total;
  }

  /** The same of rows {@code from} to {@code to}, at slot {@code f}. */
  private void gram(double[] weights, int from, int to, int f, int sides) {
    int g = f * size * size;
    int r = f * SeasonalHistory.TARGETS * size;
    for (int p = 0; p < size; p++) {
      double[] column = x[p];
      for (int i = from; i < to; i++) {
        weighted[i] = weights[i] * column[i];
      }
      int count = p + 1 + sides;
      System.arraycopy(x, 0, others, 0, p + 1);
      System.arraycopy(z, 0, others, p + 1, sides);
      Arrays.fill(others, count, count + DOTS - 1, column);
      for (int q = 0; q < count; q += DOTS) {
        dots(weighted, others, q, from, to, products);
      }
      System.arraycopy(products, 0, grams, g + p * size, p + 1);
      for (int k = 0; k < sides; k++) {
        rights[r + k * size + p] = products[p + 1 + k];
      }
    }
  }

  /** Four sums at once: the processor need not wait for one addition to start the next. */
  private static void dots(
      double[] a, double[][] others, int at, int from, int to, double[] products) {
    double[] b0 = others[at];
    double[] b1 = others[at + 1];
    double[] b2 = others[at + 2];
    double[] b3 = others[at + 3];
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    for (int i = from; i < to; i++) {
      double v = a[i];
      s0 += v * b0[i];
      s1 += v * b1[i];
      s2 += v * b2[i];
      s3 += v * b3[i];
    }
    products[at] = s0;
    products[at + 1] = s1;
    products[at + 2] = s2;
    products[at + 3] = s3;
  }

  private int fold(int i) {
    return i * FOLDS / n;
  }

  /** First row of a fold. */
  private int foldStart(int k) {
    return Math.ceilDiv(k * n, FOLDS);
  }

  /** All rows in slot 0, all rows outside fold k and its purge zone in slot k + 1; solves each. */
  private void solveAllFolds(int b, double[] penalties) {
    int gramSize = size * size;
    int rightSize = SeasonalHistory.TARGETS * size;
    Arrays.fill(grams, 0, gramSize, 0);
    Arrays.fill(rights, 0, rightSize, 0);
    for (int k = 1; k <= FOLDS; k++) {
      gram(w, foldStart(k - 1), foldStart(k), k, targets);
      for (int i = 0; i < gramSize; i++) {
        grams[i] += grams[k * gramSize + i];
      }
      for (int i = 0; i < rightSize; i++) {
        rights[i] += rights[k * rightSize + i];
      }
    }
    double total = sum(w, 0, n);
    solvePenalties(0, total, penalties);
    for (int k = 0; k < FOLDS; k++) {
      int start = foldStart(k);
      int stop = foldStart(k + 1);
      // Out are rows whose target lies at or after the fold's first origin, and whose origin lies
      // not after its last target. Origins rise, targets only nearly so: the rows before the fold
      // are looked at one by one.
      int end = stop;
      int reach = t[stop - 1] + b + window - 1;
      while (end < n && t[end] <= reach) {
        end++;
      }
      int before = 0;
      int early = start;
      while (early > 0 && t[early - 1] + b >= t[start]) {
        early--;
        before += t[early] + h[early] >= t[start] ? 1 : 0;
      }
      if (n - (end - start) - before < LEAST_OUTSIDE) {
        early = start;
        end = stop;
      }
      int f = k + 1;
      for (int i = 0; i < gramSize; i++) {
        grams[f * gramSize + i] = grams[i] - grams[f * gramSize + i];
      }
      for (int i = 0; i < rightSize; i++) {
        rights[f * rightSize + i] = rights[i] - rights[f * rightSize + i];
      }
      double outside = total - sum(w, start, end);
      for (int i = stop; i < end; i++) {
        subtractRow(i, f);
      }
      for (int i = early; i < start; i++) {
        if (t[i] + h[i] >= t[start]) {
          subtractRow(i, f);
          outside -= w[i];
        }
      }
      solvePenalties(f, outside, penalties);
    }
  }

  private void subtractRow(int i, int f) {
    int g = f * size * size;
    int r = f * SeasonalHistory.TARGETS * size;
    for (int p = 0; p < size; p++) {
      double wx = w[i] * x[p][i];
      for (int q = 0; q <= p; q++) {
        grams[g + p * size + q] -= wx * x[q][i];
      }
      for (int k = 0; k < targets; k++) {
        rights[r + k * size + p] -= wx * z[k][i];
      }
    }
  }

  private void solvePenalties(int f, double weight, double[] penalties) {
    for (int l = 0; l < penalties.length; l++) {
      equations.solve(
          grams,
          f * size * size,
          Math.max(weight, 1e-9) * penalties[l] + 1e-9,
          rights,
          f * SeasonalHistory.TARGETS * size,
          targets,
          beta,
          (f * SOLUTIONS + l * SeasonalHistory.TARGETS) * size);
    }
  }

  /**
   * Averages the solutions by their out-of-fold loss.
   *
   * @param vectors gets one coefficient vector for all rows, and one for each fold
   * @return shares of the shrinkage targets
   */
  private double[] average(boolean isShort, double[][] vectors) {
    double[] loss = new double[SOLUTIONS];
    double least = Double.POSITIVE_INFINITY;
    for (int s = 0; s < SOLUTIONS; s++) {
      int k = s % SeasonalHistory.TARGETS;
      if (k >= targets) {
        continue;
      }
      double sum = 0;
      for (int f = 0; f < FOLDS; f++) {
        int from = foldStart(f);
        int to = foldStart(f + 1);
        predict(beta, ((f + 1) * SOLUTIONS + s) * size, from, to);
        sum += absolute(z[k], from, to);
      }
      loss[s] = sum;
      least = Math.min(least, sum);
    }
    double sharpness = isShort ? SHARPNESS_SHORT : SHARPNESS_LONG;
    double[] mix = new double[SOLUTIONS];
    double total = 0;
    for (int s = 0; s < SOLUTIONS; s++) {
      if (s % SeasonalHistory.TARGETS < targets) {
        mix[s] = least > 0 ? Math.pow(least / loss[s], sharpness) : loss[s] <= least ? 1 : 0;
        total += mix[s];
      }
    }
    double[] shares = new double[SeasonalHistory.TARGETS];
    for (int s = 0; s < SOLUTIONS; s++) {
      double share = mix[s] / total;
      if (share == 0) {
        continue;
      }
      shares[s % SeasonalHistory.TARGETS] += share;
      for (int f = 0; f <= FOLDS; f++) {
        int from = (f * SOLUTIONS + s) * size;
        for (int p = 0; p < size; p++) {
          vectors[f][p] += share * beta[from + p];
        }
      }
    }
    return shares;
  }

  /** {@code fitted = X beta} for rows {@code from} to {@code to}. */
  private void predict(double[] coefficients, int at, int from, int to) {
    Arrays.fill(fitted, from, to, 0);
    // Two columns at a time: half as many loads and stores. There is an even number of them.
    for (int p = 0; p < size; p += 2) {
      double c = coefficients[at + p];
      double d = coefficients[at + p + 1];
      double[] column = x[p];
      double[] next = x[p + 1];
      for (int i = from; i < to; i++) {
        fitted[i] = fitted[i] + c * column[i] + d * next[i];
      }
    }
  }

  private double absolute(double[] side, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    int i = from;
    for (; i + 1 < to; i += 2) {
      s0 += u[i] * Math.abs(side[i] - fitted[i]);
      s1 += u[i + 1] * Math.abs(side[i + 1] - fitted[i + 1]);
    }
    if (i < to) {
      s0 += u[i] * Math.abs(side[i] - fitted[i]);
    }
    return s0 + s1;
  }

  /** Size of the residual that each row foretells; gives the weighted mean of the actual ones. */
  private double sizes(ResidualScale scale, double[] residual) {
    double[] row = new double[SeasonalHistory.NOISE];
    double mean = 0;
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < row.length; c++) {
        row[c] = noise[c][i];
      }
      foretold[i] = scale.at(row, 0);
      mean += u[i] * Math.abs(residual[i]);
    }
    return mean / n;
  }

  private void divideBySize(double[] residual, double[] standard) {
    for (int i = 0; i < n; i++) {
      standard[i] = residual[i] / foretold[i];
    }
  }

  /** Largest value of the rows, or with sign -1 the smallest. */
  private double extreme(double[] column, int sign) {
    double extreme = sign * column[0];
    for (int i = 1; i < n; i++) {
      extreme = Math.max(extreme, sign * column[i]);
    }
    return sign * extreme;
  }

  /** Quantiles of one of the shrinkage targets as a forecast. The arrays are overwritten. */
  private float[] member(int target, double[] residual, double[] standard) {
    for (int i = 0; i < n; i++) {
      residual[i] = tail(y[i]) - tail(base[i] + toward[target][i]);
    }
    divideBySize(residual, standard);
    return QuantileTable.of(standard, u, n);
  }

  /** Transformed value to the space of the tails. */
  private double tail(double g) {
    if (signed) {
      return g;
    }
    double root = Math.max(g, 0);
    return root * root;
  }
}
