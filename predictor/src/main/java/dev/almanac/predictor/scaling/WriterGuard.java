package dev.almanac.predictor.scaling;

import dev.almanac.predictor.cluster.Surroundings.ForeignWrite;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two writers of one size fight for ever (KEDA and HPA: keda#5288; Argo CD and HPA: argo-cd#5105).
 * So ours steps back, and says beside whom: while another autoscaler has the same target, and after
 * the second time that somebody else has changed the size.
 *
 * <p>A change is somebody else's when its field manager says so, or else when the size does not lie
 * between the one before and the one that was asked for. One such change is a person at work, and
 * decisions go on from there. Each further one within {@link #WINDOW} doubles the pause: a tool
 * that reverts every write then sees at most five of ours in an hour. Switching off (0) and on
 * again is not counted.
 */
final class WriterGuard implements Guard {

  /** A second foreign write within this time makes ours step back. */
  static final Duration WINDOW = Duration.ofHours(2);

  /** Step back so long after the second foreign write. */
  static final Duration FIRST_PAUSE = Duration.ofMinutes(10);

  /** And at most so long after any. */
  static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private static final int KEPT = 8;

  @Override
  public void apply(Draft d) {
    if (d.policy.actuation() == Actuation.EMIT) {
      return; // somebody else is meant to write
    }
    notice(d);
    if (d.policy.stage() == Stage.SHADOW) {
      return; // nothing of ours is written: whoever else writes is at home here
    }
    String scaler = d.observation.target().surroundings().otherScaler();
    if (!scaler.isEmpty()) {
      d.stop(ReasonCode.CONFLICT, "%s has the same target", scaler);
      return;
    }
    int writes = d.foreignWrites.size();
    if (writes < 2) {
      return;
    }
    Instant until = d.foreignWrites.getLast().plus(pause(writes));
    if (d.observation.at().isBefore(until)) {
      d.stop(
          ReasonCode.CONFLICT,
          "%s has set the size %d times: left alone until %s",
          d.foreignWriter.isEmpty() ? "somebody else" : d.foreignWriter,
          writes,
          until);
    }
  }

  static Duration pause(int writes) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(writes - 2, 10));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  private static void notice(Draft d) {
    Instant at = d.observation.at();
    if (!d.foreignWrites.isEmpty()) {
      forget(d, at, at.minus(WINDOW));
    }
    Optional<ForeignWrite> named = d.observation.target().surroundings().foreignWrite();
    boolean seen = named.isEmpty() || named.get().at().equals(d.foreignSeen.orElse(Instant.MIN));
    if (!seen) {
      d.foreignSeen = Optional.of(named.get().at());
    } else if (named.isEmpty()) {
      // Ours is the last one: the next foreign write is news, even when it has no time of its own.
      d.foreignSeen = Optional.empty();
    }
    if (isForeign(d, !seen)) {
      List<Instant> writes = new ArrayList<>(d.foreignWrites);
      writes.add(at);
      d.foreignWrites = writes.subList(Math.max(0, writes.size() - KEPT), writes.size());
      d.foreignWriter = named.map(ForeignWrite::manager).orElse("");
    }
  }

  private static void forget(Draft d, Instant at, Instant start) {
    if (d.foreignWrites.getFirst().isBefore(start) || d.foreignWrites.getLast().isAfter(at)) {
      d.foreignWrites =
          d.foreignWrites.stream().filter(w -> !w.isBefore(start) && !w.isAfter(at)).toList();
    }
  }

  private static boolean isForeign(Draft d, boolean named) {
    int before = d.before;
    if (before < 0 || d.current == 0 || before == 0) {
      return false;
    }
    if (named) {
      return true; // also when it has set back what we had set since
    }
    // Less than what was asked for is what the fleet's budget left of it.
    return d.current != before
        && (d.asked.isEmpty()
            || d.current < Math.min(before, d.asked.getAsInt())
            || d.current > Math.max(before, d.asked.getAsInt()));
  }
}
