package dev.almanac.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.cluster.Cluster;
import dev.almanac.predictor.cluster.PodReport;
import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.metrics.MetricReading;
import dev.almanac.predictor.metrics.MetricSource;
import dev.almanac.predictor.metrics.PodValues;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.scaling.Actuation;
import dev.almanac.predictor.scaling.Guards;
import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Signals;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.hpa.MetricAnswer;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.MetricSpec.MetricId;
import dev.almanac.predictor.scaling.hpa.MetricTarget;
import dev.almanac.predictor.scaling.hpa.Pod;
import dev.almanac.predictor.scaling.hpa.PodUsage;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.config.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One replica serves 100; the reactive rule aims at 70 of them. Ports answer from memory. */
class ControlLoopTest {
  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");

  private final MemoryCluster cluster = new MemoryCluster();
  private final Map<String, SeriesReading> demand = new HashMap<>();
  private final Map<String, Map<String, Double>> byPod = new HashMap<>();
  private final List<List<WorkloadTick>> heard = new ArrayList<>();
  private Instant now = START;
  private boolean killed;

  @Test
  void readsDecidesWritesAndTells() {
    ControlLoop loop = loop(Runnable::run, "a");
    demands("a", 1_400);
    loop.tick(now);
    assertThat(cluster.sizes).containsEntry("a", 20);
    assertThat(heard).hasSize(1);
    WorkloadTick.Decided d = (WorkloadTick.Decided) heard.getFirst().getFirst();
    assertThat(d.desired()).isEqualTo(20);
    assertThat(d.write()).get().isInstanceOf(Cluster.ApplyResult.Applied.class);
  }

  @Test
  void nothingIsWrittenWhenNothingChanges() {
    ControlLoop loop = loop(Runnable::run, "a");
    demands("a", 700);
    loop.tick(now);
    assertThat(cluster.writes).isEmpty();
  }

  @Test
  void afterAConflictTheDecisionIsMadeAgainOnWhatIsThere() {
    ControlLoop loop = loop(Runnable::run, "a");
    demands("a", 1_400);
    cluster.beforeWrite.add(() -> cluster.set("a", 25)); // somebody else was faster
    WorkloadTick.Decided d = (WorkloadTick.Decided) loop.tick(now).getFirst();
    assertThat(d.observation().target().specReplicas()).isEqualTo(25);
    assertThat(cluster.sizes).as("25 stands: a fall would have to wait").containsEntry("a", 25);
  }

  @Test
  void aConflictOnEveryTryEndsAfterThree() {
    ControlLoop loop = loop(Runnable::run, "a");
    demands("a", 9_000);
    for (int i = 0; i < 10; i++) {
      int size = 11 + i;
      cluster.beforeWrite.add(() -> cluster.set("a", size));
    }
    WorkloadTick.Decided d = (WorkloadTick.Decided) loop.tick(now).getFirst();
    assertThat(d.write()).get().isInstanceOf(Cluster.ApplyResult.Conflict.class);
    assertThat(cluster.writes).hasSize(3);
  }

  @Test
  void aRefusedWriteIsRepeatedWithPausesThatDouble() {
    ControlLoop loop = loop(Runnable::run, "a");
    cluster.answer = new Cluster.ApplyResult.Forbidden("exceeded quota: team-a");
    int before = 0;
    List<Integer> at = new ArrayList<>();
    for (int tick = 0; tick < 40; tick++) {
      demands("a", 1_400);
      loop.tick(now);
      if (cluster.writes.size() > before) {
        before = cluster.writes.size();
        at.add(tick);
      }
      now = now.plusSeconds(15);
    }
    assertThat(at).containsExactly(0, 1, 3, 7, 15, 31);
  }

  @Test
  void retryAfterIsKept() {
    ControlLoop loop = loop(Runnable::run, "a");
    cluster.answer = new Cluster.ApplyResult.Throttled(Duration.ofSeconds(30), "429");
    for (int tick = 0; tick < 3; tick++) {
      demands("a", 1_400);
      loop.tick(now);
      now = now.plusSeconds(15);
    }
    assertThat(cluster.writes).hasSize(2);
  }

  @Test
  void anUnknownTargetHasNoDecisionAndNoWrite() {
    ControlLoop loop = loop(Runnable::run, "a", "gone");
    demands("a", 700);
    demands("gone", 9_000);
    cluster.sizes.remove("gone");
    List<WorkloadTick> outcomes = loop.tick(now);
    assertThat(outcomes)
        .filteredOn(WorkloadTick.Skipped.class::isInstance)
        .singleElement()
        .satisfies(o -> assertThat(((WorkloadTick.Skipped) o).cause()).isEqualTo("not_found"));
    assertThat(cluster.writes).isEmpty();
  }

  @Test
  void oneWorkloadThatThrowsDoesNotStopTheOthers() {
    ControlLoop loop = loop(Runnable::run, "poison", "a");
    demands("a", 1_400);
    cluster.poison = "poison";
    List<WorkloadTick> outcomes = loop.tick(now);
    assertThat(outcomes).hasSize(2);
    assertThat(cluster.sizes).containsEntry("a", 20);
  }

  @Test
  void aReadThatHangsLeavesTheOthersOnTimeAndIsNotStartedTwice() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    cluster.onObserve =
        name -> {
          if (name.equals("slow")) {
            try {
              release.await();
              released.countDown();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ControlLoop loop = loop(threads, "slow", "a");
      demands("a", 1_400);
      List<WorkloadTick> first = loop.tick(now);
      assertThat(first)
          .filteredOn(WorkloadTick.Skipped.class::isInstance)
          .singleElement()
          .satisfies(o -> assertThat(((WorkloadTick.Skipped) o).cause()).isEqualTo("late"));
      assertThat(cluster.sizes).containsEntry("a", 20);
      now = now.plusSeconds(15);
      assertThat(loop.tick(now)).hasSize(1);
      release.countDown();
      released.await();
    }
  }

  @Test
  void aDecisionThatHasBecomeOldIsNotWritten() {
    ControlLoop loop = loop(Runnable::run, "a");
    demands("a", 1_400);
    Instant at = now;
    now = now.plusSeconds(16); // the process was stopped in between
    WorkloadTick.Decided d = (WorkloadTick.Decided) loop.tick(at).getFirst();
    assertThat(cluster.writes).isEmpty();
    assertThat(d.write()).get().isInstanceOf(Cluster.ApplyResult.Failed.class);
  }

  @Test
  void theKillSwitchStopsDecisionsAndWritesThatAreUnderWay() {
    ControlLoop loop = loop(Runnable::run, "a");
    demands("a", 1_400);
    killed = true;
    WorkloadTick.Decided d = (WorkloadTick.Decided) loop.tick(now).getFirst();
    assertThat(d.decision().reason()).isEqualTo(ReasonCode.KILL_SWITCH);
    killed = false;
    cluster.onObserve = _ -> killed = true;
    now = now.plusSeconds(15);
    d = (WorkloadTick.Decided) loop.tick(now).getFirst();
    assertThat(d.decision().reason()).isEqualTo(ReasonCode.REACTIVE);
    assertThat(d.write()).contains(new Cluster.ApplyResult.Failed("the kill switch is on"));
    assertThat(cluster.writes).isEmpty();
  }

  @Test
  void whatGuardsAskForIsReadAndItsAbsenceForbidsAFall() {
    ControlLoop loop = loop(Runnable::run, "a");
    ScalingPolicy policy =
        ScalingPolicy.of(2, 50, Stage.FLOOR, 100)
            .withGuards(
                Guards.NONE.withLeastCoverage(0.9).with(List.of(new Guards.Veto("errors", 0.05))));
    Workload.SignalQueries asked =
        new Workload.SignalQueries("pods{n='$name'}", List.of("errors{n='$name'}"));
    Workload plain = loop.workloads().getFirst();
    loop.manage(
        List.of(
            new Workload(
                plain.namespace(),
                plain.name(),
                plain.target(),
                plain.sourceName(),
                plain.queryTemplate(),
                plain.unit(),
                plain.calendar(),
                policy,
                false,
                asked)),
        Map.of());
    demands("a", 700);
    assertThat(signals(loop).reportingPods()).get().isInstanceOf(Reading.NoData.class);
    demands("pods{n='a'}", 10);
    demands("errors{n='a'}", 0.01);
    Signals read = signals(loop);
    assertThat(read.reportingPods()).contains(new Reading.Present(10, now));
    assertThat(read.vetoes()).containsExactly(new Reading.Present(0.01, now));
  }

  private Signals signals(ControlLoop loop) {
    now = now.plusSeconds(15);
    List.copyOf(demand.keySet()).forEach(name -> demands(name, demandOf(name)));
    return ((WorkloadTick.Decided) loop.tick(now).getFirst()).observation().signals();
  }

  private double demandOf(String name) {
    return java.util.Objects.requireNonNull(demand.get(name)).seriesOrEmpty().values()[0];
  }

  @Test
  void withoutDataItHoldsAndResumesByItself() {
    ControlLoop loop = loop(Runnable::run, "a");
    demands("a", 700);
    loop.tick(now);
    demand.put("a", new SeriesReading.NoData("unreachable: connection refused"));
    for (int tick = 0; tick < 100; tick++) {
      now = now.plusSeconds(15);
      WorkloadTick.Decided d = (WorkloadTick.Decided) loop.tick(now).getFirst();
      assertThat(d.decision().reason()).isEqualTo(ReasonCode.NO_DATA);
    }
    now = now.plusSeconds(15);
    demands("a", 1_400);
    loop.tick(now);
    assertThat(cluster.writes).containsExactly("a=20");
  }

  @Test
  void metricsOfEachPodAreReadInOneLookAndDecide() {
    var cpu = new MetricSpec.Resource("cpu", new MetricTarget.Utilization(50));
    var jobs = new MetricSpec.Pods(new MetricId("jobs", ""), new MetricTarget.AverageValue(10_000));
    ControlLoop loop = loop(Runnable::run, "a");
    ScalingPolicy plain = loop.workloads().getFirst().policy();
    loop.manage(
        List.of(following(loop.workloads().getFirst(), plain, List.of(cpu, jobs))), Map.of());
    demands("a", 0);
    cluster.set("a", 2);
    cluster.usage = Map.of("cpu", usage(90));
    byPod.put("sum by (pod) (jobs{namespace=\"shop\"})", Map.of("a-0", 3.0, "a-1", 5.0));
    WorkloadTick.Decided d = (WorkloadTick.Decided) loop.tick(now).getFirst();
    assertThat(d.observation().readings())
        .extracting(MetricReading::metric)
        .containsExactly("cpu", "pods metric jobs");
    assertThat(d.observation().readings().getFirst().reading())
        .isEqualTo(new Reading.Present(90, now));
    assertThat(cluster.sizes).as("2 pods at 90 % of 50 %").containsEntry("a", 4);
    assertThat(cluster.looks).isEqualTo(1);

    cluster.usage = Map.of("cpu", new MetricAnswer.Unavailable("no metrics-server"));
    now = now.plusSeconds(15);
    demands("a", 0);
    d = (WorkloadTick.Decided) loop.tick(now).getFirst();
    assertThat(d.observation().readings().getFirst().reading())
        .isEqualTo(new Reading.NoData("no metrics-server"));
    assertThat(d.decision().proposed()).as("jobs ask for less, and cpu is not known").isEqualTo(4);
  }

  private static MetricAnswer usage(long milli) {
    List<PodUsage> usage = new ArrayList<>();
    for (String pod : List.of("a-0", "a-1")) {
      usage.add(
          new PodUsage(
              pod,
              Instant.parse("2026-03-02T08:00:00Z"),
              Duration.ofSeconds(30),
              List.of(new PodUsage.ContainerUsage("main", OptionalLong.of(milli)))));
    }
    return new MetricAnswer.Usage(usage);
  }

  private static Workload following(Workload w, ScalingPolicy p, List<MetricSpec> metrics) {
    ScalingPolicy policy =
        new ScalingPolicy(
            p.minReplicas(),
            p.maxReplicas(),
            p.stage(),
            p.perReplica(),
            p.reactive().withMetrics(metrics),
            p.interval(),
            p.maxAge(),
            p.leadTime(),
            p.risk(),
            p.stepCaps());
    return with(w, policy);
  }

  @Test
  void anEmittedDecisionIsNotWritten() {
    ControlLoop loop = loop(Runnable::run, "a");
    Workload a = loop.workloads().getFirst();
    loop.manage(List.of(with(a, a.policy().withActuation(Actuation.EMIT))), Map.of());
    demands("a", 1_400);
    WorkloadTick.Decided d = (WorkloadTick.Decided) loop.tick(now).getFirst();
    assertThat(d.admitted().replicasOr(10)).isEqualTo(20);
    assertThat(d.write()).isEmpty();
    assertThat(cluster.writes).isEmpty();
  }

  @Test
  void aFloorIsWrittenUnderTheHpaAndGivenBackWhenTheStageEnds() {
    ControlLoop loop = loop(Runnable::run, "a");
    Workload a = loop.workloads().getFirst();
    ScalingPolicy policy = a.policy().withActuation(Actuation.HPA_FLOOR);
    loop.manage(List.of(with(a, policy)), Map.of());
    cluster.floors().set("a", 3); // what its owner has
    cluster.floors().least = 3;
    demands("a", 1_400);
    loop.tick(now);
    assertThat(cluster.floors().writes).as("no forecast yet: nothing to raise").isEmpty();
    assertThat(cluster.writes).isEmpty();

    cluster.floors().set("a", 8); // raised by a forecast before
    loop.manage(List.of(with(a, policy.withStage(Stage.SHADOW))), Map.of());
    now = now.plusSeconds(15);
    demands("a", 1_400);
    loop.tick(now);
    assertThat(cluster.floors().writes).containsExactly("a=3");
    assertThat(cluster.sizes).as("the size is the HPA's").containsEntry("a", 10);
  }

  private static Workload with(Workload w, ScalingPolicy policy) {
    return new Workload(
        w.namespace(),
        w.name(),
        w.target(),
        w.sourceName(),
        w.queryTemplate(),
        w.unit(),
        w.calendar(),
        policy,
        w.paused());
  }

  private void demands(String name, double value) {
    double[] values = new double[61];
    java.util.Arrays.fill(values, value);
    demand.put(
        name, new SeriesReading.Present(new TimeSeries(now.getEpochSecond() - 3600, 60, values)));
  }

  private ControlLoop loop(Executor io, String... names) {
    MetricSource source =
        new MetricSource() {
          @Override
          public SeriesReading range(String query, Instant from, Instant to, Duration step) {
            return demand.getOrDefault(query, new SeriesReading.NoData("nothing set"));
          }

          @Override
          public PodValues byPod(String query, Instant at) {
            Map<String, Double> values = byPod.get(query);
            return values == null
                ? new PodValues.None("nothing set")
                : new PodValues.Present(values, at);
          }
        };
    Models models = new Models(new PooledRidgeForecaster(), _ -> source, _ -> {});
    ControlLoop loop =
        new ControlLoop(
            _ -> source,
            cluster,
            models,
            io,
            () -> now,
            Duration.ofMillis(300),
            () -> killed,
            List.of((_, outcomes) -> heard.add(outcomes)));
    List<Workload> workloads = new ArrayList<>();
    for (String name : names) {
      cluster.set(name, 10);
      workloads.add(
          new Workload(
              "shop",
              name,
              TargetRef.deployment("shop", name),
              "memory",
              name,
              "req/s",
              DemandCalendar.empty(),
              ScalingPolicy.of(2, 50, Stage.FLOOR, 100),
              false));
    }
    loop.manage(workloads, Map.of());
    return loop;
  }

  /** A cluster that can be told to conflict, refuse, hang and throw. */
  private static final class MemoryCluster implements Cluster {
    final Map<String, Integer> sizes = new HashMap<>();
    final List<String> writes = new ArrayList<>();
    final Deque<Runnable> beforeWrite = new ArrayDeque<>();
    ApplyResult answer = new ApplyResult.Applied("?");
    String poison = "";
    java.util.function.Consumer<String> onObserve = _ -> {};

    Map<String, MetricAnswer> usage = Map.of();
    int looks;

    int least;

    @Nullable MemoryCluster floors;

    @Override
    public MemoryCluster floors() {
      floors = floors == null ? new MemoryCluster() : floors;
      return floors;
    }

    @Override
    public int reachable(TargetRef target, int replicas) {
      return Math.max(least, replicas);
    }

    @Override
    public PodReport pods(TargetRef target, Set<String> resources, Instant at) {
      looks++;
      List<Pod> pods = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Instant longAgo = at.minusSeconds(3_600);
        pods.add(
            new Pod(
                target.name() + "-" + i,
                Pod.Phase.RUNNING,
                false,
                Pod.Ready.TRUE,
                longAgo,
                Optional.of(longAgo),
                List.of(new Pod.Container("main", Pod.Kind.MAIN, Map.of("cpu", 100L))),
                Map.of()));
      }
      assertThat(resources).containsExactly("cpu");
      return new PodReport.Known(pods, usage);
    }

    void set(String name, int size) {
      sizes.put(name, size);
    }

    @Override
    public Observed observe(TargetRef target, Instant at) {
      onObserve.accept(target.name());
      if (target.name().equals(poison)) {
        throw new IllegalStateException("a field that nobody expected");
      }
      Integer size = sizes.get(target.name());
      return size == null
          ? new Observed.Unknown(Cause.NOT_FOUND, "does not exist")
          : new Observed.Known(
              new TargetFacts(size, size, size, false, "v" + size, at, StartUpTimes.none()));
    }

    @Override
    public ApplyResult apply(TargetRef target, int replicas, String version, Instant at) {
      writes.add(target.name() + "=" + replicas);
      if (!beforeWrite.isEmpty()) {
        beforeWrite.removeFirst().run();
      }
      if (!version.equals("v" + sizes.get(target.name()))) {
        return new ApplyResult.Conflict("is at v" + sizes.get(target.name()));
      }
      if (answer instanceof ApplyResult.Applied) {
        set(target.name(), replicas);
      }
      return answer;
    }
  }
}
