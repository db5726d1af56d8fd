package dev.almanac.collector.prometheus;

import dev.almanac.collector.prometheus.AnswerDecoder.Defect;
import dev.almanac.collector.promql.PromQl;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Turns the bytes of {@code query_range} answers into any number of series on one grid. Samples
 * that cannot be a measurement are absent, as in {@link RangeDecoder}; a point off the grid ends
 * the reading.
 */
final class MatrixDecoder implements AnswerDecoder.Samples {
  /** A person looks at a hundred; a thousand is a whole cluster. */
  static final int MAX_SERIES = 1_000;

  /** 160 MB of samples in all series. */
  static final long MAX_POINTS = 20_000_000;

  private static final int MAX_LABEL_CHARS = 1 << 16;

  private final long startEpochSecond;
  private final int stepSeconds;
  private final int points;
  private final SequencedMap<String, double[]> series = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private AnswerDecoder answer = new AnswerDecoder(this, Set.of("matrix"));

  /** Of the series that is being read; its labels may come after its samples. */
  private SortedMap<String, String> labels = new TreeMap<>();

  private int[] at = new int[256];
  private double[] values = new double[256];
  private int samples;
  private int labelChars;
  private boolean begun;

  MatrixDecoder(long startEpochSecond, int stepSeconds, int points) {
    this.startEpochSecond = startEpochSecond;
    this.stepSeconds = stepSeconds;
    this.points = points;
  }

  /** Begins another body. */
  AnswerDecoder next() {
    answer = new AnswerDecoder(this, Set.of("matrix"));
    begun = false;
    return answer;
  }

  /** Ends a body. Empty when it is well-formed, otherwise what is wrong with it. */
  Optional<String> endBody() {
    answer.end();
    if (answer.defect().isEmpty()) {
      try {
        endSeries();
      } catch (Defect e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
      warnings.addAll(answer.warnings());
    }
    return answer.defect();
  }

  int seriesSeen() {
    return series.size();
  }

  SeveralSeries read() {
    String said = String.join("; ", warnings.stream().distinct().limit(3).toList());
    SequencedMap<String, TimeSeries> byName = new LinkedHashMap<>();
    series.forEach(
        (name, grid) -> byName.put(name, new TimeSeries(startEpochSecond, stepSeconds, grid)));
    return byName.isEmpty()
        ? new SeveralSeries.None(
            "the query has no series in the range" + (said.isEmpty() ? "" : "; it says: " + said))
        : new SeveralSeries.Present(byName, said);
  }

  @Override
  public void series() throws Defect {
    endSeries();
    begun = true;
    labels = new TreeMap<>();
    labelChars = 0;
    samples = 0;
  }

  private void endSeries() throws Defect {
    if (!begun) {
      return;
    }
    begun = false;
    String name = PromQl.seriesName(labels);
    double[] grid = series.get(name);
    if (grid == null) {
      if (series.size() == MAX_SERIES) {
        throw new Defect("the query yields more than %,d series".formatted(MAX_SERIES));
      }
      if ((series.size() + 1L) * points > MAX_POINTS) {
        throw new Defect(
            "the query yields more than %,d points; choose a coarser --step or a shorter --history"
                .formatted(MAX_POINTS));
      }
      grid = new double[points];
      Arrays.fill(grid, Double.NaN);
      series.put(name, grid);
    }
    for (int i = 0; i < samples; i++) {
      grid[at[i]] = values[i];
    }
  }

  @Override
  public void label(String name, String value) throws Defect {
    labelChars += name.length() + value.length();
    if (labelChars > MAX_LABEL_CHARS) {
      throw new Defect("the labels of a series are longer than 64 Ki characters");
    }
    labels.put(name, value);
  }

  @Override
  public void sample(long epochMillis, double value) throws Defect {
    long offset = epochMillis - startEpochSecond * 1000;
    long index = offset / (stepSeconds * 1000L);
    if (offset != index * stepSeconds * 1000L || index < 0 || index >= points) {
      throw new Defect(
          "a point of %s lies off the grid that was asked for"
              .formatted(Instant.ofEpochMilli(epochMillis)));
    }
    if (!RangeDecoder.usable(value)) {
      return;
    }
    if (samples == at.length) {
      if (samples >= points) {
        throw new Defect("a series has more points than were asked for");
      }
      at = Arrays.copyOf(at, samples * 2);
      values = Arrays.copyOf(values, samples * 2);
    }
    at[samples] = (int) index;
    values[samples++] = value + 0.0; // Turns -0.0 into 0.0.
  }
}
