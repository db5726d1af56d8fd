package dev.almanac.simulator.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.simulator.fleet.Resources;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodUsageTest {
  private static final double NONE = Double.NaN;
  private static final Instant START = Instant.EPOCH;
  private static final Instant END = Instant.ofEpochSecond(100 * 300);

  private static PodUsage cpu(double... cores) {
    return new PodUsage(
        Optional.of(new TimeSeries(0, 300, cores)), Optional.empty(), Resources.NONE);
  }

  private static PodUsage memory(double... bytes) {
    return new PodUsage(
        Optional.empty(), Optional.of(new TimeSeries(0, 300, bytes)), Resources.NONE);
  }

  /** Steps of 5 minutes: 0.2, 0.5, nothing known, 0.9 and 1.0 cores. */
  @ParameterizedTest
  @CsvSource({
    "100,   0,  0, 20", // no limit throttles nothing
    "200, 1000, 0, 15", // at the limit is within it
    "500,  900, 5, 10",
    "500,  500, 10, 10",
    "2000, 100, 20, 0",
  })
  void countsTimeAboveTheLimitAndTheRequest(
      long request, long limit, double throttled, double over) {
    PodUsage.Effects effects =
        cpu(0.2, 0.5, NONE, 0.9, 1.0)
            .with(new Resources(limit, 0))
            .under(new Resources(request, 0), START, END);
    assertThat(effects.throttledMinutes()).isEqualTo(throttled);
    assertThat(effects.overRequestMinutes()).isEqualTo(over);
    assertThat(effects.oomKills()).isNaN();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "100, 0", "99, 1", "60, 2", "50, 1", "9, 1"})
  void countsOneKillUntilMemoryHasComeDown(long limit, int kills) {
    // A gap in the record says nothing: what is above on both sides of it is one time above.
    PodUsage usage = memory(10, 100, NONE, 70, 60, 80, 55).with(new Resources(0, limit));
    assertThat(usage.under(Resources.NONE, START, END).oomKills()).isEqualTo(kills);
    assertThat(usage.under(Resources.NONE, START, END).throttledMinutes()).isNaN();
  }

  @Test
  void onlyTheTimeThatIsScoredCounts() {
    PodUsage usage = cpu(1, 1, 1, 1).with(new Resources(500, 0));
    assertThat(
            usage
                .under(Resources.NONE, Instant.ofEpochSecond(300), Instant.ofEpochSecond(900))
                .throttledMinutes())
        .isEqualTo(10);
  }

  @Test
  void negativeUsageIsRefused() {
    assertThatThrownBy(() -> cpu(1, -0.1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> memory(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  /** More of a limit is never worse, and neither is less usage. */
  @Test
  void moreRoomIsNeverWorse() {
    Random random = new Random(3);
    for (int round = 0; round < 500; round++) {
      double[] values = new double[40];
      double[] less = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(9) == 0 ? NONE : random.nextInt(1_000) / 1_000.0;
        less[i] = values[i] * 0.9;
      }
      long limit = 1 + random.nextInt(1_000);
      Resources requests = new Resources(random.nextInt((int) limit), 0);
      PodUsage.Effects tight =
          cpu(values).with(new Resources(limit, 0)).under(requests, START, END);
      PodUsage.Effects wide =
          cpu(values).with(new Resources(limit + 100, 0)).under(requests, START, END);
      PodUsage.Effects calm = cpu(less).with(new Resources(limit, 0)).under(requests, START, END);
      assertThat(wide.throttledMinutes()).isLessThanOrEqualTo(tight.throttledMinutes());
      assertThat(calm.throttledMinutes()).isLessThanOrEqualTo(tight.throttledMinutes());
      assertThat(calm.overRequestMinutes()).isLessThanOrEqualTo(tight.overRequestMinutes());
      assertThat(tight.throttledMinutes()).isLessThanOrEqualTo(tight.overRequestMinutes());
    }
  }
}
