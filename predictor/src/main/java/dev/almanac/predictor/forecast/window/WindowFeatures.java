package dev.almanac.predictor.forecast.window;

/**
 * What the window models know at a decision. All features are differences of means or maxima of
 * {@code y = sqrt(demand)}, so that they are small where nothing happens.
 *
 * <p>They are made of two kinds of numbers: {@link #recent} comes from the last hour and changes
 * with every sample, {@link #season} comes from earlier days and can be computed ahead. {@link
 * #fill} puts both together; the sweep over a whole history and a live tick call this same method.
 */
final class WindowFeatures {
  private WindowFeatures() {}

  // What the last hour says.
  static final int R1 = 0;
  static final int R2 = 1;
  static final int R5 = 2;
  static final int R15 = 3;
  static final int R60 = 4;
  static final int BEFORE1 = 5;
  static final int BEFORE5 = 6;
  static final int PEAK5 = 7;
  static final int PEAK15 = 8;
  static final int PEAK60 = 9;
  static final int CHANGE10 = 10;
  static final int CHANGE60 = 11;
  static final int RECENT = 12;

  // What earlier days say.
  static final int BASE = 0;
  static final int NOW = 1;
  static final int HOUR = 2;
  static final int DRIFT = 3;
  static final int YESTERDAY = 4;
  static final int SLOT_PEAK = 5;
  static final int LAST_WEEK = 6;
  static final int LAST_WEEK_NOW = 7;
  static final int SLOT_CHANGE = 8;
  static final int CHANGE360 = 9;
  static final int SEASON = 10;

  /** Features of the location where there is a season. */
  static final int LOCATION = 20;

  /** Features of the location where there is none: the local ones and the constant. */
  static final int LOCATION_LOCAL = 14;

  /** Features of the spread. */
  static final int SPREAD = 11;

  /** Half width of the smoothing of a slot of the day, in minutes. */
  private static final int SMOOTH = 2;

  /** Earlier days in a slot's mean. */
  private static final int DAYS = 7;

  /** A season needs so many days of history. */
  static final int SEASON_DAYS = 3;

  /** Means, maxima and changes of the hour that ends with sample {@code e}. */
  static void recent(DemandHistory h, int e, double[] out) {
    int minute = h.minutes(1);
    out[R1] = h.mean(e - minute + 1, e);
    out[R2] = h.mean(e - h.minutes(2) + 1, e);
    out[R5] = h.mean(e - h.minutes(5) + 1, e);
    out[R15] = h.mean(e - h.minutes(15) + 1, e);
    out[R60] = h.mean(e - h.minutes(60) + 1, e);
    out[BEFORE1] = h.mean(e - 2 * minute + 1, e - minute);
    out[BEFORE5] = h.mean(e - 2 * h.minutes(5) + 1, e - h.minutes(5));
    out[PEAK5] = h.peak5(e);
    out[PEAK15] = h.peak15(e);
    out[PEAK60] = h.peak60(e);
    out[CHANGE10] = h.meanChange(e - h.minutes(10) + 1, e);
    out[CHANGE60] = h.meanChange(e - h.minutes(60) + 1, e);
    // Where a short span is absent, the next longer one speaks for it.
    out[R15] = orElse(out[R15], out[R60]);
    out[R5] = orElse(out[R5], out[R15]);
    out[R2] = orElse(out[R2], out[R5]);
    out[R1] = orElse(out[R1], out[R2]);
    out[BEFORE1] = orElse(out[BEFORE1], out[R1]);
    out[BEFORE5] = orElse(out[BEFORE5], out[R5]);
    out[PEAK15] = orElse(out[PEAK15], out[PEAK60]);
    out[PEAK5] = orElse(out[PEAK5], out[PEAK15]);
    out[CHANGE10] = orElse(out[CHANGE10], out[CHANGE60]);
  }

  /** Whether the last hour has a sample and two neighbours, so that no feature is absent. */
  static boolean known(double[] recent) {
    return !Double.isNaN(recent[R60]) && !Double.isNaN(recent[CHANGE60]);
  }

  /**
   * What earlier days say about the window of a decision that knows sample {@code e}.
   *
   * @param peaks means of the maxima over the widened window, {@link #slotPeaks}
   * @param recent what {@link #recent} gave; it stands in where there is no earlier day
   */
  static void season(
      DemandHistory h, DemandHistory.Means peaks, Window w, int e, double[] recent, double[] out) {
    int k = e + w.delay();
    int p = h.minutes(SMOOTH);
    int day = h.day;
    int week = 7 * day;
    int from = k + w.first() - p;
    int to = k + w.last() + p;
    double r60 = recent[R60];
    var y = h.levels();
    out[CHANGE360] = orElse(h.meanChange(e - h.minutes(360) + 1, e), recent[CHANGE60]);
    if (h.length < SEASON_DAYS * day) {
      withoutSeason(recent, out);
      return;
    }
    int minute = h.minutes(1);
    int nowFrom = e - minute + 1 - p;
    int nowTo = e + p;
    int quarter = h.minutes(15);
    double base = y.onEarlierDays(k, from, to, day, DAYS, r60);
    double now = y.onEarlierDays(k, nowFrom, nowTo, day, DAYS, r60);
    out[BASE] = base;
    out[NOW] = now;
    out[HOUR] = y.onEarlierDays(k, e - quarter + 1, e, day, DAYS, r60);
    double drift = h.mean(e - day + 1, e) - h.mean(e - 7 * day + 1, e);
    out[DRIFT] = orElse(drift, 0);
    out[YESTERDAY] = k < day ? base : orElse(h.mean(from - day, to - day), base);
    out[SLOT_PEAK] = peaks.onEarlierDays(k, from, from, day, DAYS, r60);
    out[LAST_WEEK] = k < week ? base : orElse(h.mean(from - week, to - week), base);
    out[LAST_WEEK_NOW] = k < week ? now : orElse(h.mean(nowFrom - week, nowTo - week), now);
    int hour = h.minutes(60);
    out[SLOT_CHANGE] =
        h.changes().onEarlierDays(k, k - hour, k + hour, day, DAYS, recent[CHANGE60]);
  }

  /** What stands for earlier days where there are too few: the last hour. */
  static void withoutSeason(double[] recent, double[] out) {
    double r60 = recent[R60];
    out[BASE] = r60;
    out[NOW] = r60;
    out[HOUR] = r60;
    out[DRIFT] = 0;
    out[YESTERDAY] = r60;
    out[SLOT_PEAK] = recent[PEAK60];
    out[LAST_WEEK] = r60;
    out[LAST_WEEK_NOW] = r60;
    out[SLOT_CHANGE] = out[CHANGE360];
  }

  /** Means of the highest {@code y} over a window widened by the smoothing of a slot. */
  static DemandHistory.Means slotPeaks(DemandHistory h, Window w) {
    return new DemandHistory.Means(h.forwardMax(w.width() + 2 * h.minutes(SMOOTH)));
  }

  /**
   * The features of location and spread.
   *
   * @param location {@link #LOCATION} numbers, or {@link #LOCATION_LOCAL} where there is no season
   * @param spread {@link #SPREAD} numbers
   */
  static void fill(double[] r, double[] s, double[] location, double[] spread) {
    double base = s[BASE];
    double now = s[NOW];
    double hour = s[HOUR];
    double r1 = r[R1];
    // How far the present is from where the season says it should be.
    location[0] = r1 - now;
    location[1] = r[R2] - now;
    location[2] = r[R5] - now;
    location[3] = r[R15] - hour;
    location[4] = r[R60] - hour;
    location[5] = base - now; // lets the fit forget the season
    location[6] = r1 - r[BEFORE1];
    location[7] = r[R5] - r[BEFORE5];
    location[8] = r[PEAK5] - r1;
    location[9] = r[PEAK15] - r1;
    location[10] = r[PEAK60] - r1;
    location[11] = r[CHANGE10];
    location[12] = r[CHANGE60];
    int i = 13;
    if (location.length == LOCATION) {
      location[i++] = s[DRIFT];
      location[i++] = s[YESTERDAY] - base;
      location[i++] = s[SLOT_PEAK] - base;
      location[i++] = s[LAST_WEEK] - base;
      location[i++] = s[LAST_WEEK] - s[LAST_WEEK_NOW] - (base - now);
      location[i++] = s[SLOT_CHANGE];
    }
    location[i] = 1;
    spread[0] = 1;
    spread[1] = base;
    spread[2] = r1;
    spread[3] = Math.abs(r1 - now);
    spread[4] = r[CHANGE10];
    spread[5] = r[CHANGE60];
    spread[6] = s[CHANGE360];
    spread[7] = s[SLOT_CHANGE];
    spread[8] = Math.abs(r1 - r[BEFORE1]);
    spread[9] = r[PEAK15] - r1;
    spread[10] = Math.abs(base - now);
  }

  private static double orElse(double value, double otherwise) {
    return Double.isNaN(value) ? otherwise : value;
  }
}
