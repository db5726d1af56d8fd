package dev.almanac.simulator.replay;

import dev.almanac.predictor.forecast.Forecaster;
import dev.almanac.simulator.outcome.OutcomeTable;
import dev.almanac.simulator.outcome.PolicyRun;
import dev.almanac.simulator.policy.Oracle;
import dev.almanac.simulator.policy.PlainHpa;
import dev.almanac.simulator.scenario.Scenario;
import java.util.List;

/**
 * The product between the HPA in its place and perfect foresight, over one scenario.
 *
 * @param hpa plain HPA with the reactive target of the policy
 * @param almanac the product
 * @param oracle perfect foresight with the same start-up lag
 */
public record Comparison(PolicyRun hpa, PolicyRun almanac, PolicyRun oracle) {

  /** Runs all three. */
  public static Comparison of(Scenario scenario, Forecaster forecaster, Learning learning) {
    return new Comparison(
        PlainHpa.run(scenario), Replay.run(scenario, forecaster, learning), Oracle.run(scenario));
  }

  /** The three side by side. */
  public OutcomeTable table() {
    return OutcomeTable.of(List.of(hpa, almanac, oracle));
  }
}
