package dev.almanac.predictor.rightsizing.vpa;

import java.util.Arrays;

/**
 * How a histogram cuts the values from 0 up into buckets.
 *
 * <p>Bucket 0 begins at 0; each next one is {@code ratio} times as wide as the one before. The last
 * bucket takes everything above. With ratio 1 all are equally wide.
 *
 * <p>Source: kubernetes/autoscaler, {@code recommender/util/histogram_options.go}.
 */
public final class BucketLayout {
  /** 5 % wider from bucket to bucket, so that an answer is at most 5 % high. */
  private static final double RATIO = 1.05;

  /** A thousandth of the weight of one CPU sample. */
  private static final double EPSILON = 0.001 * Aggregate.CPU_SAMPLE_WEIGHT;

  /** No layout in use has more than a few hundred buckets; more is a mistake in the arguments. */
  private static final int MOST_BUCKETS = 100_000;

  /** CPU in cores: the first bucket 10 millicores wide, up to 1000 cores. 176 buckets. */
  public static final BucketLayout CPU = exponential(1000, 0.01, RATIO, EPSILON);

  /** Memory in bytes: the first bucket 10 MB wide, up to 1 TB. 176 buckets. */
  public static final BucketLayout MEMORY = exponential(1e12, 1e7, RATIO, EPSILON);

  private final double first;
  private final double ratio;
  private final double epsilon;
  private final double[] starts;

  private BucketLayout(double first, double ratio, double epsilon, double[] starts) {
    this.first = first;
    this.ratio = ratio;
    this.epsilon = epsilon;
    this.starts = starts;
  }

  /**
   * Buckets of one width.
   *
   * @param max everything from here on is in the last bucket; positive
   * @param size width, positive
   * @param epsilon weight below which a bucket counts as empty; positive
   */
  public static BucketLayout linear(double max, double size, double epsilon) {
    double[] starts = new double[count(Math.ceil(max / size), max, size, epsilon)];
    Arrays.setAll(starts, i -> i * size);
    return new BucketLayout(size, 1, epsilon, starts);
  }

  /**
   * Buckets of growing width: bucket i starts at {@code first (ratio^i - 1) / (ratio - 1)}.
   *
   * @param max everything from here on is in the last bucket; positive
   * @param first width of bucket 0, positive
   * @param ratio width of a bucket over that of the one before, above 1
   * @param epsilon weight below which a bucket counts as empty; positive
   */
  public static BucketLayout exponential(double max, double first, double ratio, double epsilon) {
    if (!(ratio > 1 && ratio < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the ratio must be above 1, was " + ratio);
    }
    double last = Math.ceil(index(max, first, ratio));
    double[] starts = new double[count(last, max, first, epsilon)];
    for (int i = 1; i < starts.length; i++) {
      starts[i] = first * (Binary64.pow(ratio, i) - 1) / (ratio - 1);
    }
    return new BucketLayout(first, ratio, epsilon, starts);
  }

  private static int count(double last, double max, double first, double epsilon) {
    if (!(max > 0 && first > 0 && epsilon > 0 && last < MOST_BUCKETS)) {
      throw new IllegalArgumentException(
          "maximum, bucket size and epsilon must be positive and give at most %d buckets: %s, %s, %s"
              .formatted(MOST_BUCKETS, max, first, epsilon));
    }
    return (int) last + 1;
  }

  /** Number of buckets. */
  public int count() {
    return starts.length;
  }

  /**
   * The bucket of a value: below 0 the first, above the maximum the last. Rounding puts a value
   * exactly on the start of bucket i, i at least 2, into bucket i - 1 of an exponential layout.
   *
   * @param value not NaN
   */
  public int find(double value) {
    if (value < first) {
      return 0;
    }
    double bucket = ratio == 1 ? value / first : index(value, first, ratio);
    return (int) Math.min(bucket, starts.length - 1);
  }

  private static double index(double value, double first, double ratio) {
    return Binary64.log(value * (ratio - 1) / first + 1) / Binary64.log(ratio);
  }

  /** Lower end of a bucket. */
  public double start(int bucket) {
    return starts[bucket];
  }

  /** Weight below which a bucket counts as empty. */
  public double epsilon() {
    return epsilon;
  }

  /** Equal when all buckets and the epsilon are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof BucketLayout o
        && epsilon == o.epsilon
        && ratio == o.ratio
        && Arrays.equals(starts, o.starts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(starts);
  }

  @Override
  public String toString() {
    return "%d buckets, first %s, ratio %s".formatted(starts.length, first, ratio);
  }
}
