package dev.almanac.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.simulator.Traces;
import dev.almanac.simulator.demand.DemandTrace;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a provider takes back, against arithmetic. */
class SpotTest {
  private static final int DAYS = 60;
  private static final double HOURS = 24 * DAYS;
  private static final int PROVISIONING = 90;
  private static final int START_UP = 60;

  /** {@link Supply#DETECTION} up to the next tick of 15 s. */
  private static final int DETECTION = 360;

  private static Spot oneByOne(double perHour, int noticeSeconds) {
    return new Spot(perHour, Duration.ofSeconds(noticeSeconds), Optional.empty());
  }

  private static Spot waves(double perMonth, double share, int shortageMinutes, int notice) {
    Spot.Waves waves = new Spot.Waves(perMonth, share, Duration.ofMinutes(shortageMinutes));
    return new Spot(0, Duration.ofSeconds(notice), Optional.of(waves));
  }

  /** So many pods, four a node, on nodes of one group. */
  private static FleetScenario fleet(int pods, int min, int max, Spot spot, long seed) {
    double[] values = new double[DAYS * 1440];
    Arrays.fill(values, pods);
    DemandTrace demand = Traces.minutes(values);
    NodeGroup group = Fleets.group("s", "a", min, max, Duration.ofSeconds(PROVISIONING));
    FleetWorkload w =
        Fleets.workload(
            "w", demand, 1, pods, Duration.ofSeconds(START_UP), new Control.Fixed(pods));
    return new FleetScenario(
        demand.start(),
        demand.minutes(),
        0,
        15,
        List.of(w),
        Optional.of(Supply.of(List.of(group.on(spot, 0.1)))),
        List.of(),
        seed);
  }

  private static FleetOutcome run(FleetScenario scenario) {
    return FleetReplay.run(scenario, new FitCache());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 30, 120})
  void aLostNodeCostsExactlyTheTimeUntilItsPodsAreBack(int notice) {
    FleetOutcome o = run(fleet(4, 0, 2, oneByOne(0.02, notice), 1));
    double expected = 0.02 * HOURS; // so seldom that none strikes before the last is over
    assertThat(o.reclaimedNodes())
        .isBetween((long) (expected - 4 * Math.sqrt(expected)), (long) (expected * 1.5));
    assertThat(o.reclaimedPods()).isEqualTo(4 * o.reclaimedNodes());
    assertThat(o.evictions()).isEqualTo(o.reclaimedPods());
    int unnoticed = notice == 0 ? DETECTION : 0;
    assertThat(o.shortMinutes())
        .isEqualTo(o.reclaimedNodes() * (unnoticed + PROVISIONING + START_UP) / 60.0);
    assertThat(o.shortPodMinutes()).isEqualTo(4 * o.shortMinutes());
    // A node is paid for until it is gone, and its successor from its order on.
    assertThat(o.nodeHours())
        .isCloseTo(HOURS + o.reclaimedNodes() * (notice - unnoticed) / 3600.0, within(1e-6));
  }

  @Test
  void everyNodeIsReclaimedAtItsRateHoweverManyThereMayBe() {
    for (int max : new int[] {40, 1_000}) {
      FleetOutcome o = run(fleet(160, 40, max, oneByOne(0.1, 120), 2));
      double expected = 0.1 * o.groups().getFirst().hoursUpTo(40);
      assertThat((double) o.reclaimedNodes()).isCloseTo(expected, within(4 * Math.sqrt(expected)));
    }
  }

  @Test
  void aWaveTakesAllAndNoneComesBackBeforeItsShortageIsOver() {
    FleetOutcome o = run(fleet(12, 0, 9, waves(10, 1, 30, 120), 1));
    long waves = o.reclaimedNodes() / 3;
    assertThat(o.reclaimedNodes()).isEqualTo(3 * waves);
    assertThat(waves).isBetween(10L, 35L); // 10 a month of 730 h
    assertThat(o.shortMinutes()).isEqualTo(waves * (30 * 60 + PROVISIONING + START_UP) / 60.0);
    assertThat(o.outagePodMinutes()).isEqualTo(waves * 12 * 30.0);
    assertThat(o.groupMaxPodMinutes() + o.quotaPodMinutes()).isZero();
  }

  @Test
  void aWaveTakesItsShareOnAverage() {
    FleetOutcome o = run(fleet(40, 10, 10, waves(300, 0.25, 0, 120), 3));
    FleetOutcome all = run(fleet(40, 10, 10, waves(300, 1, 0, 120), 3));
    // 2.5 of 10 nodes: 2 and 3 by turns; the same waves take all.
    double perWave = o.reclaimedNodes() / (all.reclaimedNodes() / 10.0);
    assertThat(perWave).isCloseTo(2.5, within(0.1));
  }

  /** Ten nodes with seven pods: whichever node goes, 0.7 pods are on it. */
  @Test
  void aNodeTakesItsPartOfThePodsOnAverage() {
    FleetOutcome o = run(fleet(7, 10, 40, oneByOne(0.2, 120), 4));
    assertThat(o.reclaimedNodes()).isGreaterThan(2_000);
    assertThat((double) o.reclaimedPods() / o.reclaimedNodes()).isCloseTo(0.7, within(0.04));
  }

  @Test
  void nobodyServesOnNodesThatGoBeforeAPodIsReady() {
    FleetOutcome o = run(fleet(4, 0, 2, oneByOne(60, 0), 5));
    // A node lives for a minute on average, and a pod takes one to start.
    assertThat(o.shortMinutes()).isGreaterThan(0.9 * 60 * HOURS);
    FleetScenario known = fleet(4, 0, 100, oneByOne(60, 0), 5);
    FleetOutcome best =
        run(known.with(List.of(known.workloads().getFirst().with(new Control.Foresight()))));
    assertThat(best.shortMinutes()).isZero();
    assertThat(best.reclaimedNodes()).isPositive();
  }

  @Test
  void theSeedDecidesAndThePolicyDoesNot() {
    FleetScenario one = fleet(20, 8, 8, oneByOne(0.1, 0), 7);
    assertThat(run(one).hash()).isEqualTo(run(one).hash());
    assertThat(run(one).hash()).isNotEqualTo(run(fleet(20, 8, 8, oneByOne(0.1, 0), 8)).hash());
    // Nodes are there for min alone; another size of the workload meets the same reclaims.
    FleetScenario other = one.with(List.of(one.workloads().getFirst().with(new Control.Fixed(3))));
    assertThat(run(other).reclaimedNodes()).isEqualTo(run(one).reclaimedNodes());
  }

  @Test
  void settingsThatMeanNothingAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oneByOne(0, 120))
        .withMessageContaining("leave spot out");
    assertThatIllegalArgumentException().isThrownBy(() -> oneByOne(Double.NaN, 120));
    assertThatIllegalArgumentException().isThrownBy(() -> oneByOne(61, 120));
    assertThatIllegalArgumentException().isThrownBy(() -> oneByOne(1, 3_601));
    assertThatIllegalArgumentException().isThrownBy(() -> oneByOne(1, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> waves(2, 1.5, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> waves(0, 0.5, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> waves(2, 0.5, -1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> oneByOne(1, 0).times(100));
    assertThat(oneByOne(1, 0).times(2)).isEqualTo(oneByOne(2, 0));
  }
}
