package dev.almanac.predictor.rightsizing.advice;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;
import static dev.almanac.predictor.rightsizing.advice.Histories.MI;
import static dev.almanac.predictor.rightsizing.advice.Histories.absent;
import static dev.almanac.predictor.rightsizing.advice.Histories.burstable;
import static dev.almanac.predictor.rightsizing.advice.Histories.container;
import static dev.almanac.predictor.rightsizing.advice.Histories.guaranteed;
import static dev.almanac.predictor.rightsizing.advice.Histories.killed;
import static dev.almanac.predictor.rightsizing.advice.Histories.named;
import static dev.almanac.predictor.rightsizing.advice.Histories.scaled;
import static dev.almanac.predictor.rightsizing.advice.Histories.starting;
import static dev.almanac.predictor.rightsizing.advice.Histories.steady;
import static dev.almanac.predictor.rightsizing.advice.Histories.throttled;
import static dev.almanac.predictor.rightsizing.advice.Histories.with;
import static dev.almanac.predictor.rightsizing.advice.Histories.withPods;
import static dev.almanac.predictor.rightsizing.advice.Histories.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Recommended;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Refused;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.JvmMemory;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.OomKills;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.NamespaceRules.Range;
import dev.almanac.predictor.rightsizing.advice.WorkloadHistory.UtilizationTarget;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import dev.almanac.predictor.rightsizing.pod.Quota;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What is said about one workload, special case by special case. */
class RightsizerTest {

  private static WorkloadAdvice advise(WorkloadHistory workload) {
    return new Rightsizer(Goal.BALANCED, NamespaceRules.NONE).advise(workload);
  }

  private static Recommended first(WorkloadAdvice advice) {
    return (Recommended) advice.containers().getFirst();
  }

  private static Recommended deployment(ContainerHistory container) {
    return first(advise(workload("Deployment", container)));
  }

  private static double cpu(Recommended r) {
    return r.advised().requests().orZero(Resource.CPU) / 1000.0;
  }

  private static double mebibytes(Recommended r) {
    return r.advised().requests().orZero(Resource.MEMORY) / (double) MI;
  }

  private static String because(Recommended r, Reason.Code code) {
    return r.reasons().stream()
        .filter(reason -> reason.code() == code)
        .map(Reason::text)
        .findFirst()
        .orElse("nothing about " + code + " in " + r.reasons());
  }

  @Test
  void whatIdlesIsGivenBackAndTheMoneyAddsUp() {
    Recommended r = deployment(container(burstable(2000, 2048), steady(0.3), steady(400 * MI)));
    assertThat(r.severity()).isEqualTo(Severity.SAVING);
    assertThat(cpu(r)).isBetween(0.3, 0.34);
    assertThat(mebibytes(r)).isBetween(440.0, 500.0);
    assertThat(r.cpu().orElseThrow().shortNow()).isZero();
    assertThat(because(r, Reason.Code.BY_PRICE)).startsWith("CPU: 95 % of the time below 3");
    Prices prices = new Prices(0.04, 0.005);
    // 2 cores and 2 GiB in three pods for 730 hours.
    assertThat(prices.month(r.now().orElseThrow().requests(), 3))
        .isEqualTo((2 * 0.04 + 2 * 0.005) * 730 * 3);
  }

  @Test
  void aRequestThatFitsStays() {
    double[] cpu = steady(0.3);
    double[] memory = steady(400 * MI);
    Recommended r = deployment(container(burstable(2000, 2048), cpu, memory));
    Recommended again =
        deployment(
            container(
                new ContainerResources(r.advised().requests(), ResourceList.NONE), cpu, memory));
    assertThat(again.changes()).isFalse();
    assertThat(again.severity()).isEqualTo(Severity.GOOD);
    assertThat(because(again, Reason.Code.KEPT)).contains("stays");
  }

  @Test
  void aRequestThatIsTooSmallIsAWarningAndMissingOnesToo() {
    Recommended small = deployment(container(burstable(100, 128), steady(0.3), steady(400 * MI)));
    assertThat(small.severity()).isEqualTo(Severity.WARNING);
    assertThat(small.cpu().orElseThrow().shortNow()).isEqualTo(1);
    ContainerResources nothing = new ContainerResources(ResourceList.NONE, ResourceList.NONE);
    Recommended none = deployment(container(nothing, steady(0.3), steady(400 * MI)));
    assertThat(none.severity()).isEqualTo(Severity.WARNING);
    assertThat(because(none, Reason.Code.BEST_EFFORT)).contains("evicted");
    assertThat(none.cpu().orElseThrow().shortNow()).isNaN();
    assertThat(cpu(none)).isPositive();
  }

  @Test
  void aWeeklyPeakThatDaysForgetIsCovered() {
    // Saturdays from 9 to 11: after six days its weight in a histogram of 1.5 days is 6 %.
    double[] cpu = with(steady(0.3), 7, 5, 9, 2, 2.0);
    Recommended r = deployment(container(burstable(500, 1024), cpu, steady(400 * MI)));
    assertThat(cpu(r)).isEqualTo(2.0);
    assertThat(because(r, Reason.Code.WEEKLY_PEAK))
        .isEqualTo("CPU: needs 2 every Sat 09:00 UTC, in each of 2 weeks");
  }

  @Test
  void whatCameInOneWeekOnlyIsNoRhythm() {
    double[] cpu = steady(0.3);
    Arrays.fill(cpu, 5 * PER_DAY, 5 * PER_DAY + 24, 2.0);
    Recommended r = deployment(container(burstable(500, 1024), cpu, steady(400 * MI)));
    assertThat(cpu(r)).isLessThan(0.4);
  }

  @Test
  void aThrottledContainerGetsWhatItWasDenied() {
    ContainerResources now =
        new ContainerResources(ResourceList.of(200, 1024 * MI), ResourceList.of(500, 1024 * MI));
    double[] held = steady(0.4);
    Recommended r = deployment(throttled(container(now, steady(0.45), steady(400 * MI)), held));
    assertThat(r.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(cpu(r)).isGreaterThan(0.8);
    assertThat(r.advised().limits().orZero(Resource.CPU)).isGreaterThan(850);
    assertThat(because(r, Reason.Code.THROTTLED)).contains("limit of 500m", "100 % of the time");
  }

  @Test
  void anOomLooperIsRaisedAboveTheLimitThatKilledIt() {
    ContainerResources now = guaranteedMemory(256);
    ContainerHistory c =
        killed(
            container(now, steady(0.1), steady(200 * MI)),
            new OomKills(40, 256 * MI, Histories.DAYS * PER_DAY - 10));
    Recommended r = deployment(c);
    assertThat(r.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(mebibytes(r)).isBetween(256 * 1.25, 256 * 1.4); // 1.35, faded for a day
    assertThat(r.advised().limits().orZero(Resource.MEMORY))
        .isEqualTo(r.advised().requests().orZero(Resource.MEMORY));
    assertThat(because(r, Reason.Code.OOM_KILLED)).contains("40 times", "256Mi");
  }

  private static ContainerResources guaranteedMemory(long mebibytes) {
    return new ContainerResources(
        ResourceList.of(100, mebibytes * MI),
        ResourceList.NONE.with(Resource.MEMORY, mebibytes * MI));
  }

  @Test
  void anOldOomKillFades() {
    OomKills old = new OomKills(1, 2048 * MI, 10);
    ContainerHistory c = container(burstable(100, 2048), steady(0.1), steady(200 * MI));
    double[] memory = steady(200 * MI);
    Recommended r = deployment(killed(container(burstable(100, 2048), steady(0.1), memory), old));
    assertThat(mebibytes(r)).isLessThan(2048 * 1.35).isGreaterThan(mebibytes(deployment(c)));
  }

  @Test
  void aHeapThatMayGrowIsCounted() {
    ContainerHistory c =
        starting(
            container(burstable(500, 4096), steady(0.3), steady(700 * MI)),
            0,
            Optional.of(new JvmMemory(2048 * MI, 300 * MI)));
    Recommended r = deployment(c);
    assertThat(mebibytes(r)).isEqualTo(2350); // 2,348, in steps of ten
    assertThat(because(r, Reason.Code.JVM_HEAP)).contains("2Gi", "300Mi");
  }

  @Test
  void aHeapThatArgumentsGiveCountsWhereTheJvmReportsNone() {
    ContainerHistory silent = container(burstable(500, 4096), steady(0.3), steady(700 * MI));
    Recommended fixed = deployment(silent.startedWith(List.of("-Xmx512m", "-Xmx2g")));
    assertThat(mebibytes(fixed)).isEqualTo(2050); // 2,048, in steps of ten
    assertThat(because(fixed, Reason.Code.JVM_HEAP))
        .contains("2Gi", "what is not heap is not known");
    ContainerHistory limited = container(guaranteed(500, 4096), steady(0.3), steady(700 * MI));
    Recommended share = deployment(limited.startedWith(List.of("-XX:MaxRAMPercentage=50")));
    assertThat(mebibytes(share)).isEqualTo(2050);
    assertThat(silent.startedWith(List.of("-jar", "app.jar", "-Xmx$(HEAP)"))).isSameAs(silent);
    ContainerHistory small = silent.startedWith(List.of("-Xmx64m"));
    assertThat(mebibytes(deployment(small))).isEqualTo(mebibytes(deployment(silent)));
    ContainerHistory reports = starting(silent, 0, Optional.of(new JvmMemory(MI, MI)));
    assertThat(reports.startedWith(List.of("-Xmx2g"))).isSameAs(reports);
    assertThat(silent.startedWith(List.of("-XX:MaxRAMPercentage=50")))
        .as("half of a limit that there is not")
        .isSameAs(silent);
  }

  @Test
  void aStartUpIsToldOfAndDoesNotRaiseTheRequest() {
    ContainerHistory c =
        starting(
            container(burstable(500, 1024), steady(0.3), steady(400 * MI)), 1.8, Optional.empty());
    Recommended r = deployment(c);
    assertThat(cpu(r)).isLessThan(0.4);
    assertThat(because(r, Reason.Code.START_UP)).startsWith("CPU: 1.8 in the first minutes");
  }

  @Test
  void aGuaranteedPodStaysGuaranteedAndCoversNinetyNinePercent() {
    double[] cpu = with(steady(0.3), 1, 0, 3, 1, 0.9); // 4 % of the day
    Recommended r = deployment(container(guaranteed(2000, 1024), cpu, steady(400 * MI)));
    assertThat(r.advised().requests()).isEqualTo(r.advised().limits());
    assertThat(cpu(r)).isEqualTo(0.9);
    assertThat(because(r, Reason.Code.GUARANTEED)).contains("stays it");
  }

  @Test
  void aSidecarIsSizedWithItsPodAndAnInitContainerIsNot() {
    ContainerHistory main = container(burstable(500, 1024), steady(0.3), steady(400 * MI));
    ContainerHistory proxy =
        named(container(burstable(500, 512), steady(0.02), steady(60 * MI)), "proxy", Role.MAIN);
    ContainerHistory init =
        named(container(burstable(500, 512), absent(), absent()), "migrate", Role.INIT);
    WorkloadAdvice advice = advise(workload("Deployment", init, main, proxy));
    assertThat(advice.containers()).hasSize(3);
    assertThat(((Refused) advice.containers().get(0)).why()).isEqualTo(Refused.Why.INIT_CONTAINER);
    assertThat(cpu((Recommended) advice.containers().get(1))).isGreaterThan(0.3);
    assertThat(cpu((Recommended) advice.containers().get(2))).isLessThan(0.03);
  }

  @Test
  void anHpaScalesAtTheSameLoad() {
    WorkloadHistory w =
        scaled(
            workload("Deployment", container(burstable(1000, 1024), steady(0.5), steady(400 * MI))),
            new UtilizationTarget("web", Resource.CPU, 60));
    WorkloadAdvice advice = advise(w);
    WorkloadAdvice.HpaTarget hpa = advice.hpa().orElseThrow();
    // 60 % of 1000m: no target up to 90 % does it below 667m.
    assertThat(cpu(first(advice))).isEqualTo(0.667);
    assertThat(hpa.percent()).isEqualTo(89);
    assertThat(hpa.kept()).isTrue();
    assertThat(because(first(advice), Reason.Code.HPA)).contains("below 667m");

    WorkloadAdvice memory = advise(scaled(w, new UtilizationTarget("web", Resource.MEMORY, 60)));
    assertThat(mebibytes(first(memory))).isEqualTo(1024);
    assertThat(memory.hpa()).isEmpty();
  }

  @Test
  void aLimitRangeAndAQuotaAreKeptNotFound() {
    ContainerHistory c = container(burstable(100, 128), steady(0.9), steady(900 * MI));
    Range range =
        new Range(false, ResourceList.of(50, 64 * MI), ResourceList.of(500, 512 * MI), Map.of());
    NamespaceRules rules =
        new NamespaceRules(
            List.of(range),
            new Quota(ResourceList.NONE, ResourceList.NONE),
            new Quota(ResourceList.NONE, ResourceList.NONE));
    Recommended inRange =
        first(new Rightsizer(Goal.BALANCED, rules).advise(workload("Deployment", c)));
    assertThat(inRange.advised().requests()).isEqualTo(ResourceList.of(500, 512 * MI));
    assertThat(because(inRange, Reason.Code.LIMIT_RANGE))
        .contains("CPU from 50m, CPU to 500m", "usage asks for CPU 1,");
    assertThat(inRange.memory().orElseThrow().promise()).isEmpty();

    // 3 pods at 100m; 900m are left: (900 + 300) / (3 + 1 of the rollout) = 300m.
    Quota quota =
        new Quota(
            ResourceList.NONE.with(Resource.CPU, 2000), ResourceList.NONE.with(Resource.CPU, 1100));
    NamespaceRules tight =
        new NamespaceRules(List.of(), quota, new Quota(ResourceList.NONE, ResourceList.NONE));
    Rightsizer rightsizer = new Rightsizer(Goal.BALANCED, tight);
    Recommended inQuota = first(rightsizer.advise(workload("Deployment", c)));
    assertThat(cpu(inQuota)).isEqualTo(0.3);
    assertThat(because(inQuota, Reason.Code.QUOTA)).contains("pods: 3", "usage asks for CPU");
    // The next workload finds what the first one has left: (900 - 600 + 300) / 4.
    assertThat(cpu(first(rightsizer.advise(workload("Deployment", c))))).isEqualTo(0.15);
  }

  @Test
  void aRatioOfLimitToRequestIsKept() {
    ContainerResources now =
        new ContainerResources(ResourceList.of(1000, 1024 * MI), ResourceList.of(2000, 2048 * MI));
    Range range = new Range(false, ResourceList.NONE, ResourceList.NONE, Map.of(Resource.CPU, 4.0));
    NamespaceRules rules =
        new NamespaceRules(
            List.of(range),
            new Quota(ResourceList.NONE, ResourceList.NONE),
            new Quota(ResourceList.NONE, ResourceList.NONE));
    Recommended r =
        first(
            new Rightsizer(Goal.BALANCED, rules)
                .advise(workload("Deployment", container(now, steady(0.1), steady(900 * MI)))));
    assertThat(r.advised().requests().orZero(Resource.CPU)).isEqualTo(500);
  }

  @Test
  void runsCountOneByOne() {
    double[] memory = with(absent(), 1, 0, 2, 1, 500 * MI);
    double[] cpu = with(absent(), 1, 0, 2, 1, 0.8);
    ContainerHistory c = container(burstable(2000, 4096), cpu, memory);
    Recommended r = first(advise(workload("CronJob", c)));
    assertThat(because(r, Reason.Code.RUNS)).startsWith("14 runs");
    assertThat(cpu(r)).isBetween(0.8, 0.84);
    assertThat(mebibytes(r)).isBetween(500.0, 560.0);
    // Two runs are too few to speak of, however long ago the first was.
    ContainerHistory two =
        container(
            burstable(2000, 4096),
            with(absent(), 7, 0, 2, 1, 0.8),
            with(absent(), 7, 0, 2, 1, 500 * MI));
    assertThat(((Refused) advise(workload("CronJob", two)).containers().getFirst()).text())
        .isEqualTo("not enough history: 2 of 3 runs needed");
  }

  @Test
  void twentyMinutesAreNotEnough() {
    double[] cpu = absent();
    double[] memory = absent();
    for (int i = cpu.length - 4; i < cpu.length; i++) {
      cpu[i] = 0.2;
      memory[i] = 100 * MI;
    }
    Refused refused =
        (Refused)
            advise(workload("Deployment", container(burstable(100, 100), cpu, memory)))
                .containers()
                .getFirst();
    assertThat(refused.why()).isEqualTo(Refused.Why.NOT_ENOUGH_HISTORY);
    assertThat(refused.text()).isEqualTo("not enough history: 20 min of 3 d needed");
  }

  @Test
  void whatRunsNoMoreIsSaidToBeGone() {
    double[] cpu = steady(0.3);
    double[] memory = steady(400 * MI);
    Arrays.fill(cpu, 9 * PER_DAY, cpu.length, Double.NaN);
    Arrays.fill(memory, 9 * PER_DAY, cpu.length, Double.NaN);
    WorkloadHistory w = workload("Deployment", container(burstable(100, 100), cpu, memory));
    Refused refused = (Refused) advise(withPods(w, 0)).containers().getFirst();
    assertThat(refused.text()).isEqualTo("not running: last seen 5 d ago");
  }

  @Test
  void weekendsWithoutPodsAreNoHistory() {
    double[] cpu = steady(0.3);
    double[] memory = steady(400 * MI);
    for (int day : new int[] {5, 6, 12, 13}) {
      Arrays.fill(cpu, day * PER_DAY, (day + 1) * PER_DAY, Double.NaN);
      Arrays.fill(memory, day * PER_DAY, (day + 1) * PER_DAY, Double.NaN);
    }
    Recommended r = deployment(container(burstable(100, 100), cpu, memory));
    assertThat(mebibytes(r)).isBetween(440.0, 500.0);
    assertThat(r.memory().orElseThrow().promise().orElseThrow().days()).isEqualTo(7);
  }

  @Test
  void oneMetricAloneIsAdviceOnOneResource() {
    ContainerHistory c =
        new ContainerHistory(
            "app",
            Role.MAIN,
            Optional.of(burstable(100, 2048)),
            new double[0],
            new double[0],
            steady(400 * MI),
            OomKills.NONE,
            OptionalDouble.empty(),
            Optional.empty());
    Recommended r = deployment(c);
    assertThat(cpu(r)).isEqualTo(0.1);
    assertThat(mebibytes(r)).isLessThan(500);
    assertThat(because(r, Reason.Code.NO_USAGE)).contains("CPU");
  }

  @Test
  void requestsInOddUnitsAreNamed() {
    ContainerResources halfAByte =
        new ContainerResources(ResourceList.of(500, 1), ResourceList.NONE);
    Recommended r = deployment(container(halfAByte, steady(0.3), steady(400 * MI)));
    assertThat(because(r, Reason.Code.ODD_REQUEST)).contains("512Mi");
    ContainerResources cores = burstable(500_000, 512);
    Recommended big = deployment(container(cores, steady(0.3), steady(400 * MI)));
    assertThat(because(big, Reason.Code.ODD_REQUEST)).contains("500m meant");
  }

  @Test
  void thePromiseIsWhatThePastWouldHaveKept() {
    Recommended calm = deployment(container(burstable(500, 1024), steady(0.3), steady(400 * MI)));
    Figures.Kept kept = calm.memory().orElseThrow().promise().orElseThrow();
    assertThat(kept.days()).isEqualTo(11);
    assertThat(kept.mean()).isZero();
    // No bad day in 11: up to 1 - 0.025^(1/11) of them, in 30.4 days.
    assertThat(kept.most()).isCloseTo(8.66, org.assertj.core.data.Offset.offset(0.01));
    Recommended spiky =
        deployment(
            container(burstable(500, 1024), with(steady(0.3), 1, 0, 3, 1, 2), steady(400 * MI)));
    Figures.Kept cpu = spiky.cpu().orElseThrow().promise().orElseThrow();
    assertThat(cpu.mean()).isGreaterThan(calm.cpu().orElseThrow().promise().orElseThrow().mean());
    assertThat(cpu.most()).isGreaterThan(cpu.mean());
  }

  @Test
  void elevenCalmDaysPromiseNoCalmMonth() {
    double[] constant = new double[14 * 288];
    Arrays.fill(constant, 0.3);
    Figures.Kept cpu = cpuPromise(constant);
    assertThat(cpu.days()).isEqualTo(11);
    assertThat(cpu.mean()).isZero();
    // Up to 1 - 0.05^(1/11) of the days, one sample of 5 minutes each, in 30.4 days.
    assertThat(cpu.most()).isCloseTo(36.24, org.assertj.core.data.Offset.offset(0.01));
  }

  @Test
  void oneShortDayInElevenMayBeMore() {
    double[] once = new double[14 * 288];
    Arrays.fill(once, 0.3);
    Arrays.fill(once, 7 * 288 + 100, 7 * 288 + 112, 2); // An hour, of which nothing tells before.
    Figures.Kept cpu = cpuPromise(once);
    assertThat(cpu.mean()).isCloseTo(60 * 30.4 / 11, org.assertj.core.data.Offset.offset(0.01));
    // Clopper and Pearson: x = 0.3644 where (1 - x)^11 + 11 x (1 - x)^10 is 0.05.
    assertThat(cpu.most()).isCloseTo(0.3644 * 60 * 30.4, org.assertj.core.data.Offset.offset(0.1));
  }

  private static Figures.Kept cpuPromise(double[] usage) {
    return deployment(container(burstable(500, 1024), usage, steady(400 * MI)))
        .cpu()
        .orElseThrow()
        .promise()
        .orElseThrow();
  }

  @Test
  void aGoalMovesBothRequestsItsWay() {
    double[] cpu = with(with(steady(0.3), 1, 0, 3, 1, 0.9), 1, 0, 9, 1, 0.6);
    WorkloadHistory w = workload("Deployment", container(burstable(100, 100), cpu, cpu(cpu)));
    Recommended saves = first(new Rightsizer(Goal.SAVINGS, NamespaceRules.NONE).advise(w));
    Recommended safe = first(new Rightsizer(Goal.RELIABILITY, NamespaceRules.NONE).advise(w));
    assertThat(cpu(safe)).isGreaterThanOrEqualTo(cpu(saves));
    assertThat(mebibytes(safe)).isGreaterThan(mebibytes(saves));
  }

  private static double[] cpu(double[] shape) {
    double[] memory = new double[shape.length];
    Arrays.setAll(memory, i -> shape[i] * 1000 * MI);
    return memory;
  }
}
