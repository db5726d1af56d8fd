package dev.almanac.service.history;

import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Trace;
import dev.almanac.service.loop.WorkloadTick;
import dev.almanac.service.view.DecisionLine;
import dev.almanac.service.view.Why;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The newest decisions of one workload that changed its size, the reason or the hold, and the very
 * newest whatever it did, each with all that its explanation needs. Not for use by two threads at
 * once.
 */
final class KeptDecisions {
  private static final Autoscaler AUTOSCALER = new Autoscaler();

  private final int most;
  private final Deque<Kept> listed = new ArrayDeque<>();
  private Optional<WorkloadTick.Decided> newest = Optional.empty();

  private record Kept(
      DecisionLine line,
      ScalingPolicy policy,
      Observation observation,
      AutoscalerState before,
      Decision decision) {

    static Kept of(WorkloadTick.Decided d) {
      int from = d.observation().target().specReplicas();
      Decision decision = d.decision();
      boolean hold = decision.answer() instanceof Decision.Answer.Hold;
      DecisionLine line =
          new DecisionLine(
              Instant.ofEpochMilli(d.at().toEpochMilli()),
              from,
              hold ? from : decision.proposed(),
              hold,
              decision.reason(),
              text(d));
      return new Kept(line, d.policy(), d.observation(), d.before(), decision);
    }
  }

  /**
   * Nothing is kept yet.
   *
   * @param most listed decisions at most, the oldest go first
   */
  KeptDecisions(int most) {
    this.most = most;
  }

  void add(WorkloadTick.Decided d) {
    newest = Optional.of(d);
    boolean hold = d.decision().answer() instanceof Decision.Answer.Hold;
    boolean changes = !hold && d.decision().proposed() != d.observation().target().specReplicas();
    boolean news =
        listed.isEmpty()
            || changes
            || listed.peek().line().hold() != hold
            || listed.peek().line().reason() != d.decision().reason();
    if (news) {
      listed.push(Kept.of(d));
      while (listed.size() > most) {
        listed.removeLast();
      }
    }
  }

  /** The conclusion of the stage that had the last word. */
  private static String text(WorkloadTick.Decided d) {
    List<Trace.Line> lines = AUTOSCALER.explain(d.policy(), d.observation(), d.before());
    String last = lines.isEmpty() ? "" : lines.getLast().text();
    for (Trace.Line line : lines) {
      if (line.stage() == d.decision().binding()) {
        last = line.text();
      }
    }
    return last;
  }

  /** Newest first. */
  List<DecisionLine> lines() {
    return listed.stream().map(Kept::line).toList();
  }

  /**
   * The explanation of a listed decision or of the newest one.
   *
   * @param at its instant in whole milliseconds
   */
  Optional<Why> why(Instant at) {
    return listed.stream()
        .filter(kept -> kept.line().at().equals(at))
        .findFirst()
        .or(() -> newest.map(Kept::of).filter(kept -> kept.line().at().equals(at)))
        .map(KeptDecisions::explain);
  }

  private static Why explain(Kept kept) {
    List<Why.Line> lines =
        AUTOSCALER.explain(kept.policy(), kept.observation(), kept.before()).stream()
            .map(line ->
                new Why.Line(
                    line.stage(),
                    line.text(),
                    line.replicas(),
                    line.stage() == kept.decision().binding()))
            .toList();
    DecisionLine d = kept.line();
    return new Why(d.at(), d.from(), d.to(), d.hold(), d.reason(), lines, nearest(kept));
  }

  /** The bound that is nearest to the decision, when it is within a quarter of the size. */
  private static Optional<String> nearest(Kept kept) {
    int to = kept.line().to();
    int max = kept.policy().maxReplicas();
    int min = kept.policy().minReplicas();
    int margin = Math.max(1, to / 4);
    if (max - to <= margin) {
      return Optional.of(max == to ? "at maxReplicas " + max : "maxReplicas is " + max);
    }
    return to - min <= margin
        ? Optional.of(min == to ? "at minReplicas " + min : "minReplicas is " + min)
        : Optional.empty();
  }
}
