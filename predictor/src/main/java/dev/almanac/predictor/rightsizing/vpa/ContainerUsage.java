package dev.almanac.predictor.rightsizing.vpa;

import java.time.Instant;

/**
 * One running container: which of its samples count, and its memory peak in each interval ({@code
 * recommender/model/container.go}).
 *
 * <p>Not thread safe.
 */
public final class ContainerUsage {
  private final VpaSettings settings;
  private final UsageHistory history;
  private Instant lastCpu = Histogram.UNSET;
  private Instant lastMemory = Histogram.UNSET;
  private Instant windowEnd = Histogram.UNSET;
  private long memoryPeak;
  private long oomPeak;

  /** A container that has just started, whose samples go to an aggregate. */
  public ContainerUsage(VpaSettings settings, Aggregate aggregate) {
    this(settings, (UsageHistory) aggregate);
  }

  ContainerUsage(VpaSettings settings, UsageHistory history) {
    this.settings = settings;
    this.history = history;
  }

  /**
   * A CPU sample. Counts when it is not negative and later than the last one.
   *
   * @return whether it counts
   */
  public boolean addCpu(long millicores, Instant time) {
    if (millicores < 0 || !time.isAfter(lastCpu)) {
      return false;
    }
    history.addCpu(Amount.cores(millicores), time);
    lastCpu = time;
    return true;
  }

  /**
   * A sample of the working set. Counts when it is not negative and not earlier than the last one.
   *
   * @return whether it counts
   */
  public boolean addMemory(long bytes, Instant time) {
    if (bytes < 0 || time.isBefore(lastMemory)) {
      return false;
    }
    addPeak(bytes, time, false);
    return true;
  }

  /**
   * An OOM kill. It was at its request or at its peak, whichever is higher, and needs some more
   * than that; an earlier OOM of the same interval is not built upon, so repeats do not run away.
   * Does not count when it is a whole interval older than the last memory sample.
   *
   * @param requestBytes the memory request at that time, at least 0
   * @return whether it counts
   */
  public boolean recordOom(long requestBytes, Instant time) {
    if (!lastMemory.equals(Histogram.UNSET)
        && time.isBefore(lastMemory.minus(settings.memoryInterval()))) {
      return false;
    }
    long used = Math.max(requestBytes, memoryPeak);
    long needed =
        Math.max(
            used + Amount.of(settings.oomMinBumpBytes()),
            Amount.scale(used, settings.oomBumpRatio()));
    addPeak(needed, time, true);
    return true;
  }

  /** The highest memory of the open interval, OOM kills included. */
  public long peakBytes() {
    return Math.max(memoryPeak, oomPeak);
  }

  /** The end of the open interval, at which its peak is stamped; unset before the first sample. */
  Instant windowEnd() {
    return windowEnd;
  }

  /*
   * A higher sample replaces the peak of its interval. When the peak is 0 it stays as it is: the reference
   * takes 0 for "no peak to subtract" and then does not add either.
   */
  private void addPeak(long bytes, Instant time, boolean oom) {
    lastMemory = time;
    if (windowEnd.equals(Histogram.UNSET)) {
      windowEnd = time;
    }
    if (time.isBefore(windowEnd)) {
      long peak = peakBytes();
      if (peak == 0 || bytes <= peak) {
        return;
      }
      history.subtractMemoryPeak(peak, windowEnd);
    } else {
      long interval = settings.memoryInterval().toNanos();
      long intervals = Nanoseconds.between(windowEnd, time) / interval + 1;
      windowEnd = windowEnd.plus(settings.memoryInterval().multipliedBy(intervals));
      memoryPeak = 0;
      oomPeak = 0;
    }
    history.addMemoryPeak(bytes, windowEnd);
    if (oom) {
      oomPeak = bytes;
    } else {
      memoryPeak = bytes;
    }
  }
}
