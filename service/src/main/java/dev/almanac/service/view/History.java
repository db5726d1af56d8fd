package dev.almanac.service.view;

import java.util.Arrays;

/**
 * What was, on a regular grid: point {@code i} of every array stands for the instant {@code
 * startEpochSecond + i * stepSeconds} and what followed until the next one. NaN means absent, which
 * is never zero and leaves a gap. All arrays have one length; they are shared, not copied, and
 * nobody writes to them after construction.
 *
 * @param startEpochSecond instant of the first point
 * @param stepSeconds distance of two points, at least 1
 * @param demand demand as measured, in the workload's unit
 * @param issuedP90 the 90 % point for this instant as it was issued one lead time before
 * @param needed replicas that this demand needed: demand over what one replica serves
 * @param ready replicas that served
 * @param desired replicas that the decisions asked for
 * @param plainHpa replicas that a plain HPA would have had serving, on the same demand and with the
 *     same start-up time
 * @param shortNow whether replicas were missing; false also where that is not known, and there
 *     {@code needed} or {@code ready} is NaN
 * @param plainHpaShort whether plain HPA would have missed replicas, likewise
 */
public record History(
    long startEpochSecond,
    int stepSeconds,
    double[] demand,
    double[] issuedP90,
    double[] needed,
    double[] ready,
    double[] desired,
    double[] plainHpa,
    boolean[] shortNow,
    boolean[] plainHpaShort) {

  /** What {@link #coarser} does to each line, for those who read the result. */
  public static final String COARSENING =
      "each point shows of the samples it stands for: the highest demand, issued p90, needed and"
          + " desired; the fewest replicas ready, ours and plain HPA's; short if any was";

  /** Checks the step and that the arrays have one length. */
  public History {
    if (stepSeconds < 1) {
      throw new IllegalArgumentException("step must be >= 1 s, was " + stepSeconds);
    }
    int n = demand.length;
    if (issuedP90.length != n
        || needed.length != n
        || ready.length != n
        || desired.length != n
        || plainHpa.length != n
        || shortNow.length != n
        || plainHpaShort.length != n) {
      throw new IllegalArgumentException("lines differ in length");
    }
  }

  /** Number of points. */
  public int length() {
    return demand.length;
  }

  /** Instant of a point; the index may lie outside. */
  public long epochSecondAt(int index) {
    return startEpochSecond + (long) index * stepSeconds;
  }

  /**
   * The same with a step {@code factor} times as long, never hiding a shortage: see {@link
   * #COARSENING}. Points lie on whole multiples of the new step since 1970, so two histories that
   * overlap agree on the points that both saw whole. A point without any present sample is NaN.
   *
   * @param factor at least 1
   */
  public History coarser(int factor) {
    if (factor < 1) {
      throw new IllegalArgumentException("factor must be >= 1, was " + factor);
    }
    if (factor == 1 || length() == 0) {
      return this;
    }
    int step = Math.multiplyExact(stepSeconds, factor);
    long first = Math.floorDiv(startEpochSecond, step);
    long last = Math.floorDiv(epochSecondAt(length() - 1), step);
    int n = Math.toIntExact(last - first + 1);
    int[] bucket = new int[length()];
    for (int i = 0; i < bucket.length; i++) {
      bucket[i] = (int) (Math.floorDiv(epochSecondAt(i), step) - first);
    }
    return new History(
        first * step,
        step,
        extreme(demand, bucket, n, 1),
        extreme(issuedP90, bucket, n, 1),
        extreme(needed, bucket, n, 1),
        extreme(ready, bucket, n, -1),
        extreme(desired, bucket, n, 1),
        extreme(plainHpa, bucket, n, -1),
        any(shortNow, bucket, n),
        any(plainHpaShort, bucket, n));
  }

  /**
   * Highest (sign 1) or lowest (sign -1) present sample of each bucket, NaN where there is none.
   */
  private static double[] extreme(double[] samples, int[] bucket, int n, int sign) {
    double[] result = new double[n];
    Arrays.fill(result, Double.NaN);
    for (int i = 0; i < samples.length; i++) {
      double so = result[bucket[i]];
      if (Double.isNaN(so) || sign * samples[i] > sign * so) {
        result[bucket[i]] = samples[i];
      }
    }
    return result;
  }

  private static boolean[] any(boolean[] samples, int[] bucket, int n) {
    boolean[] result = new boolean[n];
    for (int i = 0; i < samples.length; i++) {
      result[bucket[i]] |= samples[i];
    }
    return result;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof History h
        && h.startEpochSecond == startEpochSecond
        && h.stepSeconds == stepSeconds
        && Arrays.equals(h.demand, demand)
        && Arrays.equals(h.issuedP90, issuedP90)
        && Arrays.equals(h.needed, needed)
        && Arrays.equals(h.ready, ready)
        && Arrays.equals(h.desired, desired)
        && Arrays.equals(h.plainHpa, plainHpa)
        && Arrays.equals(h.shortNow, shortNow)
        && Arrays.equals(h.plainHpaShort, plainHpaShort);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(startEpochSecond) + Arrays.hashCode(demand);
  }

  @Override
  public String toString() {
    return "History[%d + %d x %d s]".formatted(startEpochSecond, length(), stepSeconds);
  }
}
