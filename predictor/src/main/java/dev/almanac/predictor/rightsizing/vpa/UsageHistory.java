package dev.almanac.predictor.rightsizing.vpa;

import java.time.Instant;

/** Where the samples of containers go. */
interface UsageHistory {

  /** One CPU sample. */
  void addCpu(double cores, Instant time);

  /** One peak of an interval, stamped with the end of the interval. */
  void addMemoryPeak(double bytes, Instant time);

  /** Takes a peak back that a higher one of the same interval replaces. */
  void subtractMemoryPeak(double bytes, Instant time);
}
