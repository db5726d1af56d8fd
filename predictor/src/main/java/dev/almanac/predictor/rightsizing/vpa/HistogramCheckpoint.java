package dev.almanac.predictor.rightsizing.vpa;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A histogram as it is stored.
 *
 * @param reference time at which a sample has its own weight; midnight of the year 1 when unset
 * @param totalWeight at the reference time; finite, at least 0
 * @param weights by bucket, relative to each other, each of 32 bits without a sign
 */
public record HistogramCheckpoint(
    Instant reference, double totalWeight, SortedMap<Integer, Long> weights) {

  private static final long LARGEST_WEIGHT = 0xFFFF_FFFFL;

  /** Refuses what no histogram can have written. */
  public HistogramCheckpoint {
    if (!(totalWeight >= 0) || Double.isInfinite(totalWeight)) {
      throw new IllegalArgumentException(
          "the total weight of a checkpoint must be finite and at least 0, was " + totalWeight);
    }
    for (Map.Entry<Integer, Long> entry : weights.entrySet()) {
      if (entry.getKey() < 0 || entry.getValue() < 0 || entry.getValue() > LARGEST_WEIGHT) {
        throw new IllegalArgumentException(
            "a checkpoint has buckets from 0 on and weights of 0 to %d, not %d and %d"
                .formatted(LARGEST_WEIGHT, entry.getKey(), entry.getValue()));
      }
    }
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
  }

  /** The reference time, when the histogram ages and has had a sample. */
  public Optional<Instant> referenceTime() {
    return reference.equals(Histogram.UNSET) ? Optional.empty() : Optional.of(reference);
  }
}
