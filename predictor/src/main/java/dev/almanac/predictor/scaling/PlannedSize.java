package dev.almanac.predictor.scaling;

import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.scaling.plan.ReplicaPlan;
import dev.almanac.predictor.scaling.plan.ReplicaPlan.Prices;
import dev.almanac.predictor.scaling.plan.ReplicaPlan.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A line of a timetable: a size to be asked for from an instant on, so that replicas are Ready when
 * a forecast needs them. Advice for people who scale by the clock, and for floors.
 *
 * @param from first instant
 * @param to first instant after it
 * @param replicas within the policy's bounds
 */
public record PlannedSize(Instant from, Instant to, int replicas) {
  /** Finer than any pod needs, and coarse enough to be read. */
  private static final Duration FINEST = Duration.ofMinutes(5);

  private static final int MOST_STEPS = 2_000;

  /**
   * The cheapest timetable that serves the forecast's highest level and the floors.
   *
   * <p>Exact ({@link ReplicaPlan}) on a grid of 5 minutes, coarser where the plan is longer than a
   * week: a step needs the most that any instant of it needs, a replica is ordered the policy's
   * lead time before, rounded up to the grid, and one that is needed again within {@code keep}
   * stays.
   *
   * @param first instant; what the first lead time needs counts as Ready
   * @param last first instant after it
   * @param keep how long a replica that is not needed may be cheaper than a change; at least 0
   * @return without gaps; empty for a policy whose capacity is not known
   */
  public static List<PlannedSize> of(
      ScalingPolicy policy, Forecast forecast, Instant first, Instant last, Duration keep) {
    if (policy.capacity().isEmpty() || !first.isBefore(last)) {
      return List.of();
    }
    long whole = Duration.between(first, last).toSeconds();
    long grid = FINEST.toSeconds() * Math.ceilDiv(whole, FINEST.toSeconds() * MOST_STEPS);
    int[] needs = new int[(int) Math.ceilDiv(whole, grid)];
    int most = 0;
    for (int t = 0; t < needs.length; t++) {
      needs[t] = need(policy, forecast, first.plusSeconds(grid * t), grid);
      most = Math.max(most, needs[t]);
    }
    int lag = (int) Math.ceilDiv(policy.leadTime().assumed().toSeconds(), grid);
    int ready = 0;
    for (int t = 0; t < Math.min(lag + 1, needs.length); t++) {
      ready = Math.max(ready, needs[t]);
    }
    // A change costs what half of `keep` does, in each direction; being short more than anything.
    double change = keep.toSeconds() / (2.0 * grid);
    Prices prices = new Prices(1, 2 * (lag + 1 + 2 * change), change, change);
    int least = Math.min(policy.minReplicas(), most);
    int[] sizes = ReplicaPlan.of(needs, lag, new Start(ready, least, most), prices).replicas();
    return joined(sizes, first, last, grid);
  }

  /** The most that any instant of a step needs. */
  private static int need(ScalingPolicy policy, Forecast forecast, Instant from, long seconds) {
    double[] path = forecast.quantiles()[forecast.levels().length - 1];
    long since = Duration.between(forecast.origin(), from).toSeconds();
    int step = forecast.stepSeconds();
    int most =
        ScheduleStage.highest(policy.floors(), from, from.plusSeconds(seconds).minusNanos(1))
            .map(FloorSchedule::replicas)
            .orElse(0);
    // Step h stands for the time from its own instant to that of step h + 1.
    long end = Math.ceilDiv(since + seconds, (long) step) - 1;
    for (long h = Math.max(0, since / step - 1); h < Math.min(end, path.length); h++) {
      most = Math.max(most, NeedStage.replicasFor(path[(int) h], policy.perReplica()));
    }
    return Math.clamp(most, policy.minReplicas(), policy.maxReplicas());
  }

  private static List<PlannedSize> joined(int[] sizes, Instant first, Instant last, long grid) {
    List<PlannedSize> lines = new ArrayList<>();
    int begin = 0;
    for (int t = 1; t <= sizes.length; t++) {
      if (t == sizes.length || sizes[t] != sizes[begin]) {
        Instant to = t == sizes.length ? last : first.plusSeconds(grid * t);
        lines.add(new PlannedSize(first.plusSeconds(grid * begin), to, sizes[begin]));
        begin = t;
      }
    }
    return List.copyOf(lines);
  }

  /** Replica-hours of a timetable. */
  public static double replicaHours(List<PlannedSize> lines) {
    double hours = 0;
    for (PlannedSize line : lines) {
      hours += line.replicas() * (Duration.between(line.from(), line.to()).toSeconds() / 3600.0);
    }
    return hours;
  }
}
