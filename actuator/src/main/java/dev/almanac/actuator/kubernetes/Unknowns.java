package dev.almanac.actuator.kubernetes;

import dev.almanac.predictor.cluster.Cluster.Cause;
import dev.almanac.predictor.cluster.Cluster.Observed;
import dev.almanac.predictor.cluster.TargetRef;
import java.time.Duration;

/** Why nothing is known of a workload, in the terms of the port. */
final class Unknowns {

  private Unknowns() {}

  static Observed.Unknown of(Cause cause, String detail) {
    return new Observed.Unknown(cause, detail);
  }

  /** With what went wrong last, when something has. */
  static Observed.Unknown of(Cause cause, String detail, String problem) {
    return of(cause, problem.isEmpty() ? detail : detail + ": " + problem);
  }

  /** What became of a request for it. */
  static Observed.Unknown of(TargetRef target, Answer answer) {
    if (answer instanceof Answer.Refused(int code, String message, Duration _)) {
      if (code == 404) {
        return of(Cause.NOT_FOUND, target + " does not exist");
      }
      if (code == 403) {
        return of(Cause.FORBIDDEN, message);
      }
    }
    return of(Cause.UNREACHABLE, answer.text());
  }

  static Observed.Unknown unreadable() {
    return of(Cause.UNREACHABLE, "the answer about it cannot be understood");
  }
}
