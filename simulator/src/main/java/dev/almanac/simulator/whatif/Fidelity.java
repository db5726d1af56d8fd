package dev.almanac.simulator.whatif;

import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.simulator.fleet.FitCache;
import dev.almanac.simulator.fleet.FleetReplay;
import dev.almanac.simulator.fleet.FleetScenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How near a replay of the past comes to what was really there: the same demand under the policy
 * that really ran, against the replicas that were recorded.
 *
 * @param workload name
 * @param minutes that were compared: counted ones whose replicas are known
 * @param meanError mean of |replayed - recorded| replicas
 * @param relativeError that over the mean of the recorded ones
 * @param podHoursError replayed over recorded replica-hours, less 1
 * @param sameShare share of the minutes with exactly the recorded replicas
 */
public record Fidelity(
    String workload,
    int minutes,
    double meanError,
    double relativeError,
    double podHoursError,
    double sameShare) {

  /**
   * Replays a fleet once and compares every workload that has a record.
   *
   * @param recorded replicas by workload; a minute takes the sample at or before it, within a step
   * @return in the order of the fleet; without those that have nothing to compare
   */
  public static List<Fidelity> of(FleetScenario fleet, Map<String, TimeSeries> recorded) {
    if (recorded.isEmpty()) {
      return List.of();
    }
    int rows = fleet.workloads().size();
    int[] minutes = new int[rows];
    double[] error = new double[rows];
    double[] sum = new double[rows];
    double[] truth = new double[rows];
    int[] same = new int[rows];
    FleetReplay replay = new FleetReplay(fleet, new FitCache(), false);
    long start = fleet.start().getEpochSecond();
    for (int m = 0; m < fleet.minutes(); m++) {
      replay.runTo(m + 1);
      for (int w = 0; w < rows && m >= fleet.scoreFromMinute(); w++) {
        double there = at(recorded.get(fleet.workloads().get(w).name()), start + 60L * m);
        if (!Double.isNaN(there)) {
          int replayed = replay.replicas(w);
          minutes[w]++;
          error[w] += Math.abs(replayed - there);
          sum[w] += replayed;
          truth[w] += there;
          same[w] += replayed == there ? 1 : 0;
        }
      }
    }
    List<Fidelity> all = new ArrayList<>();
    for (int w = 0; w < rows; w++) {
      if (minutes[w] > 0 && truth[w] > 0) {
        all.add(
            new Fidelity(
                fleet.workloads().get(w).name(),
                minutes[w],
                error[w] / minutes[w],
                error[w] / truth[w],
                sum[w] / truth[w] - 1,
                (double) same[w] / minutes[w]));
      }
    }
    return all;
  }

  private static double at(@Nullable TimeSeries recorded, long epochSecond) {
    if (recorded == null) {
      return Double.NaN;
    }
    long index = Math.floorDiv(epochSecond - recorded.startEpochSecond(), recorded.stepSeconds());
    return index < 0 || index >= recorded.length() ? Double.NaN : recorded.values()[(int) index];
  }
}
