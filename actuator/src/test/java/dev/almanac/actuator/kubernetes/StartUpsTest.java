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
      startUps.add(i);
    }
    assertThat(startUps.times())
        .isEqualTo(new StartUpTimes(count, Duration.ofSeconds(p50), Duration.ofSeconds(p90)));
  }

  @Test
  void keepsTheLastHundred() {
    StartUps startUps = new StartUps();
    for (int i = 0; i < 950; i++) {
      startUps.add(1000);
    }
    startUps.times();
    for (int i = 1; i <= 100; i++) {
      startUps.add(i);
    }
    assertThat(startUps.times())
        .isEqualTo(new StartUpTimes(100, Duration.ofSeconds(50), Duration.ofSeconds(90)));
  }
}
