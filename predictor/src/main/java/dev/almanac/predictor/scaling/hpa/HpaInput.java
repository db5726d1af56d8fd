package dev.almanac.predictor.scaling.hpa;

import java.time.Instant;
import java.util.List;

/**
 * All that one sync may know.
 *
 * @param at the time of the sync
 * @param settings of the controller
 * @param gates of the controller
 * @param spec of the HPA object
 * @param scale the target's scale subresource
 * @param pods that the target's selector matches
 * @param answers one per metric of the spec, in its order and of its kind
 * @param update how the API server meets the new size, if there is one
 */
public record HpaInput(
    Instant at,
    HpaSettings settings,
    Gates gates,
    HpaSpec spec,
    Scale scale,
    List<Pod> pods,
    List<MetricAnswer> answers,
    ScaleUpdate update) {

  /**
   * Feature gates.
   *
   * @param scaleToZero HPAScaleToZero (KEP-2021)
   * @param configurableTolerance HPAConfigurableTolerance (KEP-4951)
   * @param podLevelResources PodLevelResources (KEP-2837)
   */
  public record Gates(
      boolean scaleToZero, boolean configurableTolerance, boolean podLevelResources) {
    /** As Kubernetes 1.37 ships them. */
    public static final Gates DEFAULT = new Gates(true, true, true);
  }

  /** The scale subresource. */
  public sealed interface Scale {
    /**
     * As read.
     *
     * @param specReplicas the size that is asked for, at least 0
     * @param statusReplicas pods that exist, those beyond the size during a rollout included
     * @param selector state of the label selector
     */
    record Read(int specReplicas, int statusReplicas, Selector selector) implements Scale {
      /** Refuses negative sizes. */
      public Read {
        if (specReplicas < 0 || statusReplicas < 0) {
          throw new IllegalArgumentException(
              "replicas must not be negative, were %d and %d"
                  .formatted(specReplicas, statusReplicas));
        }
      }
    }

    /** It could not be read. */
    record Unreadable(String detail) implements Scale {}
  }

  /** What can be wrong with the target's label selector. */
  public enum Selector {
    VALID,
    MISSING,
    UNPARSABLE,
    /** Another HPA's selector matches some of the same pods. */
    SHARED
  }

  /**
   * How the API server meets a write of the scale subresource.
   *
   * @param conflicts how many attempts meet a conflict first, at least 0
   * @param accepted whether the attempt after those succeeds
   */
  public record ScaleUpdate(int conflicts, boolean accepted) {
    /** A conflict is met with a new attempt, five in all (client-go, {@code DefaultRetry}). */
    static final int ATTEMPTS = 5;

    /** The write succeeds at once. */
    public static final ScaleUpdate ACCEPTED = new ScaleUpdate(0, true);

    /** The write fails. */
    public static final ScaleUpdate REFUSED = new ScaleUpdate(0, false);

    boolean written() {
      return accepted && conflicts < ATTEMPTS;
    }
  }

  /** Copies the lists; refuses answers that do not fit the metrics. */
  public HpaInput {
    pods = List.copyOf(pods);
    answers = List.copyOf(answers);
    if (answers.size() != spec.metrics().size()) {
      throw new IllegalArgumentException(
          "%d answers for %d metrics".formatted(answers.size(), spec.metrics().size()));
    }
    for (int i = 0; i < answers.size(); i++) {
      MetricSpec metric = spec.metrics().get(i);
      if (!fits(metric, answers.get(i))) {
        throw new IllegalArgumentException(
            "metric %d, %s, has an answer of another kind".formatted(i, metric.describe()));
      }
    }
  }

  private static boolean fits(MetricSpec metric, MetricAnswer answer) {
    return answer instanceof MetricAnswer.Unavailable
        || switch (metric) {
          case MetricSpec.Resource _, MetricSpec.ContainerResource _ ->
              answer instanceof MetricAnswer.Usage;
          case MetricSpec.Pods _ -> answer instanceof MetricAnswer.PerPod;
          case MetricSpec.OfObject _, MetricSpec.External _ -> answer instanceof MetricAnswer.Total;
          case MetricSpec.Unknown _ -> true;
        };
  }
}
