package dev.almanac.predictor.scaling;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.calendar.DemandCalendar.Event;
import dev.almanac.predictor.forecast.Forecast;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a policy asks for in an hour to come: its floors and bounds, the events of a calendar, and a
 * forecast where there is one. A preview for people, not a decision: the loop buys against windows
 * of minutes at a price, sees what demand really does, and orders a floor one lead time before it
 * begins.
 *
 * @param from first instant
 * @param uplift what events multiply demand by: at the instant of the highest demand, or, without
 *     one, the most that they do in the hour
 * @param demand the highest in the hour, of the forecast's highest level; empty where the forecast
 *     does not reach
 * @param needed replicas that serve it; empty without demand or capacity
 * @param floors those that hold at some instant of the hour; the first one counts
 * @param replicas what comes of it, within the policy's bounds
 * @param binding what decides {@code replicas}
 */
public record PlannedHour(
    Instant from,
    double uplift,
    OptionalDouble demand,
    OptionalInt needed,
    List<FloorSchedule> floors,
    int replicas,
    Binding binding) {
  private static final Duration HOUR = Duration.ofHours(1);

  /** What decides a size. */
  public enum Binding {
    /** What the forecast needs. */
    DEMAND,
    /** The largest floor. */
    FLOOR,
    /** Neither asks for more than the policy's least. */
    MIN_REPLICAS,
    /** More was asked for than the policy allows. */
    MAX_REPLICAS
  }

  /** Copies the list. */
  public PlannedHour {
    floors = List.copyOf(floors);
  }

  /** First instant after the hour. */
  public Instant to() {
    return from.plus(HOUR);
  }

  /** The floor that counts. */
  public Optional<FloorSchedule> floor() {
    return floors.stream().findFirst();
  }

  /**
   * Hour by hour.
   *
   * @param forecast with the calendar's events in it; empty: floors and bounds alone
   * @param first instant
   * @param hours how many, at least 0
   */
  public static List<PlannedHour> of(
      ScalingPolicy policy,
      DemandCalendar calendar,
      Optional<Forecast> forecast,
      Instant first,
      int hours) {
    List<PlannedHour> plan = new ArrayList<>(hours);
    for (int i = 0; i < hours; i++) {
      plan.add(at(policy, calendar, forecast, first.plus(HOUR.multipliedBy(i))));
    }
    return plan;
  }

  private static PlannedHour at(
      ScalingPolicy policy, DemandCalendar calendar, Optional<Forecast> forecast, Instant from) {
    Instant to = from.plus(HOUR);
    OptionalInt peak = forecast.map(f -> peak(f, from, to)).orElse(OptionalInt.empty());
    OptionalDouble demand = OptionalDouble.empty();
    OptionalInt needed = OptionalInt.empty();
    double uplift = uplift(calendar, from, to);
    if (peak.isPresent()) {
      Forecast f = forecast.orElseThrow();
      double highest = f.quantiles()[f.levels().length - 1][peak.getAsInt()];
      demand = OptionalDouble.of(highest);
      uplift = calendar.uplift(f.instantAt(peak.getAsInt()).getEpochSecond());
      if (policy.capacity().isPresent()) {
        needed = OptionalInt.of(NeedStage.replicasFor(highest, policy.perReplica()));
      }
    }
    List<FloorSchedule> floors = holding(policy.floors(), from, to.minusNanos(1));
    int floor = floors.isEmpty() ? 0 : floors.getFirst().replicas();
    int asked = Math.max(floor, needed.orElse(0));
    Binding binding =
        asked > policy.maxReplicas()
            ? Binding.MAX_REPLICAS
            : asked <= policy.minReplicas()
                ? Binding.MIN_REPLICAS
                : floor > needed.orElse(0) ? Binding.FLOOR : Binding.DEMAND;
    int replicas = Math.clamp(asked, policy.minReplicas(), policy.maxReplicas());
    return new PlannedHour(from, uplift, demand, needed, floors, replicas, binding);
  }

  /** The floors of a span, the one that the decision goes by first. */
  private static List<FloorSchedule> holding(
      List<FloorSchedule> floors, Instant from, Instant last) {
    List<FloorSchedule> holding = new ArrayList<>();
    ScheduleStage.highest(floors, from, last).ifPresent(holding::add);
    for (FloorSchedule floor : floors) {
      if (!holding.contains(floor) && floor.touches(from, last)) {
        holding.add(floor);
      }
    }
    return holding;
  }

  /** The step of the highest demand in a span. */
  private static OptionalInt peak(Forecast forecast, Instant from, Instant to) {
    double[] path = forecast.quantiles()[forecast.levels().length - 1];
    int peak = -1;
    for (int h = firstStep(forecast, from);
        h < path.length && forecast.instantAt(h).isBefore(to);
        h++) {
      peak = peak < 0 || path[h] > path[peak] ? h : peak;
    }
    return peak < 0 ? OptionalInt.empty() : OptionalInt.of(peak);
  }

  /** The first step that is not before an instant. */
  private static int firstStep(Forecast forecast, Instant from) {
    long seconds = Duration.between(forecast.origin(), from).toSeconds();
    long step = Math.ceilDiv(seconds, (long) forecast.stepSeconds()) - 1;
    return (int) Math.clamp(step, 0, forecast.steps());
  }

  /** The most that events do in a span: it changes where one begins or ends. */
  private static double uplift(DemandCalendar calendar, Instant from, Instant to) {
    double most = calendar.uplift(from.getEpochSecond());
    for (Event event : calendar.events()) {
      for (Instant edge : List.of(event.from(), event.to())) {
        if (edge.isAfter(from) && edge.isBefore(to)) {
          most = Math.max(most, calendar.uplift(edge.getEpochSecond()));
        }
      }
    }
    return most;
  }
}
