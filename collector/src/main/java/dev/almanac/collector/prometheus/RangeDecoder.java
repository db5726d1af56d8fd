package dev.almanac.collector.prometheus;

import dev.almanac.collector.prometheus.AnswerDecoder.Defect;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Turns the bytes of {@code query_range} answers into one series on the grid that was asked for,
 * without a tree and without an object per sample.
 *
 * <ul>
 *   <li>NaN, infinite, negative and absurd ({@code > 1e18}) samples are absent in the series; when
 *       the newest sample of the answer is one, the whole reading is Invalid, so that old data
 *       never stand for it.
 *   <li>A point off the grid, out of order, twice, or outside the range, and a second series:
 *       Invalid.
 *   <li>No point at all: NoData. Warnings: Partial.
 *   <li>A step that is a multiple of the one asked for, from the first point to the last, is
 *       Invalid: it would pass for a series with many gaps.
 * </ul>
 *
 * Feed the body of one answer, then {@link #finish}. The source, which cuts long ranges, puts a
 * {@link #next} between the bodies of one range.
 */
public final class RangeDecoder {
  /**
   * No demand of a workload comes near it, and sums and products of smaller ones stay finite: a
   * value like 1e308 is an overflow somewhere, not a measurement.
   */
  static final double MAX_VALUE = 1e18;

  /** Fewer equidistant points than this may be chance. */
  private static final int MIN_POINTS_TO_SEE_A_STEP = 8;

  private static final int MAX_LABEL_CHARS = 1 << 16;
  private static final Set<String> MATRIX = Set.of("matrix");

  private final long startEpochSecond;
  private final int stepSeconds;
  private final double[] values;
  private final List<String> warnings = new ArrayList<>();

  private AnswerDecoder answer = new AnswerDecoder(new Grid(), MATRIX);
  private int first;
  private int last;
  private boolean seriesSeen;
  private SortedMap<String, String> labels = new TreeMap<>();
  private Optional<SortedMap<String, String>> earlierLabels = Optional.empty();
  private int labelChars;

  private int newest = -1; // Index of the newest sample, usable or not.
  private double newestValue;
  private int firstSample = -1;
  private int samples;
  private int stride; // Distance of all samples so far; 0 when not all are the same.

  /**
   * A decoder for the answers about one range.
   *
   * @param startEpochSecond the {@code start} of the request
   * @param stepSeconds the {@code step} of the request, 1 to 86,400
   * @param points number of grid points, at least 1
   */
  public RangeDecoder(long startEpochSecond, int stepSeconds, int points) {
    this.startEpochSecond = startEpochSecond;
    this.stepSeconds = stepSeconds;
    this.values = new double[points];
    Arrays.fill(values, Double.NaN);
    this.last = points - 1;
  }

  /**
   * Begins another body that answers for a part of the range only.
   *
   * @param firstIndex its first grid point, after all points of earlier bodies
   * @param points how many
   */
  void next(int firstIndex, int points) {
    first = firstIndex;
    last = firstIndex + points - 1;
    answer = new AnswerDecoder(new Grid(), MATRIX);
    seriesSeen = false;
    labels = new TreeMap<>();
    labelChars = 0;
  }

  /**
   * Takes the next bytes of a body; they may end anywhere.
   *
   * @return false once the answer is known to be Invalid: the rest need not be read
   */
  public boolean feed(byte[] bytes, int offset, int length) {
    return answer.feed(bytes, offset, length);
  }

  /** The decoder of the body that is being read. */
  AnswerDecoder answer() {
    return answer;
  }

  /** Ends a body. Empty when it is well-formed, otherwise what is wrong with it. */
  Optional<String> endBody() {
    answer.end();
    Optional<String> defect = answer.defect();
    if (defect.isEmpty()) {
      warnings.addAll(answer.warnings());
      if (seriesSeen) {
        if (earlierLabels.isPresent() && !earlierLabels.get().equals(labels)) {
          return Optional.of("the query yields more than one series");
        }
        earlierLabels = Optional.of(labels);
      }
    }
    return defect;
  }

  /** Ends the body and types what was read. */
  public SeriesReading finish() {
    Optional<String> defect = endBody();
    return defect.isPresent() ? new SeriesReading.Invalid(defect.get()) : reading();
  }

  /** Types what all bodies together said. */
  SeriesReading reading() {
    String warning = String.join("; ", warnings.stream().distinct().limit(3).toList());
    if (newest < 0) {
      return new SeriesReading.NoData(
          "no sample in the range" + (warning.isEmpty() ? "" : "; warnings: " + warning));
    }
    if (!usable(newestValue)) {
      return new SeriesReading.Invalid(
          "the newest sample, of %s, is %s".formatted(instantAt(newest), newestValue));
    }
    if (stride > 1
        && samples >= MIN_POINTS_TO_SEE_A_STEP
        && firstSample < stride
        && newest + stride >= values.length) {
      return new SeriesReading.Invalid(
          "samples come every %d s, asked for every %d s"
              .formatted((long) stride * stepSeconds, stepSeconds));
    }
    TimeSeries series = new TimeSeries(startEpochSecond, stepSeconds, values);
    return warning.isEmpty()
        ? new SeriesReading.Present(series)
        : new SeriesReading.Partial(series, "warnings: " + warning);
  }

  /** Whether a value can be a measurement: finite, not negative, not absurd. False for NaN. */
  static boolean usable(double value) {
    return value >= 0 && value <= MAX_VALUE;
  }

  private Instant instantAt(int index) {
    return Instant.ofEpochSecond(startEpochSecond + (long) index * stepSeconds);
  }

  /** Puts samples at their places; the answer decoder calls it for each. */
  private final class Grid implements AnswerDecoder.Samples {
    @Override
    public void series() throws Defect {
      if (seriesSeen) {
        throw new Defect("the query yields more than one series");
      }
      seriesSeen = true;
    }

    @Override
    public void label(String name, String value) throws Defect {
      labelChars += name.length() + value.length();
      if (labelChars > MAX_LABEL_CHARS) {
        throw new Defect("the labels of the series are longer than 64 Ki characters");
      }
      labels.put(name, value);
    }

    @Override
    public void sample(long epochMillis, double value) throws Defect {
      long offset = epochMillis - startEpochSecond * 1000;
      long index = offset / (stepSeconds * 1000L);
      if (offset != index * stepSeconds * 1000L || index < first || index > last) {
        throw new Defect(
            "a point of %s lies off the grid that was asked for"
                .formatted(Instant.ofEpochMilli(epochMillis)));
      }
      int i = (int) index;
      if (i <= newest) {
        throw new Defect("points at or before %s come twice or late".formatted(instantAt(newest)));
      }
      if (newest < 0) {
        firstSample = i;
      } else if (samples == 1) {
        stride = i - newest;
      } else if (stride != i - newest) {
        stride = 0;
      }
      samples++;
      newest = i;
      newestValue = value;
      if (usable(value)) {
        values[i] = value + 0.0; // Turns -0.0 into 0.0.
      }
    }
  }
}
