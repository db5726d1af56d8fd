package dev.almanac.simulator.policy;

import dev.almanac.simulator.outcome.PolicyRun;
import dev.almanac.simulator.outcome.Tally;
import dev.almanac.simulator.scenario.Scenario;

/** The reference that everybody has: a plain HPA over a scenario. */
public final class PlainHpa {

  /** Its name in tables. */
  public static final String NAME = "hpa";

  private PlainHpa() {}

  /** The HPA that would stand in the place of the scenario's policy. */
  public static PolicyRun run(Scenario scenario) {
    return run(scenario, HpaSettings.of(scenario.policy()), NAME);
  }

  /** Any plain HPA. It starts at the size at which it would have settled. */
  public static PolicyRun run(Scenario scenario, HpaSettings settings, String name) {
    int first = scenario.firstTick();
    int[] desired = new int[scenario.endTick() - first];
    int[] ready = new int[desired.length];
    HpaShadow hpa =
        new HpaShadow(settings, scenario.lag(), settings.settledAt(scenario.measuredAt(first)));
    Tally tally = new Tally();
    for (int i = 0; i < desired.length; i++) {
      double demand = scenario.demand().at(first + i);
      HpaShadow.Tick tick = hpa.step(scenario.measuredAt(first + i), demand);
      desired[i] = tick.desired();
      ready[i] = tick.ready();
      if (first + i >= scenario.firstScoredTick()) {
        tally.add(demand, settings.perReplica(), tick.desired(), tick.ready());
      }
    }
    return PolicyRun.of(tally.outcome(name), scenario.instantOf(first), desired, ready);
  }
}
