package dev.almanac.actuator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.cluster.StartUpTimes;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartUpsTest {

  @Test
  void isEmptyAtFirst() {
    assertThat(new StartUps().times()).isEqualTo(StartUpTimes.none());
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 1, 2", "10, 5, 9", "11, 6, 10", "100, 50, 90"})
  void takesTheNearestRank(int count, int p50, int p90) {
    StartUps startUps = new StartUps();
    for (int i = count; i >= 1; i--) {
      startUps.add(i, false);
    }
    assertThat(startUps.times())
        .isEqualTo(new StartUpTimes(count, Duration.ofSeconds(p50), Duration.ofSeconds(p90)));
  }

  @Test
  void keepsTheLastHundred() {
    StartUps startUps = new StartUps();
    for (int i = 0; i < 950; i++) {
      startUps.add(1000, false);
    }
    startUps.times();
    for (int i = 1; i <= 100; i++) {
      startUps.add(i, false);
    }
    assertThat(startUps.times())
        .isEqualTo(new StartUpTimes(100, Duration.ofSeconds(50), Duration.ofSeconds(90)));
  }

  /** 5 % of 240 s leave the 90 % point where it was; a fifth of them moves it there. */
  @ParameterizedTest
  @CsvSource({"20, 12", "5, 240"})
  void newNodesWeighAsOftenAsTheyCame(int everyNth, int p90) {
    StartUps startUps = new StartUps();
    for (int i = 0; i < StartUps.SHARE_OVER; i++) {
      boolean waited = i % everyNth == 0;
      startUps.add(waited ? 240 : 10 + i % 3, waited);
    }
    StartUpTimes times = startUps.times();
    assertThat(times.p90()).isEqualTo(Duration.ofSeconds(p90));
    assertThat(times.p50()).isEqualTo(Duration.ofSeconds(11));
    assertThat(times.onRunningNodes().p90()).isEqualTo(Duration.ofSeconds(12));
    assertThat(times.onNewNodes().p90()).isEqualTo(Duration.ofSeconds(240));
  }

  @Test
  void aRolloutOnRunningNodesDoesNotWashTheOthersOut() {
    StartUps startUps = new StartUps();
    startUps.add(200, true);
    startUps.add(300, true);
    for (int i = 0; i < 150; i++) {
      startUps.add(20, false);
    }
    assertThat(startUps.times().onNewNodes())
        .isEqualTo(new StartUpTimes.OnNodes(2, Duration.ofSeconds(300)));
    assertThat(startUps.times().p90()).as("but weigh little").isEqualTo(Duration.ofSeconds(20));
    for (int i = 0; i < StartUps.SHARE_OVER; i++) {
      startUps.add(30, false);
    }
    assertThat(startUps.times().p90()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void whenEveryPodWaitsTheyAreAllThereIs() {
    StartUps startUps = new StartUps();
    startUps.add(100, true);
    startUps.add(300, true);
    assertThat(startUps.times())
        .isEqualTo(
            new StartUpTimes(
                2,
                Duration.ofSeconds(100),
                Duration.ofSeconds(300),
                new StartUpTimes.OnNodes(0, Duration.ZERO),
                new StartUpTimes.OnNodes(2, Duration.ofSeconds(300))));
  }
}
