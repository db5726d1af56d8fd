package dev.almanac.collector.prometheus;

import dev.almanac.collector.prometheus.AnswerDecoder.Defect;
import dev.almanac.predictor.metrics.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Turns the answer to an instant query into one reading. */
final class InstantDecoder {
  private final AnswerDecoder answer =
      new AnswerDecoder(
          new AnswerDecoder.Samples() {
            @Override
            public void series() throws Defect {
              if (seriesSeen) {
                throw new Defect("the query yields more than one series");
              }
              seriesSeen = true;
            }

            @Override
            public void label(String name, String value) {}

            @Override
            public void sample(long epochMillis, double value) throws Defect {
              if (sampledAt.isPresent()) {
                throw new Defect("the query yields more than one sample");
              }
              sampledAt = Optional.of(Instant.ofEpochMilli(epochMillis));
              sample = value;
            }
          },
          Set.of("vector", "scalar"));

  private boolean seriesSeen;
  private Optional<Instant> sampledAt = Optional.empty();
  private double sample;

  AnswerDecoder answer() {
    return answer;
  }

  /** The time that the answer gives its sample. */
  Optional<Instant> sampledAt() {
    return sampledAt;
  }

  /** Ends the body and types the sample, as of {@code now}. */
  Reading finish(Instant now, Duration maxAge) {
    answer.end();
    Optional<String> defect = answer.defect();
    if (defect.isPresent()) {
      return new Reading.Invalid(defect.get());
    }
    String warning = String.join("; ", answer.warnings());
    if (sampledAt.isEmpty()) {
      return new Reading.NoData(
          "the query yields nothing" + (warning.isEmpty() ? "" : "; warnings: " + warning));
    }
    if (sample > RangeDecoder.MAX_VALUE) {
      return new Reading.Invalid("sample is " + sample);
    }
    Reading reading = Reading.of(sample + 0.0, sampledAt.get(), now, maxAge);
    return reading instanceof Reading.Present(double value, Instant at) && !warning.isEmpty()
        ? new Reading.Partial(value, at, "warnings: " + warning)
        : reading;
  }
}
