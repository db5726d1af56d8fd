package dev.almanac.simulator.whatif;

import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.simulator.fleet.Control;
import dev.almanac.simulator.fleet.FleetOutcome;
import dev.almanac.simulator.fleet.FleetScenario;
import dev.almanac.simulator.fleet.FleetWorkload;
import dev.almanac.simulator.fleet.NodeGroup;
import dev.almanac.simulator.fleet.Supply;
import dev.almanac.simulator.outcome.Tally;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** When a fleet runs into each of its limits, if demand goes on growing. */
public final class Runway {
  /*
   * For each limit alone, the others lifted: the least factor of demand at which it binds somewhere
   * in the scored time. For maxReplicas that is arithmetic, for the others it is searched by
   * replays, to a hundredth. Demand that grows by the share r a month has grown by the factor f after
   * ln f / ln(1 + r) months.
   */

  /** Beyond this factor nobody plans. */
  private static final double MOST = 64;

  private static final double PRECISION = 0.01;
  private static final double DAYS_A_MONTH = 30.4;

  private Runway() {}

  /**
   * A limit and when it is reached.
   *
   * @param name for example {@code maxReplicas of web}
   * @param factor of growth at which it binds, 1 or less: it binds today; infinite: not in reach
   * @param medianDays until then at the likely growth; infinite when that is never
   * @param p90Days at a growth that is exceeded with a chance of one in ten
   */
  public record Limit(String name, double factor, double medianDays, double p90Days) {}

  /**
   * Every limit, the first to bind first.
   *
   * @param today the fleet as it is; all workloads grow alike
   * @param runs gives what comes of a fleet
   */
  public static List<Limit> of(
      FleetScenario today, Growth growth, Function<FleetScenario, FleetOutcome> runs) {
    List<Limit> limits = new ArrayList<>();
    for (FleetWorkload w : today.workloads()) {
      limits.add(limit("maxReplicas of " + w.name(), ofReplicas(today, w), growth));
    }
    if (today.supply().isPresent()) {
      Supply s = today.supply().get();
      limits.add(
          search(
              "most nodes of the groups",
              today,
              only(s, true, false, false),
              growth,
              runs,
              FleetOutcome::groupMaxPodMinutes));
      if (s.quotaMillicores() != Supply.UNLIMITED) {
        limits.add(
            search(
                "CPU quota",
                today,
                only(s, false, true, false),
                growth,
                runs,
                FleetOutcome::quotaPodMinutes));
      }
      if (!s.zoneAddresses().isEmpty()) {
        limits.add(
            search(
                "addresses",
                today,
                only(s, false, false, true),
                growth,
                runs,
                FleetOutcome::addressPodMinutes));
      }
    }
    return sorted(limits);
  }

  /** A disk that fills by a line. */
  public static Limit ofDisk(String name, double used, double capacity, Growth perDay) {
    return new Limit(
        "disk " + name,
        used > 0 ? capacity / used : Double.POSITIVE_INFINITY,
        days(capacity - used, perDay.median()),
        days(capacity - used, perDay.p90()));
  }

  private static double days(double room, double perDay) {
    return room <= 0 ? 0 : perDay <= 0 ? Double.POSITIVE_INFINITY : room / perDay;
  }

  /** The first to bind first; of equal ones, as they came. */
  public static List<Limit> sorted(List<Limit> limits) {
    return limits.stream()
        .sorted(Comparator.comparingDouble(Limit::medianDays).thenComparing(Limit::p90Days))
        .toList();
  }

  private static Limit limit(String name, double factor, Growth growth) {
    return new Limit(
        name, factor, daysUntil(factor, growth.median()), daysUntil(factor, growth.p90()));
  }

  private static double daysUntil(double factor, double perMonth) {
    if (factor <= 1) {
      return 0;
    }
    return perMonth <= 0 || Double.isInfinite(factor)
        ? Double.POSITIVE_INFINITY
        : DAYS_A_MONTH * Math.log(factor) / Math.log1p(perMonth);
  }

  private static double ofReplicas(FleetScenario s, FleetWorkload w) {
    double peak = 0;
    int offset =
        (int)
            Math.floorDiv(
                s.start().getEpochSecond() - w.demand().trace().start().getEpochSecond(), 60L);
    for (int m = s.scoreFromMinute(); m < s.minutes(); m++) {
      double demand = w.demand().trace().minute(offset + m) * w.demand().factor();
      peak = demand > peak ? demand : peak; // false for NaN
    }
    return peak == 0
        ? Double.POSITIVE_INFINITY
        : Tally.replicasFor(peak, w.perReplica()) > w.maxReplicas()
            ? 1
            : w.maxReplicas() * w.perReplica() / peak;
  }

  private static Supply only(Supply s, boolean groupMax, boolean quota, boolean addresses) {
    List<NodeGroup> groups =
        groupMax
            ? s.groups()
            : s.groups().stream().map(g -> g.withMax(NodeGroup.MOST_NODES)).toList();
    return new Supply(
        groups,
        quota ? s.quotaMillicores() : Supply.UNLIMITED,
        addresses ? s.zoneAddresses() : Map.of(),
        s.idleAfter(),
        s.idleBelow(),
        s.buffer(),
        s.detection());
  }

  private static Limit search(
      String name,
      FleetScenario today,
      Supply supply,
      Growth growth,
      Function<FleetScenario, FleetOutcome> runs,
      ToDoubleFunction<FleetOutcome> bound) {
    FleetScenario open =
        today.with(supply).with(today.workloads().stream().map(Runway::unbounded).toList());
    double low = 1;
    double high = 1;
    while (!binds(open, high, runs, bound)) {
      low = high;
      high *= 2;
      if (high > MOST) {
        return limit(name, Double.POSITIVE_INFINITY, growth);
      }
    }
    while (high - low > PRECISION * low) {
      double middle = (low + high) / 2;
      if (binds(open, middle, runs, bound)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return limit(name, high, growth);
  }

  private static boolean binds(
      FleetScenario s,
      double factor,
      Function<FleetScenario, FleetOutcome> runs,
      ToDoubleFunction<FleetOutcome> bound) {
    return bound.applyAsDouble(runs.apply(new Change.Grow(factor, Change.Who.ALL).apply(s))) > 0;
  }

  /**
   * Under the reactive rule where Almanac decides, whose forecasts would be fitted anew each time.
   */
  private static FleetWorkload unbounded(FleetWorkload w) {
    Control control =
        w.control() instanceof Control.Almanac(ScalingPolicy policy, var _, var _)
            ? Control.Hpa.at(policy.reactive().targetUtilization())
            : w.control();
    return new FleetWorkload(
        w.name(),
        w.demand(),
        w.perReplica(),
        w.minReplicas(),
        FleetWorkload.MOST_REPLICAS,
        w.startUp(),
        w.requests(),
        w.nodeGroups(),
        w.maxZoneSkew(),
        w.priority(),
        control,
        Optional.empty(),
        w.budget());
  }
}
