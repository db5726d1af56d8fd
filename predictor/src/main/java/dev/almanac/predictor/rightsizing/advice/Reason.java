package dev.almanac.predictor.rightsizing.advice;

/** One thing that decided, as a code for machines and a sentence with its numbers for people. */
public record Reason(Code code, String text) {

  /** What decided. */
  public enum Code {
    /** Being short and idling cost least together. */
    BY_PRICE,
    /** A change would gain too little. */
    KEPT,
    /** A peak comes back every week. */
    WEEKLY_PEAK,
    /** A limit held the container back. */
    THROTTLED,
    /** The first minutes use more than the rest. */
    START_UP,
    /** The kernel killed it for want of memory. */
    OOM_KILLED,
    /** A heap may grow beyond what was ever used. */
    JVM_HEAP,
    /** Each run counts as a day. */
    RUNS,
    /** The pod is Guaranteed and stays it. */
    GUARANTEED,
    /** The pod is Burstable and stays it. */
    BURSTABLE,
    /** The pod is BestEffort; nothing is requested. */
    BEST_EFFORT,
    /** A LimitRange bounds it. */
    LIMIT_RANGE,
    /** A ResourceQuota leaves no more. */
    QUOTA,
    /** An HPA goes by the request. */
    HPA,
    /** A resource has no usage to go by. */
    NO_USAGE,
    /** The request of today can hardly be meant. */
    ODD_REQUEST,
    /** The evidence is doubtful. */
    NOTE
  }
}
