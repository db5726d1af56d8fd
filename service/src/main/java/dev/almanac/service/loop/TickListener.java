package dev.almanac.service.loop;

import java.time.Instant;
import java.util.List;

/** Hears the outcome of every tick, on the loop's own thread: must return at once. */
@FunctionalInterface
public interface TickListener {

  /**
   * A tick is over.
   *
   * @param at the tick's time
   * @param outcomes one entry for each workload that was due
   */
  void ticked(Instant at, List<WorkloadTick> outcomes);
}
