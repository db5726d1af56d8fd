package dev.almanac.service.view;

import java.time.Instant;
import java.util.Optional;

/**
 * Where the page gets what it shows. The control loop implements it; nothing here changes anything.
 *
 * <p>All methods may be called from any thread, also while a tick runs, and each returns a value
 * that is consistent in itself. They compute from memory and may take milliseconds, not seconds.
 */
public interface LiveView {

  /** The loop's present; in a replay this is the replay's time. */
  Instant now();

  /** The whole fleet at its last decisions. */
  Overview overview();

  /**
   * One workload.
   *
   * @param from start of the history that is wanted; an implementation clips it to what it keeps,
   *     and returns an empty history when {@code from} lies after now
   * @return empty when there is no such workload
   */
  Optional<WorkloadDetail> workload(WorkloadName workload, Instant from);

  /**
   * The explanation of a past decision, recomputed from its record.
   *
   * @param at a decision's instant as in {@link DecisionLine#at}, cut to whole milliseconds
   * @return empty when the workload or the decision is not known, or no longer
   */
  Optional<Why> why(WorkloadName workload, Instant at);

  /**
   * Calls the listener after each tick, when {@link #overview} shows that tick's decisions. It is
   * called on the loop's own thread and returns at once.
   */
  Subscription onTick(Runnable listener);

  /** Ends a listener's calls. Closing twice does nothing. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
