package dev.almanac.service.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.ModelId;
import dev.almanac.service.view.Fan;
import dev.almanac.service.view.WorkloadRow;
import java.time.Instant;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class ForecastAheadTest {
  private static final double[] LEVELS = {0.1, 0.5, 0.9, 0.95, 0.99};
  private static final Instant NOW = Ticks.START;

  /** Two hours of minutes; each level lies 10 above the one below. */
  private static ForecastAhead ahead(IntToDoubleFunction median) {
    double[][] paths = new double[LEVELS.length][120];
    for (int i = 0; i < paths.length; i++) {
      for (int h = 0; h < 120; h++) {
        paths[i][h] = median.applyAsDouble(h) + 10 * (i - 1);
      }
    }
    return new ForecastAhead(
        new Forecast(NOW, 60, LEVELS, paths, NOW.plusSeconds(36_000), new ModelId("test", NOW)));
  }

  @Test
  void saysWhatWillHappenNext() {
    assertThat(ahead(_ -> 300).next(Ticks.POLICY, NOW))
        .isEqualTo(new WorkloadRow.Next("steady", Optional.empty()));
    ForecastAhead rise = ahead(h -> 300 + 5 * Math.min(h, 40));
    assertThat(rise.next(Ticks.POLICY, NOW))
        .isEqualTo(new WorkloadRow.Next("peaks", Optional.of(rise.forecast().instantAt(40))));
    // Ten pods serve 1,000; its 99 % point, 30 above the median, is past that first.
    ForecastAhead much = ahead(h -> 900 + 2 * h);
    assertThat(much.next(Ticks.POLICY, NOW))
        .isEqualTo(new WorkloadRow.Next("at max", Optional.of(much.forecast().instantAt(36))));
    assertThat(much.next(Ticks.POLICY, much.forecast().instantAt(50)).at())
        .contains(much.forecast().instantAt(51));
  }

  @Test
  void drawsEachFifthPointAfterNow() {
    ForecastAhead rise = ahead(h -> 100 + h);
    Instant now = rise.forecast().instantAt(9);
    Fan fan = rise.fan(now);
    assertThat(Instant.ofEpochSecond(fan.startEpochSecond()))
        .isEqualTo(rise.forecast().instantAt(10));
    assertThat(fan.stepSeconds()).isEqualTo(300);
    assertThat(fan.p50()).hasSize(22).startsWith(110, 115).endsWith(215);
    assertThat(fan.p10()[0]).isEqualTo(100);
    assertThat(fan.p90()[0]).isEqualTo(120);
    assertThat(fan.p99()[0]).isEqualTo(140);
  }

  @Test
  void theNextHourIsSixtyMinutes() {
    ForecastAhead rise = ahead(h -> 100 + h);
    int last = 0;
    while (!rise.forecast().instantAt(last + 1).isAfter(NOW.plusSeconds(3_600))) {
      last++;
    }
    assertThat(rise.nextHourP95(NOW)).isEqualTo(100 + last + 20);
    assertThat(last).isBetween(58, 60);
  }
}
