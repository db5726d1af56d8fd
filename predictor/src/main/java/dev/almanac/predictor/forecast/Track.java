package dev.almanac.predictor.forecast;

/** Numbers on the grid, NaN where absent, of which entries and the means of spans are asked. */
sealed interface Track permits WholeTrack, KeptTrack {

  /** Entries, absent ones too. */
  int length();

  /** An entry; NaN where it is absent. */
  double at(int i);

  /** Mean of the present entries from {@code a} on and before {@code b}; NaN without any. */
  double mean(int a, int b);
}
