package dev.almanac.service.serve;

import dev.almanac.predictor.scaling.Step;
import dev.almanac.service.log.DecisionLog;
import dev.almanac.service.loop.TickListener;
import dev.almanac.service.loop.WorkloadTick;
import java.time.Instant;
import java.util.List;

/** Hands every step to the decision log. */
public final class LogEveryStep implements TickListener {
  private final DecisionLog log;

  /** Writes to this log. */
  public LogEveryStep(DecisionLog log) {
    this.log = log;
  }

  @Override
  public void ticked(Instant at, List<WorkloadTick> outcomes) {
    for (WorkloadTick outcome : outcomes) {
      if (outcome instanceof WorkloadTick.Decided d) {
        log.append(
            new DecisionLog.Taken(
                d.workload().id(),
                d.policy(),
                d.before(),
                d.observation(),
                new Step(d.decision(), d.after())));
      }
    }
  }
}
