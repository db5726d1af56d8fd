package dev.almanac.predictor.scaling.hpa;

import java.time.Instant;

/**
 * One condition of an HPA's status.
 *
 * @param type what it is about
 * @param status whether it holds
 * @param reason a {@link ConditionReason#text}, or what another version of the controller wrote
 * @param since when {@code status} last changed
 */
public record Condition(Type type, Status status, String reason, Instant since) {

  /** The conditions of an HPA, in the order in which a first sync adds them. */
  public enum Type {
    ABLE_TO_SCALE,
    SCALING_ACTIVE,
    SCALING_LIMITED,
    SCALED_TO_ZERO;

    private final String text = ConditionReason.camelCase(name());

    /** As Kubernetes spells it, for example {@code AbleToScale}. */
    public String text() {
      return text;
    }
  }

  /** Whether a condition holds. */
  public enum Status {
    TRUE,
    FALSE,
    UNKNOWN;

    private final String text = ConditionReason.camelCase(name());

    /** As Kubernetes spells it, for example {@code True}. */
    public String text() {
      return text;
    }
  }
}
