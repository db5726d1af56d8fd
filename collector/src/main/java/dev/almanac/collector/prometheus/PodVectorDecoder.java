package dev.almanac.collector.prometheus;

import dev.almanac.collector.prometheus.AnswerDecoder.Defect;
import dev.almanac.predictor.metrics.PodValues;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns the answer to an instant query into one value for each pod. A value that is no measurement
 * is left out, and its pod counts as one without a sample; a series without the label {@code pod},
 * and two for one pod, make the whole answer unusable.
 */
final class PodVectorDecoder implements AnswerDecoder.Samples {
  /** "No more than 150,000 total pods": Kubernetes, considerations for large clusters. */
  private static final int MAX_PODS = 150_000;

  /** Longest name that an object can have in Kubernetes. */
  private static final int MAX_NAME = 253;

  private final AnswerDecoder answer = new AnswerDecoder(this, Set.of("vector"));
  private final Map<String, Double> byPod = new HashMap<>();
  private String pod = "";
  private double value = Double.NaN;
  private boolean begun;
  private int series;

  AnswerDecoder answer() {
    return answer;
  }

  @Override
  public void series() throws Defect {
    endSeries();
    if (++series > MAX_PODS) {
      throw new Defect("the query yields more than %,d series".formatted(MAX_PODS));
    }
    begun = true;
    pod = "";
    value = Double.NaN;
  }

  @Override
  public void label(String name, String labelValue) throws Defect {
    if (name.equals("pod")) {
      if (labelValue.length() > MAX_NAME) {
        throw new Defect("a label pod is longer than the name of any pod");
      }
      pod = labelValue;
    }
  }

  @Override
  public void sample(long epochMillis, double sample) {
    value = sample;
  }

  private void endSeries() throws Defect {
    if (!begun) {
      return;
    }
    begun = false;
    if (pod.isEmpty()) {
      throw new Defect("a series has no label pod");
    }
    if (RangeDecoder.usable(value) && byPod.put(pod, value + 0.0) != null) {
      throw new Defect("the query yields two series for one pod");
    }
  }

  /** Ends the body. */
  PodValues finish(Instant at) {
    answer.end();
    Optional<String> defect = answer.defect();
    if (defect.isEmpty()) {
      try {
        endSeries();
      } catch (Defect e) {
        defect = Optional.of(String.valueOf(e.getMessage()));
      }
    }
    if (defect.isPresent()) {
      return new PodValues.None(defect.get());
    }
    if (!answer.warnings().isEmpty()) {
      // A store that says its answer is incomplete may have left out any pod's part of a sum.
      return new PodValues.None("warnings: " + String.join("; ", answer.warnings()));
    }
    return byPod.isEmpty()
        ? new PodValues.None("no pod has a value")
        : new PodValues.Present(byPod, at);
  }
}
