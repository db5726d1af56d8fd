package dev.almanac.predictor.scaling;

/**
 * How far what looks ahead has earned to be followed, by its scores on demand that is past. The
 * {@link ScalingPolicy#stage} is the ceiling: nothing is followed further than its owner allows,
 * nor further than its scores do.
 *
 * @param stage the furthest that the scores allow; {@link Stage#SHADOW}: the reactive rule decides
 *     alone
 * @param cause why it is not further
 */
public record Trust(Stage stage, Cause cause) {

  /** Why a forecast is followed no further. A reason code: a label of metrics and of the log. */
  public enum Cause {
    /** It has earned all the trust there is. */
    EARNED,
    /** Too little has been forecast and has come since. */
    NOT_SCORED,
    /** Of the last day too little demand is known to score a forecast by. */
    STALE,
    /** In the replay of the last days plain HPA did as well at its cost. */
    NO_GAIN,
    /** Demand went beyond the quantiles of the last day's windows too often. */
    COVERAGE,
    /** Demand lay above the middle of the last day's windows most of the time. */
    TOO_LOW,
    /** Demand lay below the middle of the last day's windows most of the time. */
    TOO_HIGH,
    /** The windows of the last hours were further off than the spread can widen. */
    SURPRISED,
    /** The pods are as busy as they can be: what they serve is less than what is asked of them. */
    SATURATED,
    /** How much demand a replica serves is still to be learned. */
    CAPACITY_UNKNOWN
  }

  /** All that a policy allows. */
  public static final Trust EARNED = new Trust(Stage.FULL, Cause.EARNED);

  /** A forecast that nobody has seen be right: it may raise. */
  public static final Trust NOT_SCORED = new Trust(Stage.FLOOR, Cause.NOT_SCORED);

  /** A forecast of demand that nobody can turn into replicas. */
  public static final Trust CAPACITY_UNKNOWN = new Trust(Stage.SHADOW, Cause.CAPACITY_UNKNOWN);

  /** Where the windows have missed all that came: they may raise still. */
  static final Trust SURPRISED = new Trust(Stage.FLOOR, Cause.SURPRISED);

  /** Refuses a forecast that is held back for nothing. */
  public Trust {
    if ((cause == Cause.EARNED) != (stage == Stage.FULL)) {
      throw new IllegalArgumentException("what is less than Full has a cause: " + stage);
    }
  }

  /** The trust that is left after the windows that have closed since. */
  public Trust after(WindowMemory lead) {
    return lead.isBeyond() && stage == Stage.FULL ? SURPRISED : this;
  }

  /** The trust while pods are saturated: served demand is a lower bound, so it may raise only. */
  public Trust whileSaturated() {
    return stage == Stage.FULL ? new Trust(Stage.FLOOR, Cause.SATURATED) : this;
  }

  /** How far a policy follows it: no further than its owner allows. */
  public Stage within(Stage ceiling) {
    return stage.compareTo(ceiling) < 0 ? stage : ceiling;
  }
}
