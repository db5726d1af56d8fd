package dev.almanac.predictor.scaling;

/** One stage of a decision. Stateless: memory is in the draft's next state. */
interface DecisionStage {

  /** Its name in reasons and explanations. */
  StageName name();

  /** Reads what earlier stages concluded, and adds its own conclusion. */
  void decide(Draft draft);
}
