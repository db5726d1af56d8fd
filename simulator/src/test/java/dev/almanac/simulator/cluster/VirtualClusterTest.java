package dev.almanac.simulator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.almanac.predictor.cluster.Cluster.ApplyResult;
import dev.almanac.predictor.cluster.Cluster.Cause;
import dev.almanac.predictor.cluster.Cluster.Observed;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.simulator.Traces;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.outcome.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VirtualClusterTest {

  private static final Instant START = Traces.START;
  private static final TargetRef WEB = TargetRef.deployment("shop", "web");
  private static final StartUpLag MINUTE = StartUpLag.fixed(Duration.ofSeconds(60));

  private static VirtualCluster cluster(DemandTrace demand, int replicas) {
    VirtualCluster cluster = new VirtualCluster(START);
    cluster.add(new VirtualWorkload(WEB, demand, 10, replicas, MINUTE, START));
    return cluster;
  }

  private static TargetFacts facts(VirtualCluster cluster, Instant at) {
    return switch (cluster.observe(WEB, at)) {
      case Observed.Known(TargetFacts facts) -> facts;
      case Observed.Unknown unknown -> throw new AssertionError(unknown);
    };
  }

  private static Instant second(long seconds) {
    return START.plusSeconds(seconds);
  }

  @Test
  void desiredBecomesPendingBecomesReady() {
    VirtualCluster cluster = cluster(Traces.minutes(5, 5, 5), 2);
    TargetFacts before = facts(cluster, START);
    assertThat(before.specReplicas()).isEqualTo(2);
    assertThat(before.readyReplicas()).isEqualTo(2);
    assertThat(cluster.apply(WEB, 4, before.resourceVersion(), START))
        .isInstanceOf(ApplyResult.Applied.class);
    TargetFacts rising = facts(cluster, second(59));
    assertThat(rising.specReplicas()).isEqualTo(4);
    assertThat(rising.statusReplicas()).isEqualTo(4);
    assertThat(rising.readyReplicas()).isEqualTo(2);
    assertThat(rising.observedAt()).isEqualTo(second(59));
    TargetFacts risen = facts(cluster, second(60));
    assertThat(risen.readyReplicas()).isEqualTo(4);
    assertThat(risen.startUpTimes().p90()).isEqualTo(Duration.ofSeconds(60));
    assertThat(risen.startUpTimes().samples()).isEqualTo(2);
  }

  @Test
  void aStaleVersionIsAConflict() {
    VirtualCluster cluster = cluster(Traces.minutes(5, 5, 5), 2);
    TargetFacts seen = facts(cluster, START);
    cluster.writeByOther(WEB, 3);
    assertThat(cluster.apply(WEB, 4, seen.resourceVersion(), START))
        .isInstanceOf(ApplyResult.Conflict.class);
    assertThat(facts(cluster, START).specReplicas()).isEqualTo(3);
    // Pods that become Ready change the status, and with it the version.
    TargetFacts again = facts(cluster, START);
    assertThat(cluster.apply(WEB, 4, again.resourceVersion(), second(60)))
        .isInstanceOf(ApplyResult.Conflict.class);
  }

  @Test
  void aWriteOfTheSameSizeChangesNothing() {
    VirtualCluster cluster = cluster(Traces.minutes(5, 5, 5), 2);
    String version = facts(cluster, START).resourceVersion();
    assertThat(cluster.apply(WEB, 2, version, START)).isEqualTo(new ApplyResult.Applied(version));
  }

  @Test
  void unknownWorkloadsAreTypedNotThrown() {
    VirtualCluster cluster = cluster(Traces.minutes(5), 2);
    TargetRef other = TargetRef.deployment("shop", "api");
    assertThat(cluster.observe(other, START))
        .isEqualTo(new Observed.Unknown(Cause.NOT_FOUND, "Deployment shop/api does not exist"));
    assertThat(cluster.apply(other, 1, "1", START)).isInstanceOf(ApplyResult.Gone.class);
    assertThat(cluster.apply(WEB, -1, "1", START)).isInstanceOf(ApplyResult.Forbidden.class);
    cluster.remove(WEB);
    assertThat(cluster.apply(WEB, 1, "1", START)).isInstanceOf(ApplyResult.Gone.class);
    assertThatIllegalArgumentException().isThrownBy(() -> cluster.outcome(WEB, "none"));
  }

  @Test
  void aNameIsGivenOnce() {
    VirtualCluster cluster = cluster(Traces.minutes(5), 2);
    VirtualWorkload same = new VirtualWorkload(WEB, Traces.minutes(1), 1, 1, MINUTE, START);
    assertThatIllegalArgumentException().isThrownBy(() -> cluster.add(same));
  }

  @Test
  void shortTimeAndPodTimeAreCounted() {
    // Needs 1 pod, then 3 for a minute, then 1; a pod is added 30 s before, Ready 30 s after.
    VirtualCluster cluster = cluster(Traces.minutes(10, 25, 10), 1);
    cluster.advanceTo(second(30));
    cluster.apply(WEB, 3, facts(cluster, second(30)).resourceVersion(), second(30));
    cluster.advanceTo(second(120));
    cluster.apply(WEB, 1, facts(cluster, second(120)).resourceVersion(), second(120));
    cluster.advanceTo(second(600));
    Outcome outcome = cluster.outcome(WEB, "by hand");
    assertThat(outcome).isEqualTo(new Outcome("by hand", 0.5, 1.0, (0.5 + 1.5 * 3 + 1) / 60, 2, 3));
  }

  @Test
  void warmUpIsNotCounted() {
    VirtualCluster cluster = new VirtualCluster(START);
    DemandTrace demand = Traces.minutes(100, 5, 5);
    cluster.add(new VirtualWorkload(WEB, demand, 10, 1, MINUTE, second(60)));
    cluster.advanceTo(second(180));
    assertThat(cluster.outcome(WEB, "p")).isEqualTo(new Outcome("p", 0, 0, 2 / 60.0, 0, 2));
  }

  @Test
  void oneJumpCountsAsManyStepsDo() {
    Random random = new Random(2);
    DemandTrace demand = Traces.minutes(Traces.busy(300, 8));
    VirtualCluster steps = cluster(demand, 1);
    VirtualCluster jump = cluster(demand, 1);
    steps.writeByOther(WEB, 2);
    jump.writeByOther(WEB, 2);
    Instant at = START;
    while (at.isBefore(demand.end())) {
      at = at.plusMillis(random.nextInt(50_000));
      steps.advanceTo(at);
    }
    jump.advanceTo(at);
    assertThat(steps.outcome(WEB, "p")).isEqualTo(jump.outcome(WEB, "p"));
  }

  @Test
  void timeNeverRunsBack() {
    VirtualCluster cluster = cluster(Traces.minutes(5, 5), 1);
    cluster.advanceTo(second(90));
    TargetFacts facts = facts(cluster, second(30));
    assertThat(facts.observedAt()).isEqualTo(second(90));
    assertThat(cluster.now()).isEqualTo(second(90));
  }

  @Test
  void failedStartUpsShowAsPodsThatAreNotReady() {
    VirtualCluster cluster = cluster(Traces.minutes(5, 5), 1);
    cluster.failStartUps(WEB, true);
    cluster.writeByOther(WEB, 3);
    assertThat(facts(cluster, second(3600)).readyReplicas()).isEqualTo(1);
    cluster.failStartUps(WEB, false);
    assertThat(facts(cluster, second(3660)).readyReplicas()).isEqualTo(3);
  }
}
