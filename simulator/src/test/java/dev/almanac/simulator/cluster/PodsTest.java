package dev.almanac.simulator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.cluster.StartUpTimes;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PodsTest {

  private static final StartUpLag MINUTE = StartUpLag.fixed(Duration.ofSeconds(60));

  private static void has(Pods pods, int spec, int ready) {
    assertThat(pods.spec()).as("spec").isEqualTo(spec);
    assertThat(pods.ready()).as("ready").isEqualTo(ready);
    assertThat(pods.starting()).as("starting").isEqualTo(spec - ready);
  }

  @Test
  void aRiseIsReadyAfterTheLagToTheMillisecond() {
    Pods pods = new Pods(2, MINUTE);
    pods.resize(5, 1_000);
    has(pods, 5, 2);
    pods.advanceTo(60_999);
    has(pods, 5, 2);
    pods.advanceTo(61_000);
    has(pods, 5, 5);
  }

  @Test
  void aFallIsAtOnceAndTakesTheYoungestStartingPodsFirst() {
    Pods pods = new Pods(4, MINUTE);
    pods.resize(6, 0);
    pods.resize(9, 15_000);
    pods.resize(7, 30_000); // two of the three younger ones go
    has(pods, 7, 4);
    pods.advanceTo(60_000);
    has(pods, 7, 6);
    pods.advanceTo(75_000);
    has(pods, 7, 7);
    pods.resize(10, 80_000);
    pods.resize(3, 81_000); // all starting ones, then Ready ones
    has(pods, 3, 3);
    pods.advanceTo(1_000_000);
    has(pods, 3, 3);
  }

  @Test
  void withoutALagPodsAreReadyAtOnce() {
    Pods pods = new Pods(0, StartUpLag.fixed(Duration.ZERO));
    pods.resize(7, 0);
    has(pods, 7, 7);
  }

  @Test
  void lognormalTimesHaveTheirMedianAndNinetyPercentPoint() {
    StartUpLag lag = new StartUpLag.Lognormal(Duration.ofSeconds(60), 0.35, 4);
    assertThat(lag.p90().toMillis()).isCloseTo(93_965, within(50L)); // 60 s exp(0.35 x 1.28155)
    Pods pods = new Pods(0, lag);
    pods.resize(1_000, 0);
    pods.advanceTo(60_000);
    assertThat(pods.ready()).isBetween(450, 550);
    pods.advanceTo(lag.p90().toMillis());
    assertThat(pods.ready()).isBetween(880, 920);
  }

  @Test
  void sameSeedSamePods() {
    StartUpLag lag = new StartUpLag.Lognormal(Duration.ofSeconds(60), 0.5, 4);
    Pods a = new Pods(0, lag);
    Pods b = new Pods(0, lag);
    a.resize(50, 0);
    b.resize(50, 0);
    for (int t = 0; t < 300_000; t += 1_000) {
      a.advanceTo(t);
      b.advanceTo(t);
      assertThat(a.ready()).isEqualTo(b.ready());
    }
  }

  @Test
  void startUpTimesAreMeasuredOverTheLastHundred() {
    Pods pods = new Pods(3, MINUTE);
    assertThat(pods.startUpTimes()).isEqualTo(StartUpTimes.none());
    pods.resize(5, 0);
    pods.advanceTo(60_000);
    assertThat(pods.startUpTimes())
        .isEqualTo(new StartUpTimes(2, Duration.ofSeconds(60), Duration.ofSeconds(60)));
    pods.resize(400, 60_000);
    pods.advanceTo(300_000);
    assertThat(pods.startUpTimes().samples()).isEqualTo(100);
  }

  @Test
  void quantilesAreNearestRank() {
    StartUpLag lag = new StartUpLag.Lognormal(Duration.ofSeconds(60), 1, 9);
    Pods pods = new Pods(0, lag);
    long[] lags = new long[10];
    Random random = new Random(9);
    for (int i = 0; i < 10; i++) {
      lags[i] = Math.round(60_000 * StrictMath.exp(random.nextGaussian()));
    }
    java.util.Arrays.sort(lags);
    pods.resize(10, 0);
    pods.advanceTo(StartUpLag.LONGEST.toMillis());
    assertThat(pods.startUpTimes())
        .isEqualTo(new StartUpTimes(10, Duration.ofMillis(lags[4]), Duration.ofMillis(lags[8])));
  }

  @Test
  void podsThatFailToStartStayStartingUntilTheFaultIsOver() {
    Pods pods = new Pods(1, MINUTE);
    pods.resize(3, 0);
    pods.failStartUps(true, 30_000);
    pods.resize(4, 40_000);
    pods.advanceTo(3_600_000);
    has(pods, 4, 1);
    pods.failStartUps(false, 3_600_000);
    pods.advanceTo(3_659_999);
    has(pods, 4, 1);
    pods.advanceTo(3_660_000);
    has(pods, 4, 4);
    assertThat(pods.startUpTimes().p90()).isEqualTo(Duration.ofSeconds(3660)); // since creation
  }

  @Test
  void aHugeRiseKeepsMemoryBoundedAndLosesNoPod() {
    Pods pods = new Pods(1, new StartUpLag.Lognormal(Duration.ofSeconds(60), 0.35, 4));
    pods.resize(Integer.MAX_VALUE, 0);
    pods.advanceTo(StartUpLag.LONGEST.toMillis());
    has(pods, Integer.MAX_VALUE, Integer.MAX_VALUE);
    pods.resize(0, StartUpLag.LONGEST.toMillis());
    has(pods, 0, 0);
  }

  /** Against a list of single pods, which is how one would write it without care for speed. */
  @Test
  void countsAgreeWithSinglePods() {
    for (int round = 0; round < 200; round++) {
      Random random = new Random(round);
      long lag = 15_000L * random.nextInt(6);
      Pods pods = new Pods(5, StartUpLag.fixed(Duration.ofMillis(lag)));
      var single = new java.util.ArrayList<Long>(); // Ready times, oldest first
      for (int i = 0; i < 5; i++) {
        single.add(Long.MIN_VALUE);
      }
      long now = 0;
      for (int step = 0; step < 60; step++) {
        now += random.nextInt(40_000);
        if (random.nextBoolean()) {
          int replicas = random.nextInt(20);
          while (single.size() > replicas) {
            single.removeLast();
          }
          while (single.size() < replicas) {
            single.add(now + lag);
          }
          pods.resize(replicas, now);
        } else {
          pods.advanceTo(now);
        }
        long at = now;
        has(pods, single.size(), (int) single.stream().filter(r -> r <= at).count());
      }
    }
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Pods(-1, MINUTE));
    assertThatIllegalArgumentException().isThrownBy(() -> new Pods(1, MINUTE).resize(-1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> StartUpLag.fixed(Duration.ofSeconds(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> StartUpLag.fixed(Duration.ofDays(2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StartUpLag.Lognormal(Duration.ZERO, 0.3, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StartUpLag.Lognormal(Duration.ofSeconds(1), Double.NaN, 1));
  }
}
