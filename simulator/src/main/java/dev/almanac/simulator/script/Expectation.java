package dev.almanac.simulator.script;

import dev.almanac.predictor.scaling.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * What must come of a script.
 *
 * @param line where it stands, for messages
 * @param when {@code at} one tick, {@code during} every tick of a range, {@code by} some tick up to
 *     an instant
 * @param from first instant
 * @param to last instant, included
 * @param claims all of which must hold
 */
public record Expectation(int line, String when, Duration from, Duration to, List<Claim> claims) {

  /** One claim. */
  public sealed interface Claim {
    /** Nothing is written. */
    record Hold() implements Claim {}

    /** The reason of the decision. */
    record Because(ReasonCode reason) implements Claim {}

    /** No decision could be made, for this cause. */
    record Skipped(String cause) implements Claim {}

    /**
     * A number of one tick.
     *
     * @param what {@code replicas}, {@code ready} or {@code proposed}
     */
    record Size(String what, String relation, int bound) implements Claim {}

    /**
     * A number over all ticks of the range.
     *
     * @param what {@code writes}, {@code rises}, {@code falls}, {@code changes}: of one workload;
     *     {@code removals}: most replicas of the fleet in one tick
     */
    record Count(String what, String relation, int bound) implements Claim {}
  }

  /** What of it does not hold, one line each. */
  List<String> failures(List<Played.Tick> ticks) {
    List<Played.Tick> range =
        ticks.stream()
            .filter(t -> t.since().compareTo(from) >= 0 && t.since().compareTo(to) <= 0)
            .toList();
    if (range.isEmpty()) {
      return List.of("line %d: there is no tick in its range".formatted(line));
    }
    List<String> failures = new ArrayList<>();
    for (Claim claim : claims) {
      if (claim instanceof Claim.Count count) {
        failures.addAll(failures(range, count));
      } else if (when.equals("by")) {
        for (String name : range.stream().map(Played.Tick::workload).distinct().toList()) {
          if (range.stream().noneMatch(t -> t.workload().equals(name) && holds(t, claim))) {
            failures.add("line %d: never %s up to %s".formatted(line, claim, to));
          }
        }
      } else {
        Optional<Played.Tick> wrong = range.stream().filter(t -> !holds(t, claim)).findFirst();
        wrong.ifPresent(t -> failures.add("line %d: not %s: %s".formatted(line, claim, t)));
      }
    }
    return failures;
  }

  private List<String> failures(List<Played.Tick> range, Claim.Count claim) {
    List<String> failures = new ArrayList<>();
    if (claim.what().equals("removals")) {
      for (Duration at : range.stream().map(Played.Tick::since).distinct().toList()) {
        int removed =
            range.stream()
                .filter(t -> t.since().equals(at))
                .mapToInt(t -> Math.max(0, t.before() - t.after()))
                .sum();
        if (!relation(claim.relation(), claim.bound()).test(removed)) {
          failures.add("line %d: %d removals at %s".formatted(line, removed, at));
        }
      }
      return failures;
    }
    for (String name : range.stream().map(Played.Tick::workload).distinct().toList()) {
      int count =
          (int) range.stream().filter(t -> t.workload().equals(name) && t.is(claim.what())).count();
      if (!relation(claim.relation(), claim.bound()).test(count)) {
        failures.add(
            "line %d: %d %s of %s, not %s %d"
                .formatted(line, count, claim.what(), name, claim.relation(), claim.bound()));
      }
    }
    return failures;
  }

  private static boolean holds(Played.Tick t, Claim claim) {
    return switch (claim) {
      case Claim.Hold() -> t.before() == t.after();
      case Claim.Because(ReasonCode reason) ->
          t.decision().filter(d -> d.reason() == reason).isPresent();
      case Claim.Skipped(String cause) -> t.skipped().equals(cause);
      case Claim.Size(String what, String relation, int bound) ->
          relation(relation, bound)
              .test(
                  switch (what) {
                    case "ready" -> t.ready();
                    case "proposed" -> t.decision().map(d -> d.proposed()).orElse(t.after());
                    default -> t.after();
                  });
      case Claim.Count _ -> throw new IllegalStateException("is of a range");
    };
  }

  private static IntPredicate relation(String relation, int bound) {
    return switch (relation) {
      case "==" -> n -> n == bound;
      case ">=" -> n -> n >= bound;
      case "<=" -> n -> n <= bound;
      case ">" -> n -> n > bound;
      case "<" -> n -> n < bound;
      default -> throw new IllegalArgumentException("no relation: " + relation);
    };
  }
}
