package dev.almanac.predictor.scaling.hpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.scaling.hpa.History.Recommendation;
import dev.almanac.predictor.scaling.hpa.HpaInput.Gates;
import dev.almanac.predictor.scaling.hpa.HpaInput.Scale;
import dev.almanac.predictor.scaling.hpa.HpaInput.ScaleUpdate;
import dev.almanac.predictor.scaling.hpa.HpaInput.Selector;
import dev.almanac.predictor.scaling.hpa.MetricSpec.MetricId;
import dev.almanac.predictor.scaling.hpa.PerPodMetric.Context;
import dev.almanac.predictor.scaling.hpa.Pod.Container;
import dev.almanac.predictor.scaling.hpa.Pod.Kind;
import dev.almanac.predictor.scaling.hpa.Pod.Phase;
import dev.almanac.predictor.scaling.hpa.Pod.Ready;
import dev.almanac.predictor.scaling.hpa.PodGroups.PodTiming;
import dev.almanac.predictor.scaling.hpa.PodRequests.Request;
import dev.almanac.predictor.scaling.hpa.Proposal.Current;
import dev.almanac.predictor.scaling.hpa.Proposal.Failed;
import dev.almanac.predictor.scaling.hpa.Proposal.Failure;
import dev.almanac.predictor.scaling.hpa.Proposal.Replicas;
import dev.almanac.predictor.scaling.hpa.ScalingRules.Policy;
import dev.almanac.predictor.scaling.hpa.ScalingRules.PolicyType;
import dev.almanac.predictor.scaling.hpa.ScalingRules.SelectPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers at their ends, clocks that go wrong, and random histories that must keep invariants. */
class HpaAdversarialTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final Tolerance TENTH = new Tolerance(0.1, 0.1);

  @Test
  void usageBeyondInt64PercentDoesNotWrapIntoAFall() {
    // 200 pods of 1 TiB in milli-bytes at 150 % of the request: 100 * sum wraps in int64.
    long tebibyte = 1L << 40;
    List<PodUsage> usage = new ArrayList<>();
    List<Pod> pods = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      pods.add(pod("p" + i, Map.of("memory", tebibyte * 1000)));
      usage.add(usage("p" + i, tebibyte * 1500));
    }
    assertThat(
            PerPodMetric.of(
                new MetricSpec.Resource("memory", new MetricTarget.Utilization(100)),
                new MetricAnswer.Usage(usage),
                context(pods, 200)))
        .isEqualTo(new Replicas(300, new Current.Utilization(150, tebibyte * 1500)));
  }

  @Test
  void sumsSaturate() {
    List<Pod> pods = List.of(pod("a", Map.of("cpu", 1L)), pod("b", Map.of("cpu", 1L)));
    var most =
        new MetricAnswer.Usage(List.of(usage("a", Long.MAX_VALUE), usage("b", Long.MAX_VALUE)));
    assertThat(
            PerPodMetric.of(
                new MetricSpec.Resource("cpu", new MetricTarget.AverageValue(1)),
                most,
                context(pods, 2)))
        .isEqualTo(new Replicas(Integer.MAX_VALUE, new Current.Average(Long.MAX_VALUE / 2)));
    assertThat(
            PerPodMetric.of(
                new MetricSpec.Resource("cpu", new MetricTarget.Utilization(1)),
                most,
                context(pods, 2)))
        .isEqualTo(
            new Replicas(
                Integer.MAX_VALUE, new Current.Utilization(Integer.MAX_VALUE, Long.MAX_VALUE / 2)));
  }

  @Test
  void milliUnitsAtTheirEnds() {
    assertThat(Milli.plus(Long.MAX_VALUE, 1)).isEqualTo(Long.MAX_VALUE);
    assertThat(Milli.plus(Long.MIN_VALUE, -1)).isEqualTo(Long.MIN_VALUE);
    assertThat(Milli.plus(Long.MAX_VALUE, Long.MIN_VALUE)).isEqualTo(-1);
    assertThat(Milli.percent(Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(100);
    assertThat(Milli.percent(Long.MAX_VALUE / 100, Long.MAX_VALUE)).isEqualTo(0);
    assertThat(Milli.percent(Long.MAX_VALUE / 100 + 1, Long.MAX_VALUE)).isEqualTo(1);
    assertThat(Milli.percent(Long.MIN_VALUE, 1)).isEqualTo(Integer.MIN_VALUE);
    assertThat(Milli.percent(-199, 100)).isEqualTo(-199);
    assertThat(Milli.percent(Long.MAX_VALUE, 3)).isEqualTo(Integer.MAX_VALUE);
    assertThat(Milli.share(Long.MAX_VALUE, 100)).isEqualTo(Long.MAX_VALUE);
    assertThat(Milli.share(Long.MAX_VALUE, 200)).isEqualTo(Long.MAX_VALUE);
    assertThat(Milli.share(Long.MAX_VALUE / 2, 150)).isEqualTo(6917529027641081854L);
    assertThat(Milli.share(333, 101)).isEqualTo(336);
    assertThat(Milli.times(Long.MAX_VALUE, 1)).isEqualTo(Long.MAX_VALUE);
    assertThat(Milli.times(Long.MAX_VALUE / 2, 2)).isEqualTo(Long.MAX_VALUE - 1);
    assertThat(Milli.times(Long.MAX_VALUE / 2 + 1, 2)).isEqualTo(Long.MAX_VALUE);
    assertThat(Milli.times(1L << 40, 1 << 30)).isEqualTo(Long.MAX_VALUE);
    assertThat(Milli.times(333, 0)).isZero();
    assertThat(Milli.replicas(Double.POSITIVE_INFINITY)).isEqualTo(Integer.MAX_VALUE);
    assertThat(Milli.replicas(Double.NaN)).isZero();
  }

  @Test
  void totalsAtTheirEnds() {
    assertThat(TotalMetric.sum(List.of(Long.MAX_VALUE, 1L))).isEqualTo(Long.MAX_VALUE);
    assertThat(TotalMetric.sum(List.of(-5L, Long.MAX_VALUE, 4L))).isEqualTo(Long.MAX_VALUE - 1);
    assertThat(TotalMetric.sum(List.of(Long.MAX_VALUE, 0L, -1L))).isEqualTo(Long.MAX_VALUE - 1);
    assertThat(TotalMetric.sum(List.of(Long.MAX_VALUE, 1L, -1L)))
        .as("once too large, always too large")
        .isEqualTo(Long.MAX_VALUE);
    assertThat(TotalMetric.sum(List.of(3L, -5L))).isEqualTo(-2);
    assertThat(TotalMetric.sumForAverage(List.of(Long.MAX_VALUE, 1L, 5L)))
        .isEqualTo(Long.MAX_VALUE);
    // The controller's own quirk, kept: a negative sum counts as the largest.
    assertThat(TotalMetric.sumForAverage(List.of(3L, -5L))).isEqualTo(Long.MAX_VALUE);
    assertThat(TotalMetric.perPod(Long.MAX_VALUE, 0)).isEqualTo(Long.MAX_VALUE);
    assertThat(TotalMetric.perPod(Long.MAX_VALUE - 511, 1)).isEqualTo(Long.MAX_VALUE);
    assertThat(TotalMetric.perPod(7, 0)).isZero();
    assertThat(TotalMetric.perPod(7, 2)).isEqualTo(4);
    assertThat(TotalMetric.value(Long.MAX_VALUE, 1, 0, 0, TENTH)).isEqualTo(Integer.MAX_VALUE);
    assertThat(TotalMetric.averageValue(Long.MAX_VALUE, 1, 0, TENTH)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void aNegativeProposalNeverBecomesASize() {
    MetricSpec metric =
        new MetricSpec.External(new MetricId("m", ""), new MetricTarget.Value(1000));
    HpaInput input =
        new HpaInput(
            NOW,
            HpaSettings.DEFAULT,
            Gates.DEFAULT,
            new HpaSpec(0, 10, List.of(metric), Optional.empty()),
            new Scale.Read(2, 2, Selector.VALID),
            List.of(pod("a", Map.of()), pod("b", Map.of())),
            List.of(new MetricAnswer.Total(List.of(-9000L))),
            ScaleUpdate.ACCEPTED);
    HpaState history =
        new HpaState(HpaStatus.fresh(), Optional.of(new History(List.of(), List.of(), List.of())));
    HpaResult result = Hpa.reconcile(input, history);
    assertThat(result.proposals()).containsExactly(new Replicas(-18, new Current.Value(-9000)));
    assertThat(result.desiredReplicas()).isZero();
    assertThat(result.next().history().orElseThrow().recommendations())
        .containsExactly(new Recommendation(NOW, 0));
  }

  @Test
  void rateLimitsAtTheirEnds() {
    double[] none = {};
    int[] no = {};
    ScalingRules huge =
        rules(
            SelectPolicy.MAX,
            new Policy(PolicyType.PODS, Integer.MAX_VALUE, Duration.ofSeconds(1)));
    assertThat(RateLimit.upLimit(5, huge, none, no, none, no)).isEqualTo(Integer.MAX_VALUE);
    assertThat(RateLimit.downLimit(5, huge, none, no, none, no)).isEqualTo(5 - Integer.MAX_VALUE);
    ScalingRules percent =
        rules(
            SelectPolicy.MAX,
            new Policy(PolicyType.PERCENT, Integer.MAX_VALUE, Duration.ofSeconds(1)));
    assertThat(RateLimit.upLimit(500, percent, none, no, none, no)).isEqualTo(Integer.MAX_VALUE);
    assertThat(RateLimit.downLimit(500, percent, none, no, none, no)).isEqualTo(Integer.MIN_VALUE);
    // Changes whose sum leaves int32.
    double[] ages = {0, 0};
    int[] changes = {Integer.MAX_VALUE, Integer.MAX_VALUE};
    ScalingRules one =
        rules(SelectPolicy.MAX, new Policy(PolicyType.PODS, 1, Duration.ofSeconds(1)));
    assertThat(RateLimit.upLimit(5, one, ages, changes, none, no)).isEqualTo(Integer.MIN_VALUE + 1);
    assertThat(RateLimit.upLimit(5, one, none, no, ages, changes)).isEqualTo(Integer.MAX_VALUE);
    // Without policies nothing may change, whatever is selected among them.
    for (SelectPolicy select : SelectPolicy.values()) {
      ScalingRules empty = rules(select);
      int up = RateLimit.upLimit(5, empty, none, no, none, no);
      int down = RateLimit.downLimit(5, empty, none, no, none, no);
      if (select != SelectPolicy.MIN) {
        assertThat(RateLimit.limit(5, 9, 1, 10, up, down).replicas()).isEqualTo(5);
        assertThat(RateLimit.limit(5, 2, 1, 10, up, down).replicas()).isEqualTo(5);
      } else {
        assertThat(up).isEqualTo(Integer.MAX_VALUE);
        assertThat(down).isEqualTo(Integer.MIN_VALUE);
      }
    }
    assertThat(rules(SelectPolicy.MAX).longestPeriod()).isZero();
  }

  @Test
  void historyFromTheFutureCounts() {
    // The clock was set back: those answers are younger than any window.
    double[] ages = {-60};
    int[] replicas = {9};
    assertThat(DefaultBehavior.stabilize(3, ages, replicas, 0)).isEqualTo(9);
    assertThat(Stabilization.stabilize(9, 3, ages, replicas, 0, 1)).isEqualTo(9);
    assertThat(RateLimit.changeWithin(1, ages, replicas)).isEqualTo(9);
    assertThat(
            ScaleEvents.store(
                List.of(new ScaleEvent(NOW.plusSeconds(60), 2, false)), NOW, 1, Duration.ZERO))
        .hasSize(2);
  }

  @Test
  void windowEdgesHoldToTheNanosecond() {
    for (long seconds : new long[] {1, 300, 3600, 1_000_000}) {
      Duration window = Duration.ofSeconds(seconds);
      double edge = Ages.seconds(window);
      assertThat(Ages.seconds(window.plusNanos(1))).isGreaterThan(edge);
      assertThat(Ages.seconds(window.minusNanos(1))).isLessThan(edge);
    }
  }

  @Test
  void aMarkedEventStaysMarkedWhenThePeriodGrows() {
    List<ScaleEvent> log =
        List.of(
            new ScaleEvent(NOW.minusSeconds(50), 2, true),
            new ScaleEvent(NOW.minusSeconds(40), 3, false));
    assertThat(ScaleEvents.store(log, NOW, 1, Duration.ofSeconds(60)))
        .containsExactly(
            new ScaleEvent(NOW, 1, false), new ScaleEvent(NOW.minusSeconds(40), 3, false));
  }

  @Test
  void podLevelRequestsOfAnotherResource() {
    // What the scheduler reserves: max(main + sidecars, init beside the sidecars before it).
    Pod pod =
        pod(
            "a",
            Map.of("memory", 1L),
            new Container("early", Kind.INIT, Map.of("cpu", 650L)),
            new Container("s1", Kind.RESTARTABLE_INIT, Map.of("cpu", 100L)),
            new Container("late", Kind.INIT, Map.of("cpu", 600L)),
            new Container("c1", Kind.MAIN, Map.of("cpu", 200L)),
            new Container("c2", Kind.MAIN, Map.of()));
    assertThat(PodRequests.of(pod, "cpu", Optional.empty(), true))
        .isEqualTo(new Request.Known(700));
    Pod mostlyRunning =
        pod(
            "b",
            Map.of("memory", 1L),
            new Container("s1", Kind.RESTARTABLE_INIT, Map.of("cpu", 100L)),
            new Container("c1", Kind.MAIN, Map.of("cpu", 200L)),
            new Container("c2", Kind.MAIN, Map.of()));
    assertThat(PodRequests.of(mostlyRunning, "cpu", Optional.empty(), true))
        .isEqualTo(new Request.Known(300));
    Pod nothing = pod("c", Map.of("memory", 1L), new Container("c1", Kind.MAIN, Map.of("cpu", 0L)));
    assertThat(PodRequests.of(nothing, "cpu", Optional.empty(), true))
        .isEqualTo(new Request.Known(0));
    assertThat(PodRequests.of(pod, "memory", Optional.empty(), true))
        .isEqualTo(new Request.Known(1));
    assertThat(PodRequests.of(pod, "gpu", Optional.empty(), true))
        .isEqualTo(new Request.Unknown(Failure.MISSING_REQUEST));
    assertThat(PodRequests.of(pod, "cpu", Optional.empty(), false))
        .isEqualTo(new Request.Unknown(Failure.MISSING_REQUEST));
  }

  @Test
  void aPodWhoseReportDoesNotListTheContainerIsMissing() {
    var target = new MetricTarget.Utilization(50);
    List<Pod> pods =
        List.of(
            pod("a", Map.of(), new Container("c1", Kind.MAIN, Map.of("cpu", 100L))),
            pod("b", Map.of(), new Container("c1", Kind.MAIN, Map.of("cpu", 100L))));
    var usage = new PodUsage.ContainerUsage("c1", java.util.OptionalLong.of(50));
    var other = new PodUsage.ContainerUsage("c2", java.util.OptionalLong.of(50));
    var answer =
        new MetricAnswer.Usage(
            List.of(
                new PodUsage("a", NOW, Duration.ofMinutes(1), List.of(usage)),
                new PodUsage("b", NOW, Duration.ofMinutes(1), List.of(other))));
    assertThat(
            MetricProposals.of(
                new MetricSpec.ContainerResource("cpu", "c1", target), answer, context(pods, 2), 2))
        .as("at the target a missing pod changes nothing")
        .isEqualTo(new Replicas(2, new Current.Utilization(50, 50)));
    assertThat(
            MetricProposals.of(
                new MetricSpec.Resource("cpu", new MetricTarget.Value(1)),
                answer,
                context(pods, 2),
                2))
        .isEqualTo(new Failed(Failure.INVALID_TARGET));
    assertThat(
            MetricProposals.of(
                new MetricSpec.Pods(new MetricId("m", ""), target),
                new MetricAnswer.PerPod(List.of(sample("a", 1))),
                context(pods, 2),
                2))
        .isEqualTo(new Failed(Failure.INVALID_TARGET));
    var emptyReport =
        new MetricAnswer.Usage(List.of(new PodUsage("a", NOW, Duration.ofMinutes(1), List.of())));
    assertThat(
            MetricProposals.of(
                new MetricSpec.Resource("cpu", target), emptyReport, context(pods, 2), 2))
        .as("a report without containers is no zero")
        .isEqualTo(new Failed(Failure.NO_SAMPLES));
  }

  @Test
  void memoryOfAStartingPodCountsAndCpuDoesNot() {
    Pod starting =
        new Pod(
            "a",
            Phase.RUNNING,
            false,
            Ready.FALSE,
            NOW.minusSeconds(5),
            Optional.of(NOW.minusSeconds(5)),
            List.of(new Container("c1", Kind.MAIN, Map.of("cpu", 100L, "memory", 100L))),
            Map.of());
    var usage = new PodUsage.ContainerUsage("c1", java.util.OptionalLong.of(200));
    var answer =
        new MetricAnswer.Usage(
            List.of(new PodUsage("a", NOW, Duration.ofMinutes(1), List.of(usage))));
    for (MetricTarget target :
        List.of(new MetricTarget.Utilization(100), new MetricTarget.AverageValue(100))) {
      assertThat(
              MetricProposals.of(
                  new MetricSpec.Resource("memory", target),
                  answer,
                  context(List.of(starting), 1),
                  1))
          .isInstanceOfSatisfying(Replicas.class, r -> assertThat(r.replicas()).isEqualTo(2));
      assertThat(
              MetricProposals.of(
                  new MetricSpec.Resource("cpu", target), answer, context(List.of(starting), 1), 1))
          .isEqualTo(new Failed(Failure.NO_SAMPLES_OF_TARGETED_PODS));
    }
  }

  @Test
  void aReadyConditionOfUnknownStatusIsNotFalse() {
    Pod lost =
        new Pod(
            "a",
            Phase.UNKNOWN,
            false,
            Ready.UNKNOWN,
            NOW.minusSeconds(900),
            Optional.of(NOW.minusSeconds(900)),
            List.of(),
            Map.of());
    PodGroups groups =
        PodGroups.of(
            List.of(lost), Map.of("a", sample("a", 1)), true, context(List.of(), 0).timing());
    assertThat(groups.readyCount()).isEqualTo(1);
    assertThat(TotalMetric.readyPods(List.of(lost))).isZero();
  }

  @Test
  void valuesRefuseWhatTheyCannotMean() {
    assertThatThrownBy(() -> new Tolerance(-0.1, 0.1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Tolerance(0.1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ScalingRules.scaleUpDefault().withTolerance(Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Policy(PolicyType.PODS, -1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> ScalingRules.scaleUpDefault().withStabilizationWindow(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pod("a", Map.of("cpu", -1L)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new HpaSettings(0.1, Duration.ZERO, Duration.ZERO, Duration.ZERO, Double.NaN, 4))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new HpaSettings(0.1, Duration.ZERO, Duration.ofSeconds(-1), Duration.ZERO, 2, 4))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(TENTH.contains(Double.NaN)).isFalse();
  }

  @Test
  void randomSyncsKeepTheInvariants() {
    Random random = new Random(20261101);
    for (int run = 0; run < 400; run++) {
      Optional<Behavior> behavior =
          run % 2 == 0 ? Optional.empty() : Optional.of(randomBehavior(random));
      int min = random.nextInt(4);
      int max = Math.max(1, min + random.nextInt(30));
      MetricSpec metric =
          new MetricSpec.External(new MetricId("m", ""), new MetricTarget.AverageValue(1000));
      HpaSpec spec = new HpaSpec(min, max, List.of(metric), behavior);
      HpaState state = HpaState.cold(HpaStatus.fresh());
      int size = 1 + random.nextInt(max + 3);
      Instant at = NOW;
      for (int sync = 0; sync < 60; sync++) {
        boolean fails = random.nextInt(6) == 0;
        MetricAnswer answer =
            fails
                ? new MetricAnswer.Unavailable("random")
                : new MetricAnswer.Total(List.of((long) random.nextInt(40_000)));
        HpaInput input =
            new HpaInput(
                at,
                HpaSettings.DEFAULT,
                Gates.DEFAULT,
                spec,
                new Scale.Read(size, size, Selector.VALID),
                List.of(),
                List.of(answer),
                ScaleUpdate.ACCEPTED);
        HpaResult result = Hpa.reconcile(input, state);
        assertThat(Hpa.reconcile(input, state)).as("same input, same result").isEqualTo(result);
        if (result.rescaled()) {
          assertThat(result.desiredReplicas()).isBetween(min, max).isNotEqualTo(size);
        }
        if (fails && size >= min && size <= max) {
          assertThat(result.rescaled()).as("no answer, no change").isFalse();
        }
        int earlier = size;
        state = result.next();
        size = result.rescaled() ? result.desiredReplicas() : size;
        if (behavior.isEmpty() && size > earlier && earlier >= min && earlier <= max) {
          assertThat(size)
              .isLessThanOrEqualTo(Math.max(min, DefaultBehavior.scaleUpLimit(earlier)));
        }
        assertThat(state.history().orElseThrow().recommendations().size())
            .as("the history is bounded by the window")
            .isLessThanOrEqualTo(2 + 3600 / 5);
        at = at.plusSeconds(5 + random.nextInt(60));
      }
    }
  }

  @Test
  void moreLoadNeverAsksForLess() {
    Random random = new Random(7);
    for (int run = 0; run < 2000; run++) {
      int status = random.nextInt(50);
      long target = 1 + random.nextInt(5000);
      long low = random.nextInt(200_000);
      long high = low + random.nextInt(100_000);
      assertThat(TotalMetric.value(high, target, status + 1, status, TENTH))
          .satisfiesAnyOf(
              n ->
                  assertThat(n)
                      .isGreaterThanOrEqualTo(
                          TotalMetric.value(low, target, status + 1, status, TENTH)),
              // Inside the band the answer is the size, which the ready pods may not reach.
              n -> assertThat(TENTH.contains((double) low / target)).isTrue());
      if (!TENTH.contains((double) low / (target * status))
          && !TENTH.contains((double) high / (target * status))) {
        assertThat(TotalMetric.averageValue(high, target, status, TENTH))
            .isGreaterThanOrEqualTo(TotalMetric.averageValue(low, target, status, TENTH));
      }
    }
  }

  private static Behavior randomBehavior(Random random) {
    return new Behavior(
        randomRules(random, ScalingRules.scaleUpDefault()),
        randomRules(random, ScalingRules.scaleDownDefault(Duration.ofMinutes(5))));
  }

  private static ScalingRules randomRules(Random random, ScalingRules defaults) {
    PolicyType[] types = PolicyType.values();
    SelectPolicy[] selects = SelectPolicy.values();
    return defaults
        .withStabilizationWindow(Duration.ofSeconds(random.nextInt(601)))
        .withSelect(selects[random.nextInt(selects.length)])
        .withPolicies(
            List.of(
                new Policy(
                    types[random.nextInt(types.length)],
                    1 + random.nextInt(100),
                    Duration.ofSeconds(1 + random.nextInt(300)))))
        .withTolerance(random.nextDouble() / 4);
  }

  private static ScalingRules rules(SelectPolicy select, Policy... policies) {
    return ScalingRules.scaleUpDefault().withSelect(select).withPolicies(List.of(policies));
  }

  private static Context context(List<Pod> pods, int current) {
    return new Context(
        pods,
        current,
        TENTH,
        new PodTiming(NOW, Duration.ofMinutes(5), Duration.ofSeconds(30)),
        true);
  }

  private static Pod pod(String name, Map<String, Long> requests, Container... containers) {
    return new Pod(
        name,
        Phase.RUNNING,
        false,
        Ready.TRUE,
        NOW.minusSeconds(900),
        Optional.of(NOW.minusSeconds(900)),
        List.of(containers),
        requests);
  }

  private static PodSample sample(String pod, long milli) {
    return new PodSample(pod, NOW, Duration.ofMinutes(1), milli);
  }

  private static PodUsage usage(String pod, long milli) {
    return new PodUsage(
        pod,
        NOW,
        Duration.ofMinutes(1),
        List.of(new PodUsage.ContainerUsage("main", OptionalLong.of(milli))));
  }
}
