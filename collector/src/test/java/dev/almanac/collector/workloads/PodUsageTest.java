package dev.almanac.collector.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.collector.prometheus.BulkAnswer.Labelled;
import dev.almanac.collector.workloads.PodUsage.Container;
import dev.almanac.collector.workloads.PodUsage.Metric;
import dev.almanac.collector.workloads.PodUsage.Workload;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How series of pods are folded into containers of workloads. */
class PodUsageTest {
  private static final int POINTS = 100;

  private final Owners owners =
      new Owners(
          "shop",
          OwnersTest.DIALECT,
          List.of(
              OwnersTest.series(
                  "kube_pod_owner", "pod", "a", "owner_kind", "StatefulSet", "owner_name", "w"),
              OwnersTest.series(
                  "kube_pod_owner", "pod", "b", "owner_kind", "StatefulSet", "owner_name", "w"),
              OwnersTest.series(
                  "kube_pod_owner", "pod", "j", "owner_kind", "Job", "owner_name", "job")));
  private final PodUsage usage = new PodUsage(OwnersTest.DIALECT, owners, POINTS, _ -> true);

  /** Samples from a grid point on. */
  private static Labelled series(String pod, String job, int from, double... values) {
    int[] at = new int[values.length];
    Arrays.setAll(at, i -> from + i);
    return new Labelled(
        OwnersTest.series("", "pod", pod, "container", "app", "job", job).labels(), at, values);
  }

  private static double[] constant(int n, double value) {
    double[] values = new double[n];
    Arrays.fill(values, value);
    return values;
  }

  private Workload workload(String kind, String name) {
    return usage.workloads().get(new WorkloadName("shop", kind, name));
  }

  private Container container() {
    return workload("StatefulSet", "w").containers.get("app");
  }

  @Test
  void thePodThatUsesMostCountsAndAbsenceIsNotZero() {
    usage.take(
        Metric.MEMORY,
        List.of(series("a", "kubelet", 0, 5, 5, 5), series("b", "kubelet", 1, 3, 9)),
        10);
    assertThat(Arrays.copyOfRange(container().memory, 9, 14))
        .containsExactly(Double.NaN, 5, 5, 9, Double.NaN);
    assertThat(workload("StatefulSet", "w").podSamples).isEqualTo(5);
    assertThat(workload("StatefulSet", "w").firstSample).isEqualTo(10);
    assertThat(workload("StatefulSet", "w").podsNow).isEmpty();
    usage.take(Metric.MEMORY, List.of(series("b", "kubelet", 0, 1)), POINTS - 1);
    assertThat(workload("StatefulSet", "w").podsNow).containsExactly("b");
  }

  @Test
  void twoJobsCountOnceAndTheKubeletIsPreferred() {
    usage.take(
        Metric.MEMORY,
        List.of(series("a", "cadvisor", 0, 7, 7, 7), series("a", "kubelet", 1, 5, 5)),
        0);
    assertThat(Arrays.copyOf(container().memory, 3)).containsExactly(7, 5, 5);
    assertThat(workload("StatefulSet", "w").podSamples).isEqualTo(3);
    assertThat(workload("StatefulSet", "w").jobsTwice).containsExactly("cadvisor", "kubelet");
  }

  @Test
  void aJobThatWasRenamedIsNotTwo() {
    usage.take(
        Metric.MEMORY, List.of(series("a", "old", 0, 7, 7), series("a", "kubelet", 2, 5, 5)), 0);
    assertThat(Arrays.copyOf(container().memory, 4)).containsExactly(7, 7, 5, 5);
    assertThat(workload("StatefulSet", "w").jobsTwice).isEmpty();
  }

  @Test
  void whatIsNoMeasurementIsAbsentAndTold() {
    usage.take(
        Metric.MEMORY,
        List.of(series("a", "kubelet", 0, -1, Double.NaN, Double.POSITIVE_INFINITY, 4)),
        0);
    assertThat(Arrays.copyOf(container().memory, 4))
        .containsExactly(Double.NaN, Double.NaN, Double.NaN, 4);
    assertThat(workload("StatefulSet", "w").oddSamples).isTrue();
  }

  @Test
  void theFirstMinutesOfAPodStandApart() {
    double[] values = constant(20, 1);
    values[0] = 3;
    values[1] = 4;
    usage.take(Metric.CPU, List.of(series("a", "kubelet", 0, values)), 5);
    assertThat(container().startUpCores).isEqualTo(4);
    assertThat(container().cpu[5]).isNaN();
    assertThat(container().cpu[7]).isEqualTo(1);
    // The next part of the range is not another start.
    usage.take(Metric.CPU, List.of(series("a", "kubelet", 0, values)), 25);
    assertThat(container().cpu[25]).isEqualTo(3);
  }

  @Test
  void neitherTheBeginningOfHistoryNorAShortLifeNorARunIsAStartUp() {
    usage.take(Metric.CPU, List.of(series("a", "kubelet", 0, constant(20, 2))), 0);
    usage.take(Metric.CPU, List.of(series("b", "kubelet", 0, constant(5, 3))), 30);
    usage.take(Metric.CPU, List.of(series("j", "kubelet", 0, constant(20, 4))), 30);
    assertThat(container().cpu[0]).isEqualTo(2);
    assertThat(container().cpu[30]).isEqualTo(3);
    assertThat(workload("Job", "job").containers.get("app").cpu[30]).isEqualTo(4);
    assertThat(container().startUpCores).isNaN();
  }

  @Test
  void killsAreStepsOfTheRestartsAndTheFirstSight() {
    usage.take(Metric.MEMORY, List.of(series("a", "kubelet", 0, 1)), 0);
    usage.takeKills(List.of(series("a", "", 0, 3, 3, 4, 6)), 10); // first sight, +1, +2
    assertThat(container().kills).isEqualTo(4);
    assertThat(container().lastKill).isEqualTo(13);
    usage.takeKills(List.of(series("a", "", 0, 6, 7)), 14); // goes on in the next part
    assertThat(container().kills).isEqualTo(5);
    usage.takeKillLimits(List.of(series("a", "", 0, 100, 200, Double.NaN)));
    assertThat(container().killedAt).isEqualTo(200);
  }

  @Test
  void aKillBeforeTheHistoryIsNone() {
    usage.take(Metric.MEMORY, List.of(series("a", "kubelet", 0, 1)), 0);
    usage.takeKills(List.of(series("a", "", 0, 3, 3)), 0);
    assertThat(container().kills).isZero();
  }

  @Test
  void heldBackTimeIsKeptOnlyWhereThereIsAny() {
    usage.take(Metric.CPU, List.of(series("a", "kubelet", 0, constant(3, 1))), 0);
    assertThat(container().throttled).isEmpty();
    usage.take(Metric.THROTTLED, List.of(series("a", "kubelet", 1, 0.5)), 0);
    assertThat(Arrays.copyOf(container().throttled, 3))
        .containsExactly(Double.NaN, 0.5, Double.NaN);
  }
}
