package dev.almanac.predictor.forecast;

final class Fl {
  static double d(String k, double o) {
    return Double.parseDouble(System.getProperty(k, "" + o));
  }

  static final double GUARD = d("guard", 0);
  static final double GUARDLONG = d("guardlong", 1);
  static final int EDAY = (int) d("eday", 0),
      EWEEK = (int) d("eweek", 0),
      EWH = (int) d("ewh", 0),
      EW24 = (int) d("ew24", 0);
  static final int EXTRA = (EDAY > 0 ? 1 : 0),
      EXTRAW = (EWEEK > 0 ? 1 : 0) + (EWH > 0 ? 1 : 0) + (EW24 > 0 ? 1 : 0);
  static final int[] MEMBERS =
      java.util.Arrays.stream(System.getProperty("members.kinds", "0,1").split(","))
          .mapToInt(Integer::parseInt)
          .toArray();
  static final double MIXPOW = d("mixpow", 0), MIXHL = d("mixhl", 2), PRIOR0 = d("prior0", .8);
  static final int MSTEP = (int) d("mstep", 1);
  static final int ROWS = (int) d("rows", 1200);
  static final double MINHL = d("minhl", 2), HL = d("hl", 10), HLP = d("hlp", .4);
  static final double PEN0 = d("pen0", 0);
}
