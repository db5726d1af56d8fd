package dev.almanac.predictor.scaling;

/**
 * One thing that no other stage may overrule. Stateless: what it has to remember is in the draft.
 * It says what it did where it did something, so that the last words of a decision name it.
 */
interface Guard {

  /** Limits the size as it stands, or stops the decision from being written. */
  void apply(Draft d);
}
