package dev.almanac.simulator.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.simulator.cluster.StartUpLag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HPA's rules on a grid of one sync period: target 7 a pod out of 10, from 10 pods. */
class HpaShadowTest {

  private static final HpaSettings SETTINGS =
      HpaSettings.of(ScalingPolicy.of(2, 500, Stage.FULL, 10));
  private static final StartUpLag LAG = StartUpLag.fixed(Duration.ofSeconds(60));

  private static HpaShadow hpa(int replicas) {
    return new HpaShadow(SETTINGS, LAG, replicas);
  }

  private static List<Integer> desired(HpaShadow hpa, double measured, int ticks) {
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < ticks; i++) {
      sizes.add(hpa.step(measured, measured).desired());
    }
    return sizes;
  }

  @ParameterizedTest
  @CsvSource({
    "70, 10", // on target
    "77, 10", // ratio 1.1: inside, the edge included
    "77.1, 12", // ceil(11.01)
    "63, 10", // ratio 0.9: inside
    "84, 12", // an exact quotient is not rounded up
    "84.0001, 13",
    "5000, 20" // at most max(+4, x2) in 15 s
  })
  void oneSync(double measured, int expected) {
    assertThat(hpa(10).step(measured, 0).desired()).isEqualTo(expected);
  }

  @Test
  void aRiseDoublesAtMostAndAddsFourAtLeast() {
    // 96 pods are within a tenth of the target, and stay.
    assertThat(desired(hpa(2), 700, 6)).containsExactly(6, 12, 24, 48, 96, 96);
    assertThat(desired(hpa(2), 7e6, 9)).containsExactly(6, 12, 24, 48, 96, 192, 384, 500, 500);
  }

  @Test
  void aFallWaitsForTheWindowAndForgetsAnAnswerExactlyAsOld() {
    HpaShadow hpa = hpa(10);
    hpa.step(140, 0); // tick 0 answers 20
    List<Integer> sizes = desired(hpa, 35, 20);
    // Up to tick 19 the answer of tick 0 is younger than 300 s; at tick 20 it is as old.
    assertThat(sizes.subList(0, 19)).containsOnly(20);
    assertThat(sizes.get(19)).isEqualTo(5);
  }

  @Test
  void aRestartRemembersThePresentSize() {
    List<Integer> sizes = desired(hpa(10), 14, 21);
    assertThat(sizes.subList(0, 20)).containsOnly(10);
    assertThat(sizes.get(20)).isEqualTo(2);
  }

  @Test
  void anOldAnswerNeverRaises() {
    HpaShadow hpa = hpa(10);
    hpa.step(5000, 0); // answers 715, but only 20 are allowed
    assertThat(hpa.step(140, 0).desired()).isEqualTo(20);
  }

  @Test
  void withoutAMetricNothingChangesAndNothingIsRemembered() {
    HpaShadow hpa = hpa(10);
    hpa.step(70, 0);
    assertThat(desired(hpa, Double.NaN, 40)).containsOnly(10);
    assertThat(hpa.step(35, 0).desired()).isEqualTo(5); // all earlier answers are too old
  }

  @Test
  void zeroDemandFallsToTheLowerBound() {
    assertThat(desired(hpa(10), 0, 30)).endsWith(2).startsWith(10);
  }

  @Test
  void zeroReplicasMeanSwitchedOff() {
    assertThat(desired(hpa(0), 700, 5)).containsOnly(0);
  }

  @Test
  void aSizeOutsideTheBoundsGoesThereAtOnce() {
    assertThat(hpa(1).step(Double.NaN, 0).desired()).isEqualTo(2);
    assertThat(hpa(900).step(70_000, 0).desired()).isEqualTo(500);
  }

  @Test
  void podsAreReadyAfterTheLagAndShortUntilThen() {
    HpaShadow hpa = hpa(10);
    List<HpaShadow.Tick> ticks = IntStream.range(0, 6).mapToObj(_ -> hpa.step(140, 140)).toList();
    assertThat(ticks).extracting(HpaShadow.Tick::desired).containsOnly(20);
    assertThat(ticks).extracting(HpaShadow.Tick::ready).containsExactly(10, 10, 10, 10, 20, 20);
    assertThat(ticks).extracting(HpaShadow.Tick::missing).containsExactly(4, 4, 4, 4, 0, 0);
    assertThat(ticks.getFirst().isShort()).isTrue();
    assertThat(hpa.step(140, Double.NaN).isShort()).isFalse();
  }

  @Test
  void theUnitOfDemandDoesNotMatter() {
    HpaShadow pods = new HpaShadow(settings(1), LAG, 3);
    HpaShadow bytes = new HpaShadow(settings(1e9), LAG, 3);
    HpaShadow tiny = new HpaShadow(settings(1e-6), LAG, 3);
    java.util.Random random = new java.util.Random(3);
    for (int k = 0; k < 2000; k++) {
      double load = 20 * random.nextDouble();
      HpaShadow.Tick expected = pods.step(load, load);
      assertThat(bytes.step(load * 1e9, load * 1e9)).isEqualTo(expected);
      assertThat(tiny.step(load * 1e-6, load * 1e-6)).isEqualTo(expected);
    }
  }

  private static HpaSettings settings(double perReplica) {
    return new HpaSettings(perReplica, 0.7, 0.1, Duration.ofSeconds(300), 1, Integer.MAX_VALUE);
  }

  @Test
  void settlesWhereItsTargetIsMet() {
    assertThat(SETTINGS.settledAt(70)).isEqualTo(10);
    assertThat(SETTINGS.settledAt(0)).isEqualTo(2);
    assertThat(SETTINGS.settledAt(1e9)).isEqualTo(500);
    assertThat(SETTINGS.settledAt(Double.NaN)).isEqualTo(2);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> SETTINGS.withTarget(0));
    assertThatIllegalArgumentException().isThrownBy(() -> SETTINGS.withTarget(Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> settings(0));
    assertThatIllegalArgumentException().isThrownBy(() -> settings(Double.POSITIVE_INFINITY));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HpaSettings(1, 0.7, -0.1, Duration.ZERO, 1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HpaSettings(1, 0.7, 0.1, Duration.ofHours(2), 1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HpaSettings(1, 0.7, 0.1, Duration.ZERO, 0, 1));
  }
}
