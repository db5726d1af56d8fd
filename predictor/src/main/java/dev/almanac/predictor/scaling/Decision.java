package dev.almanac.predictor.scaling;

/**
 * What to do about one workload at one instant.
 *
 * @param answer a number of replicas, or Hold
 * @param proposed the size that the stages arrived at; equals the answer's, and differs from what
 *     is written only where the answer is Hold
 * @param reason the one reason that a person should read first
 * @param binding the stage that had the last word
 */
public record Decision(Answer answer, int proposed, ReasonCode reason, StageName binding) {

  /** A size to set, or none. */
  public sealed interface Answer {
    /** Set this size; nothing is written when it is the present one. */
    record Replicas(int count) implements Answer {}

    /** Leave what is there. */
    record Hold() implements Answer {}
  }

  /** The size after this decision, given the size before it. */
  public int replicasOr(int current) {
    return switch (answer) {
      case Answer.Replicas(int count) -> count;
      case Answer.Hold() -> current;
    };
  }

  /** Keeps the present size because the fleet's budget leaves no room for a change in this tick. */
  public static Decision waitForBudget(int current) {
    return of(current, ReasonCode.FLEET_BUDGET, StageName.GUARDS);
  }

  static Decision of(int replicas, ReasonCode reason, StageName binding) {
    return new Decision(new Answer.Replicas(replicas), replicas, reason, binding);
  }

  static Decision hold(int proposed, ReasonCode reason, StageName binding) {
    return new Decision(new Answer.Hold(), proposed, reason, binding);
  }
}
