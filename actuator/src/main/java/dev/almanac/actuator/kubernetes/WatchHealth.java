package dev.almanac.actuator.kubernetes;

import java.time.Duration;

/**
 * How one watch is doing. A service is ready when all of them are {@link State#LIVE}.
 *
 * @param resource path of what is watched, for example {@code /apis/apps/v1/deployments}
 * @param state whether its view is evidence
 * @param silentFor since its view was confirmed last; since never = zero with {@link
 *     State#UNLISTED}
 * @param lists how many times it was listed completely
 * @param problem what went wrong last, one line; empty when nothing has since the last sign of life
 */
public record WatchHealth(
    String resource, State state, Duration silentFor, long lists, String problem) {

  /** Whether a view is evidence. */
  public enum State {
    /** It has never been listed. */
    UNLISTED,
    /** It was confirmed within {@link WatchTimes#staleAfter}. */
    LIVE,
    /** It was not. */
    STALE,
    /** We may not list or watch it. */
    FORBIDDEN
  }
}
