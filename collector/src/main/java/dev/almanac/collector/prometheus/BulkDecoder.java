package dev.almanac.collector.prometheus;

import dev.almanac.collector.prometheus.AnswerDecoder.Defect;
import dev.almanac.collector.prometheus.BulkAnswer.Labelled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Turns the bytes of an answer into series with their labels, kept apart as they came. Label names
 * and values, of which a cluster repeats few, are kept once.
 */
final class BulkDecoder implements StoreClient.Body, AnswerDecoder.Samples {
  private static final int MAX_LABEL_CHARS = 1 << 16;

  private final AnswerDecoder answer;
  private final long startEpochSecond;
  private final int stepSeconds;
  private final int points;
  private final List<Labelled> series = new ArrayList<>();
  private final Map<String, String> texts = new HashMap<>();
  private long bytes;
  private boolean begun;
  private Map<String, String> labels = new HashMap<>();
  private int labelChars;
  private int[] at = new int[64];
  private double[] values = new double[64];
  private int samples;

  /** For a {@code query_range} answer. */
  static BulkDecoder ofRange(long startEpochSecond, int stepSeconds, int points) {
    return new BulkDecoder("matrix", startEpochSecond, stepSeconds, points);
  }

  /** For the answer at one instant: every series has its sample at grid point 0. */
  static BulkDecoder ofInstant() {
    return new BulkDecoder("vector", 0, 0, 1);
  }

  private BulkDecoder(String type, long startEpochSecond, int stepSeconds, int points) {
    this.answer = new AnswerDecoder(this, Set.of(type));
    this.startEpochSecond = startEpochSecond;
    this.stepSeconds = stepSeconds;
    this.points = points;
  }

  /** Ends the body. */
  BulkAnswer finish() {
    answer.end();
    Optional<String> defect = answer.defect();
    if (defect.isPresent()) {
      return new BulkAnswer.Refused(defect.get());
    }
    endSeries();
    return new BulkAnswer.Present(series, bytes, answer.warnings());
  }

  @Override
  public boolean feed(byte[] body, int offset, int length) {
    bytes += length;
    return answer.feed(body, offset, length);
  }

  @Override
  public void redactWith(UnaryOperator<String> redact) {
    answer.redactWith(redact);
  }

  @Override
  public void series() {
    endSeries();
    begun = true;
    labels = new HashMap<>();
    labelChars = 0;
    samples = 0;
  }

  private void endSeries() {
    if (begun) {
      series.add(new Labelled(labels, Arrays.copyOf(at, samples), Arrays.copyOf(values, samples)));
    }
    begun = false;
  }

  @Override
  public void label(String name, String value) throws Defect {
    labelChars += name.length() + value.length();
    if (labelChars > MAX_LABEL_CHARS) {
      throw new Defect("the labels of a series are longer than 64 Ki characters");
    }
    labels.put(once(name), once(value));
  }

  private String once(String text) {
    return texts.computeIfAbsent(text, t -> t);
  }

  @Override
  public void sample(long epochMillis, double value) throws Defect {
    long index = 0;
    if (stepSeconds > 0) {
      long offset = epochMillis - startEpochSecond * 1000;
      index = offset / (stepSeconds * 1000L);
      if (offset != index * stepSeconds * 1000L || index < 0 || index >= points) {
        throw new Defect(
            "a point of %s lies off the grid that was asked for"
                .formatted(Instant.ofEpochMilli(epochMillis)));
      }
    }
    if (samples >= points || (samples > 0 && index <= at[samples - 1])) {
      throw new Defect("a series has more points than were asked for, or not in order");
    }
    if (samples == at.length) {
      int more = Math.min(points, samples * 4);
      at = Arrays.copyOf(at, more);
      values = Arrays.copyOf(values, more);
    }
    at[samples] = (int) index;
    values[samples++] = value;
  }
}
