package dev.almanac.simulator.script;

import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ScalingPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a script, tick by tick.
 *
 * @param ticks in the order of time, one entry for each workload that was due
 */
public record Played(List<Tick> ticks) {

  /**
   * One decision of one workload.
   *
   * @param since the beginning, by the true clock
   * @param before {@code spec.replicas} as it was observed
   * @param after {@code spec.replicas} once it was written
   * @param ready pods that served when it was observed
   * @param written whether a write of ours was accepted
   * @param decision what was decided; empty when none could be
   * @param observation what it rests on; empty likewise
   * @param skipped why there is no decision; empty when there is one
   */
  public record Tick(
      Duration since,
      String workload,
      int before,
      int after,
      int ready,
      boolean written,
      Optional<Decision> decision,
      Optional<Observation> observation,
      String skipped) {

    boolean is(String what) {
      return switch (what) {
        case "writes" -> written;
        case "rises" -> written && after > before;
        case "falls" -> written && after < before;
        case "changes" -> written && after != before;
        default -> throw new IllegalArgumentException("not counted: " + what);
      };
    }

    @Override
    public String toString() {
      return "%s %s: %d -> %d, %d Ready, %s"
          .formatted(
              since,
              workload,
              before,
              after,
              ready,
              decision.map(Decision::toString).orElse("skipped: " + skipped));
    }
  }

  /** Copies. */
  public Played {
    ticks = List.copyOf(ticks);
  }

  /**
   * Everything that is wrong: expectations that do not hold, and the invariants of every script.
   *
   * @return one line each, empty when all is well
   */
  public List<String> failures(Script script) {
    List<String> failures = new ArrayList<>();
    for (Expectation expectation : script.expectations()) {
      failures.addAll(expectation.failures(ticks));
    }
    invariants(script.workload().policy(), failures);
    return failures;
  }

  /*
   * Reliability I1: a write is inside the bounds. I2: one that lowers rests on a reading that is
   * fresh, complete and finite. I4: a window falls no further than its caps allow, from its largest
   * size. I6, I3 and I7 have tests of their own.
   */
  private void invariants(ScalingPolicy policy, List<String> failures) {
    Map<String, List<Tick>> byName = new HashMap<>();
    ticks.forEach(t -> byName.computeIfAbsent(t.workload(), _ -> new ArrayList<>()).add(t));
    for (List<Tick> life : byName.values()) {
      for (int i = 0; i < life.size(); i++) {
        Tick t = life.get(i);
        if (!t.written()) {
          continue;
        }
        if (t.after() < policy.minReplicas() || t.after() > policy.maxReplicas()) {
          failures.add("I1 bounds: " + t);
        }
        if (t.after() < t.before()) {
          boolean overMax = t.before() > policy.maxReplicas();
          Reading reading = t.observation().orElseThrow().demand().now();
          if (!(reading instanceof Reading.Present) && !overMax) {
            failures.add("I2 evidence: %s on %s".formatted(t, reading));
          }
          int largest = t.before();
          Duration start = t.since().minus(policy.stepCaps().window());
          for (int j = i; j >= 0 && life.get(j).since().compareTo(start) > 0; j--) {
            largest = Math.max(largest, life.get(j).before());
          }
          int least = largest - Math.max(1, (int) (largest * policy.stepCaps().downShare()));
          if (t.after() < least && !overMax) {
            failures.add("I4 rate: %s, at least %d of %d".formatted(t, least, largest));
          }
        }
      }
    }
  }
}
