package dev.almanac.predictor.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.metrics.MetricReading;
import dev.almanac.predictor.metrics.PodTotals;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.hpa.Behavior;
import dev.almanac.predictor.scaling.hpa.Hpa;
import dev.almanac.predictor.scaling.hpa.HpaInput;
import dev.almanac.predictor.scaling.hpa.HpaInput.Gates;
import dev.almanac.predictor.scaling.hpa.HpaInput.Scale;
import dev.almanac.predictor.scaling.hpa.HpaInput.ScaleUpdate;
import dev.almanac.predictor.scaling.hpa.HpaInput.Selector;
import dev.almanac.predictor.scaling.hpa.HpaSettings;
import dev.almanac.predictor.scaling.hpa.HpaSpec;
import dev.almanac.predictor.scaling.hpa.HpaState;
import dev.almanac.predictor.scaling.hpa.HpaStatus;
import dev.almanac.predictor.scaling.hpa.MetricAnswer;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.MetricSpec.MetricId;
import dev.almanac.predictor.scaling.hpa.MetricTarget;
import dev.almanac.predictor.scaling.hpa.Pod;
import dev.almanac.predictor.scaling.hpa.Pod.Container;
import dev.almanac.predictor.scaling.hpa.Pod.Kind;
import dev.almanac.predictor.scaling.hpa.Pod.Phase;
import dev.almanac.predictor.scaling.hpa.Pod.Ready;
import dev.almanac.predictor.scaling.hpa.PodSample;
import dev.almanac.predictor.scaling.hpa.PodUsage;
import dev.almanac.predictor.scaling.hpa.PodUsage.ContainerUsage;
import dev.almanac.predictor.scaling.hpa.Proposal;
import dev.almanac.predictor.scaling.hpa.ScalingRules;
import dev.almanac.predictor.scaling.hpa.ScalingRules.PolicyType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Metrics that have a value for each pod, from what was read of the pods to the size. */
class PodReadingsTest {
  private static final Instant NOW = Observations.START;
  private static final Duration MAX_AGE = Duration.ofMinutes(2);
  private static final MetricSpec CPU =
      new MetricSpec.Resource("cpu", new MetricTarget.Utilization(50));
  private static final MetricSpec JOBS =
      new MetricSpec.Pods(new MetricId("jobs", ""), new MetricTarget.AverageValue(10_000));

  // ---------------------------------------------------------------- readings

  @Test
  void theValueIsThePercentOfTheRequestsAndTheSumsAreKept() {
    MetricReading read = read(CPU, usage(NOW, 150, 170), pods(2));
    assertThat(read.metric()).isEqualTo("cpu");
    assertThat(read.reading()).isEqualTo(new Reading.Present(80, NOW));
    assertThat(read.pods()).contains(new PodTotals(2, 2, 320, 400, 2, List.of(), 0, 0));
  }

  @Test
  void theValueOfAnAverageIsInItsOwnUnit() {
    MetricReading read = read(JOBS, values(NOW, 12_000, 15_000), pods(2));
    assertThat(read.reading()).isEqualTo(new Reading.Present(13.5, NOW));
    assertThat(read.pods()).contains(new PodTotals(2, 2, 27_000, 0, 2, List.of(), 0, 0));
  }

  @Test
  void anOldReportIsStaleAndKeepsItsSums() {
    Instant old = NOW.minus(MAX_AGE).minusSeconds(1);
    MetricReading read = read(CPU, usage(old, 150, 170), pods(2));
    assertThat(read.reading()).isEqualTo(new Reading.Stale(80, old));
    assertThat(read.pods()).isPresent();
  }

  @Test
  void aSilentTenthOfThePodsIsPartialAndOneOfManyIsNot() {
    assertThat(read(CPU, usage(NOW, 100, 100, 100, 100, 100, 100, 100, 100), pods(9)).reading())
        .isEqualTo(new Reading.Partial(50, NOW, "8 of 9 pods answer"));
    assertThat(read(CPU, usage(NOW, 100, 100, 100, 100, 100, 100, 100, 100, 100), pods(10)))
        .satisfies(read -> assertThat(read.reading()).isEqualTo(new Reading.Present(50, NOW)))
        .satisfies(read -> assertThat(read.pods().orElseThrow().missingPods()).isEqualTo(1));
  }

  @Test
  void theLastValueOfAPodThatHasEndedDoesNotCount() {
    assertThat(read(JOBS, values(NOW, 10_000, 10_000, 90_000), pods(2)).reading())
        .isEqualTo(new Reading.Present(10, NOW));
  }

  @Test
  void whateverFailsTheMetricIsNoDataWithTheReason() {
    assertThat(read(CPU, new MetricAnswer.Unavailable("no metrics-server"), pods(2)))
        .isEqualTo(new MetricReading("cpu", new Reading.NoData("no metrics-server")));
    assertThat(read(CPU, usage(NOW), pods(2)).reading())
        .isEqualTo(new Reading.NoData("no samples"));
    assertThat(read(CPU, usage(NOW, 1), List.of()).reading())
        .isEqualTo(new Reading.NoData("no samples"));
    assertThat(read(CPU, usage(NOW, 1), List.of(pod("p0", Map.of(), Ready.TRUE))).reading())
        .isEqualTo(new Reading.NoData("missing request"));
    assertThat(
            read(
                    new MetricSpec.ContainerResource(
                        "cpu", "side", new MetricTarget.Utilization(5)),
                    usage(NOW, 1),
                    pods(1))
                .reading())
        .isEqualTo(new Reading.NoData("no samples"));
  }

  @Test
  void aSampleFromTheFutureSaysThatClocksDisagree() {
    Instant ahead = NOW.plusSeconds(600);
    MetricReading read = read(CPU, usage(ahead, 150, 170), pods(2));
    assertThat(read.reading()).isEqualTo(new Reading.Skewed(80, ahead));
    assertThat(read.pods()).isPresent();
  }

  @Test
  void sumsNeedAValue() {
    PodTotals totals = new PodTotals(1, 1, 1, 0, 1, List.of(), 0, 0);
    assertThatThrownBy(() -> new MetricReading("m", new Reading.NoData("x"), Optional.of(totals)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PodTotals(0, 0, 0, 0, 0, List.of(), 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PodTotals.Missing(0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---------------------------------------------------------------- the step

  @Test
  void theStepFollowsThePodsAndSaysSo() {
    MetricReading cpu = read(CPU, usage(NOW, 180, 180, 180), pods(4));
    assertThat(reactive(4, List.of(CPU), cpu)).as("the missing pod damps: 68 %").isEqualTo(6);
    assertThat(explain(4, List.of(CPU), cpu))
        .contains("cpu 90 % of 3 pods, 1 without a sample -> 6");
    assertThat(explain(4, List.of(CPU, JOBS), cpu))
        .contains("cpu 90 % of 3 pods, 1 without a sample -> 6; pods metric jobs has no answer");
  }

  @Test
  void withoutTheMetricsApiNothingFallsAndNothingBreaks() {
    MetricReading gone = read(CPU, new MetricAnswer.Unavailable("no metrics-server"), pods(4));
    assertThat(reactive(4, List.of(CPU), gone)).isEqualTo(4);
    MetricReading jobs = read(JOBS, values(NOW, 30_000, 30_000, 30_000, 30_000), pods(4));
    assertThat(reactive(4, List.of(CPU, JOBS), gone, jobs)).as("the other may raise").isEqualTo(8);
    MetricReading idle = read(JOBS, values(NOW, 1_000, 1_000, 1_000, 1_000), pods(4));
    assertThat(reactive(4, List.of(CPU, JOBS), gone, idle)).as("and not lower").isEqualTo(4);
  }

  @Test
  void valuesWithoutTheirPodsSayNothing() {
    assertThat(reactive(4, List.of(CPU), new MetricReading("cpu", new Reading.Present(90, NOW))))
        .isEqualTo(4);
  }

  /** The sums lose nothing: the step's answer is that of a whole HPA sync on the same pods. */
  @Test
  void theStepAsksForWhatHpaWouldOnRandomPods() {
    SplittableRandom random = new SplittableRandom(20260302);
    int moved = 0;
    for (int i = 0; i < 20_000; i++) {
      List<Pod> pods = new ArrayList<>();
      List<PodUsage> usage = new ArrayList<>();
      List<PodSample> values = new ArrayList<>();
      int n = random.nextInt(1, 12);
      for (int p = 0; p < n; p++) {
        String name = "p" + p;
        pods.add(randomPod(name, random));
        if (random.nextInt(4) > 0) {
          long milli = random.nextLong(0, 400);
          usage.add(usageOf(name, NOW, milli));
          values.add(new PodSample(name, NOW, Duration.ofMinutes(1), milli * 100));
        }
      }
      boolean custom = random.nextInt(3) == 0;
      MetricSpec metric =
          custom
              ? JOBS
              : new MetricSpec.Resource(
                  random.nextBoolean() ? "cpu" : "memory",
                  random.nextBoolean()
                      ? new MetricTarget.Utilization(random.nextInt(20, 180))
                      : new MetricTarget.AverageValue(random.nextLong(50, 300)));
      MetricAnswer answer =
          custom ? new MetricAnswer.PerPod(values) : new MetricAnswer.Usage(usage);
      int current = random.nextInt(1, 15);
      Proposal proposal =
          Hpa.reconcile(
                  new HpaInput(
                      NOW,
                      HpaSettings.DEFAULT,
                      Gates.DEFAULT,
                      new HpaSpec(1, 1_000, List.of(metric), Optional.empty()),
                      new Scale.Read(current, current, Selector.VALID),
                      pods,
                      List.of(answer),
                      ScaleUpdate.ACCEPTED),
                  HpaState.cold(HpaStatus.fresh()))
              .proposals()
              .getFirst();
      MetricReading read = read(metric, answer, pods);
      switch (proposal) {
        case Proposal.Replicas(int replicas, var _) -> {
          boolean mayFall = read.reading() instanceof Reading.Present;
          int wanted = Math.clamp(replicas, mayFall ? 1 : current, 1_000);
          assertThat(free(metric, read, current)).as("case %d", i).isEqualTo(wanted);
          moved += wanted == current ? 0 : 1;
        }
        case Proposal.Failed _ ->
            assertThat(read.reading()).as("case %d", i).isInstanceOf(Reading.NoData.class);
      }
    }
    assertThat(moved).isGreaterThan(5_000);
  }

  /** What a step asks for that neither windows nor limits hold back. */
  private static int free(MetricSpec metric, MetricReading read, int current) {
    var all = List.of(new ScalingRules.Policy(PolicyType.PERCENT, 100_000, Duration.ofSeconds(15)));
    ReactiveRule rule =
        ReactiveRule.DEFAULT
            .withMetrics(List.of(metric))
            .withBehavior(
                new Behavior(
                    ScalingRules.scaleUpDefault().withPolicies(all),
                    ScalingRules.scaleDownDefault(Duration.ZERO)));
    ScalingPolicy policy =
        new Policies(new Policies(ScalingPolicy.of(1, 1_000, Stage.SHADOW, 100)).reactive(rule))
            .caps(new StepCaps(Duration.ofMinutes(1), 1_000, 1_000, 1));
    return new Autoscaler()
        .step(policy, observation(current, read), AutoscalerState.cold())
        .decision()
        .proposed();
  }

  private static Pod randomPod(String name, SplittableRandom random) {
    Instant start = NOW.minusSeconds(random.nextInt(1, 900));
    return new Pod(
        name,
        random.nextInt(6) == 0
            ? Phase.PENDING
            : random.nextInt(9) == 0 ? Phase.FAILED : Phase.RUNNING,
        random.nextInt(9) == 0,
        random.nextInt(3) == 0 ? Ready.FALSE : Ready.TRUE,
        start.plusSeconds(random.nextInt(0, 120)),
        Optional.of(start),
        List.of(
            new Container(
                "main",
                Kind.MAIN,
                Map.of("cpu", random.nextLong(1, 300), "memory", random.nextLong(1, 300)))),
        Map.of());
  }

  // ---------------------------------------------------------------- the words of these tests

  private static MetricReading read(MetricSpec metric, MetricAnswer answer, List<Pod> pods) {
    return PodReadings.read(metric, answer, pods, NOW, MAX_AGE);
  }

  private static int reactive(int replicas, List<MetricSpec> metrics, MetricReading... readings) {
    return new Autoscaler()
        .step(following(metrics), observation(replicas, readings), AutoscalerState.cold())
        .decision()
        .proposed();
  }

  private static String explain(int replicas, List<MetricSpec> metrics, MetricReading... readings) {
    return new Autoscaler()
        .explain(following(metrics), observation(replicas, readings), AutoscalerState.cold())
        .toString();
  }

  private static ScalingPolicy following(List<MetricSpec> metrics) {
    return new Policies(ScalingPolicy.of(1, 50, Stage.SHADOW, 100))
        .reactive(ReactiveRule.DEFAULT.withMetrics(metrics));
  }

  private static Observation observation(int replicas, MetricReading... readings) {
    return Observations.replicas(replicas).demand(0).readings(List.of(readings)).build();
  }

  /** Pods {@code p0}, {@code p1}, ... of one container that requests 200 m of cpu, ready long. */
  private static List<Pod> pods(int n) {
    List<Pod> pods = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      pods.add(pod("p" + i, Map.of("cpu", 200L), Ready.TRUE));
    }
    return pods;
  }

  private static Pod pod(String name, Map<String, Long> requests, Ready ready) {
    Instant longAgo = NOW.minusSeconds(3_600);
    return new Pod(
        name,
        Phase.RUNNING,
        false,
        ready,
        longAgo,
        Optional.of(longAgo),
        List.of(new Container("main", Kind.MAIN, requests)),
        Map.of());
  }

  private static MetricAnswer usage(Instant at, long... milli) {
    List<PodUsage> usage = new ArrayList<>();
    for (int i = 0; i < milli.length; i++) {
      usage.add(usageOf("p" + i, at, milli[i]));
    }
    return new MetricAnswer.Usage(usage);
  }

  private static PodUsage usageOf(String pod, Instant at, long milli) {
    return new PodUsage(
        pod,
        at,
        Duration.ofMinutes(1),
        List.of(new ContainerUsage("main", OptionalLong.of(milli))));
  }

  private static MetricAnswer values(Instant at, long... milli) {
    List<PodSample> samples = new ArrayList<>();
    for (int i = 0; i < milli.length; i++) {
      samples.add(new PodSample("p" + i, at, Duration.ofMinutes(1), milli[i]));
    }
    return new MetricAnswer.PerPod(samples);
  }
}
