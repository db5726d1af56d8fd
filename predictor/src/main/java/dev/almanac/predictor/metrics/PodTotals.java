package dev.almanac.predictor.metrics;

import java.util.List;

/**
 * What the pods of a workload say about one metric, summed up as far as HPA's rule for per-pod
 * metrics asks, and no further: the rule's answer from these sums is its answer from the pods. A
 * decision that rests on a thousand pods is thus recorded in a few numbers.
 *
 * @param samples samples that count: those of ready pods and, for averages, of pods that the
 *     selector does not match
 * @param matched samples of pods whose request is known; for averages all of them
 * @param sumMilli sum of the matched samples, in milli-units
 * @param requestMilli what the matched pods request, in milli-units; 0 for averages
 * @param ready pods that are there, have a sample and are past their start
 * @param missing pods that are there and have no sample, by what they request
 * @param unready pods that are starting
 * @param unreadyRequestMilli what those request, in milli-units; 0 for averages
 */
public record PodTotals(
    int samples,
    int matched,
    long sumMilli,
    long requestMilli,
    int ready,
    List<Missing> missing,
    int unready,
    long unreadyRequestMilli) {

  /**
   * Pods without a sample that request the same.
   *
   * @param pods how many, at least 1
   * @param requestMilli of each, in milli-units, at least 0; 0 for averages
   */
  public record Missing(int pods, long requestMilli) {
    /** Refuses an empty group. */
    public Missing {
      if (pods < 1 || requestMilli < 0) {
        throw new IllegalArgumentException(
            "no group: %d pods of %d m".formatted(pods, requestMilli));
      }
    }
  }

  /** Copies the list; refuses negative counts, and sums over nothing. */
  public PodTotals {
    missing = List.copyOf(missing);
    if (matched < 1 || samples < matched || ready < 0 || unready < 0 || requestMilli < 0) {
      throw new IllegalArgumentException(
          "no sums: %d samples, %d matched, %d ready, %d unready, %d m requested"
              .formatted(samples, matched, ready, unready, requestMilli));
    }
  }

  /** Pods without a sample. */
  public int missingPods() {
    return missing.stream().mapToInt(Missing::pods).sum();
  }
}
