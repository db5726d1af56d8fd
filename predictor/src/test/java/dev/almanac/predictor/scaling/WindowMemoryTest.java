package dev.almanac.predictor.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.forecast.window.Survival;
import dev.almanac.predictor.forecast.window.WindowForecast;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WindowMemoryTest {
  private static final Instant START = Observations.START;

  /** A window of three minutes that is expected to reach 16 replicas. */
  private static WindowForecast.Ahead ahead(int second) {
    return new WindowForecast.Ahead(
        START.plusSeconds(second + 180), 4, 0.5, new Survival(new double[Survival.size()]));
  }

  private static WindowMemory live(int minutes, double demand) {
    WindowMemory memory = WindowMemory.none();
    for (int second = 0; second <= 60 * minutes; second += 15) {
      memory = memory.after(START.plusSeconds(second), demand, ahead(second));
    }
    return memory;
  }

  @Test
  void theSpreadWidensWhenDemandIsFarOffAndNarrowsWhenItIsNot() {
    assertThat(live(6 * 60, 36).size()).as("(6 - 4) / 0.5").isCloseTo(4, within(0.1));
    assertThat(live(6 * 60, 36).factor()).isCloseTo(Math.pow(4, 0.7), within(0.1));
    assertThat(live(6 * 60, 16).size()).isCloseTo(0, within(0.02));
    assertThat(live(6 * 60, 16).factor())
        .as("not below")
        .isCloseTo(Math.pow(0.6, 0.7), within(1e-9));
    double afterAnHour = live(60, 36).size();
    assertThat(afterAnHour).as("half of the way in an hour").isCloseTo(2.5, within(0.15));
  }

  @Test
  void theHighestReadingOfAWindowCountsAndOnlyAfterItHasClosed() {
    WindowMemory memory = WindowMemory.none().after(START, 16, ahead(0));
    memory = memory.after(START.plusSeconds(60), 100, ahead(60));
    memory = memory.after(START.plusSeconds(120), Double.NaN, ahead(120));
    assertThat(memory.size()).isEqualTo(1);
    assertThat(memory.awaited().orElseThrow().highest()).isEqualTo(100);
    memory = memory.after(START.plusSeconds(180), 1, ahead(180));
    assertThat(memory.size()).as("8 is the largest residual").isGreaterThan(1.2);
    assertThat(memory.awaited().orElseThrow().opened()).isEqualTo(START.plusSeconds(180));
  }

  @Test
  void aWindowThatNobodyWatchedSaysNothing() {
    WindowMemory memory = WindowMemory.none().after(START, 16, ahead(0));
    memory = memory.after(START.plusSeconds(3_600), 1_000, ahead(3_600));
    assertThat(memory.size()).isEqualTo(1);
    assertThat(memory.awaited().orElseThrow().highest()).isZero();
  }
}
