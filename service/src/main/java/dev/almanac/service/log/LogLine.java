package dev.almanac.service.log;

import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ScalingPolicy;
import java.time.Instant;
import java.util.Optional;

/** What a line of the decision log says, without its checks. */
sealed interface LogLine {

  /**
   * The first line of each file. It keeps this form in every later format, so that an older version
   * can say what it does not read.
   *
   * @param format version of the lines that follow
   * @param product version of Almanac that wrote them
   * @param opened why the file was begun
   */
  record Header(int format, String product, Opened opened) implements LogLine {
    /** The format that this version writes, and the newest that it reads. */
    static final int FORMAT = 1;
  }

  /** Why a file was begun. */
  enum Opened {
    /** The process started. The file before may end in the middle of a line. */
    START,
    /** The file before was full. It is complete. */
    ROTATION,
    /** The file before could not be written further. Records after it are lost. */
    RECOVERY
  }

  /**
   * A workload's policy and state, from which the records behind it are replayed.
   *
   * @param workload {@code namespace/name}
   * @param policyHash see {@link DecisionLog#policyHash}
   * @param at the last decision before the snapshot, or the one that follows when there was none
   * @param cause why it was written
   * @param policy what the next step decides by
   * @param state what the next step remembers
   * @param decision the last decision before the snapshot
   */
  record Snapshot(
      String workload,
      String policyHash,
      Instant at,
      Cause cause,
      ScalingPolicy policy,
      AutoscalerState state,
      Optional<Decision> decision)
      implements LogLine {}

  /** Why a snapshot was written. */
  enum Cause {
    /** The process started, or the workload is new. */
    START,
    /** A new file begins; the state is the one that the file before ended with. */
    ROTATION,
    /** Another policy from here on; the state goes on. */
    POLICY,
    /** Records were lost before it, or the loop forgot its state. */
    GAP
  }

  /**
   * One step.
   *
   * @param workload {@code namespace/name}
   * @param policyHash that of the snapshot before
   * @param observation what was known
   * @param decision what the step decided, before the fleet's budget
   */
  record Entry(String workload, String policyHash, Observation observation, Decision decision)
      implements LogLine {}
}
