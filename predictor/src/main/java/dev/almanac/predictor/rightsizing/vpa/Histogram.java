package dev.almanac.predictor.rightsizing.vpa;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Weighted samples by bucket, in which newer samples may weigh more than older ones.
 *
 * <p>Source: kubernetes/autoscaler, {@code recommender/util/histogram.go} and {@code
 * decaying_histogram.go}. Not thread safe.
 */
public final class Histogram {
  /*
   * A sample at time t weighs weight * 2^((t - reference) / halfLife): instead of making what is there
   * lighter with each sample, the new ones are made heavier. Before that overflows, the reference moves on
   * and everything is scaled once.
   *
   * Two marks enclose the buckets that count. A bucket below epsilon does not move them, though its weight
   * is in the total; that, and which operations trim them, is observable in percentiles and checkpoints and
   * therefore kept as it is.
   */

  /** What a time is before it is set: midnight of the year 1, the zero time of the reference. */
  static final Instant UNSET = Instant.parse("0001-01-01T00:00:00Z");

  /** Half lives between reference and sample at which the reference moves. */
  private static final int MOST_HALF_LIVES = 100;

  /** The largest weight in a checkpoint. */
  private static final int CHECKPOINT_WEIGHT = 10_000;

  /** A hundred of them must fit into the 292 years of 64 bit nanoseconds. */
  private static final Duration LONGEST_HALF_LIFE = Duration.ofDays(365);

  private final BucketLayout layout;

  /** In nanoseconds; 0 for samples that do not age. */
  private final long halfLife;

  private final double[] weights;
  private double total;
  private int first;
  private int last;
  private Instant reference = UNSET;

  private Histogram(BucketLayout layout, long halfLife) {
    this.layout = layout;
    this.halfLife = halfLife;
    weights = new double[layout.count()];
    first = layout.count() - 1;
  }

  /** An empty histogram whose samples keep their weight. */
  public static Histogram plain(BucketLayout layout) {
    return new Histogram(layout, 0);
  }

  /**
   * An empty histogram whose samples lose half of their weight in each half life.
   *
   * @param halfLife whole seconds, 1 s to 365 days
   */
  public static Histogram decaying(BucketLayout layout, Duration halfLife) {
    if (halfLife.getNano() != 0
        || !halfLife.isPositive()
        || halfLife.compareTo(LONGEST_HALF_LIFE) > 0) {
      throw new IllegalArgumentException(
          "a half life must be whole seconds, 1 s to 365 days, was " + halfLife);
    }
    return new Histogram(layout, halfLife.toNanos());
  }

  /**
   * Adds a sample.
   *
   * @param value finite
   * @param weight finite, at least 0
   */
  public void add(double value, double weight, Instant time) {
    double aged = aged(value, weight, time);
    int bucket = layout.find(value);
    weights[bucket] += aged;
    total += aged;
    if (weights[bucket] >= layout.epsilon()) {
      first = Math.min(first, bucket);
      last = Math.max(last, bucket);
    }
  }

  /** Takes a sample out that was added with the same value, weight and time. */
  public void subtract(double value, double weight, Instant time) {
    double aged = aged(value, weight, time);
    int bucket = layout.find(value);
    total = withoutRest(total - aged);
    weights[bucket] = withoutRest(weights[bucket] - aged);
    trim();
  }

  private double withoutRest(double weight) {
    return weight < layout.epsilon() ? 0 : weight;
  }

  private double aged(double value, double weight, Instant time) {
    if (!Double.isFinite(value) || !(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          "a sample needs a finite value and a finite weight of at least 0: %s, %s"
              .formatted(value, weight));
    }
    if (halfLife == 0) {
      return weight;
    }
    if (time.isAfter(reference.plusNanos(MOST_HALF_LIVES * halfLife))) {
      moveReference(time);
    }
    return weight * Binary64.exp2((double) Nanoseconds.between(reference, time) / halfLife);
  }

  private void moveReference(Instant time) {
    Instant rounded = Nanoseconds.round(time, halfLife);
    double halfLives = (double) Nanoseconds.between(rounded, reference) / halfLife;
    double factor = Math.scalb(1.0, (int) Math.floor(halfLives + 0.5));
    for (int i = first; i <= last; i++) {
      weights[i] *= factor;
    }
    total *= factor;
    trim();
    reference = rounded;
  }

  /** Moves the marks off buckets that count as empty. */
  private void trim() {
    while (weights[first] < layout.epsilon() && first < weights.length - 1) {
      first++;
    }
    while (weights[last] < layout.epsilon() && last > 0) {
      last--;
    }
  }

  /**
   * Adds everything that is in another histogram. The later reference time of the two becomes that
   * of both, so the other one may change as well (not in its percentiles).
   *
   * @param other of the same layout and half life
   */
  public void merge(Histogram other) {
    if (!layout.equals(other.layout) || halfLife != other.halfLife) {
      throw new IllegalArgumentException(
          "only histograms of one layout and half life merge: %s, %d ns; %s, %d ns"
              .formatted(layout, halfLife, other.layout, other.halfLife));
    }
    if (reference.isBefore(other.reference)) {
      moveReference(other.reference);
    } else if (other.reference.isBefore(reference)) {
      other.moveReference(reference);
    }
    for (int i = other.first; i <= other.last; i++) {
      weights[i] += other.weights[i];
    }
    total += other.total;
    first = Math.min(first, other.first);
    last = Math.max(last, other.last);
  }

  /**
   * The end of the bucket in which the running weight reaches a share of the total: at most one
   * bucket too high, never too low. No interpolation.
   *
   * @param share of the weight; 0 and less ask for the lowest bucket, 1 and more for the highest
   * @return 0 when empty; the start of the last bucket when that is the one
   */
  public double percentile(double share) {
    if (isEmpty()) {
      return 0;
    }
    double threshold = share * total;
    double below = 0;
    int bucket = first;
    while (bucket < last) {
      below += weights[bucket];
      if (below >= threshold) {
        break;
      }
      bucket++;
    }
    return layout.start(Math.min(bucket + 1, layout.count() - 1));
  }

  /** Whether the lowest bucket that counts holds next to nothing. */
  public boolean isEmpty() {
    return weights[first] < layout.epsilon();
  }

  /** Sum of all weights, at the reference time. */
  public double totalWeight() {
    return total;
  }

  /** Weight of one bucket, at the reference time. */
  public double weight(int bucket) {
    return weights[bucket];
  }

  /** The state with weights as integers up to 10,000. Buckets far below the largest are dropped. */
  public HistogramCheckpoint checkpoint() {
    double largest = 0;
    for (int i = first; i <= last; i++) {
      largest = Math.max(largest, weights[i]);
    }
    double ratio = CHECKPOINT_WEIGHT / largest;
    SortedMap<Integer, Long> saved = new TreeMap<>();
    for (int i = first; i <= last; i++) {
      long weight = (long) Math.floor(weights[i] * ratio + 0.5);
      if (weight > 0) {
        saved.put(i, weight);
      }
    }
    return new HistogramCheckpoint(reference, total, saved);
  }

  /**
   * Adds what a checkpoint holds and takes its reference time. Refused, with nothing changed, when
   * a bucket is not of this layout.
   */
  public void load(HistogramCheckpoint checkpoint) {
    long sum = 0;
    for (Map.Entry<Integer, Long> entry : checkpoint.weights().entrySet()) {
      sum += entry.getValue();
      if (entry.getKey() >= weights.length) {
        throw new IllegalArgumentException(
            "the checkpoint has bucket %d, the histogram has %d buckets"
                .formatted(entry.getKey(), weights.length));
      }
    }
    if (sum > 0) {
      double ratio = checkpoint.totalWeight() / sum;
      checkpoint
          .weights()
          .forEach((bucket, weight) -> {
            first = Math.min(first, bucket);
            last = Math.max(last, bucket);
            weights[bucket] += weight * ratio;
          });
      total += checkpoint.totalWeight();
      trim();
    }
    if (halfLife != 0) {
      reference = checkpoint.reference();
    }
  }
}
