package dev.almanac.predictor.rightsizing.vpa;

import java.time.Instant;

/**
 * The status of a {@code VerticalPodAutoscalerCheckpoint}. Times not set are midnight of the year
 * 1.
 *
 * @param version {@value #VERSION}
 * @param firstSample time of the first CPU sample
 * @param lastSample time of the last CPU sample
 * @param samples number of CPU samples, at least 0
 * @param cpu in cores
 * @param memory in bytes
 */
public record AggregateCheckpoint(
    String version,
    Instant firstSample,
    Instant lastSample,
    long samples,
    HistogramCheckpoint cpu,
    HistogramCheckpoint memory) {

  /** The only version that the reference reads. */
  public static final String VERSION = "v3";

  /** Refuses another version and a negative count. */
  public AggregateCheckpoint {
    if (!version.equals(VERSION)) {
      throw new IllegalArgumentException(
          "checkpoint version must be %s, was %s".formatted(VERSION, version));
    }
    if (samples < 0) {
      throw new IllegalArgumentException("number of samples must be at least 0, was " + samples);
    }
  }
}
