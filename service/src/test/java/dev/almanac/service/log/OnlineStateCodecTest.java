package dev.almanac.service.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.OnlineForecaster;
import dev.almanac.predictor.forecast.OnlineState;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.forecast.PooledRidgeModel;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.log.RecordCodec.Decoded;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the forecast has learned while live outlives the process as JSON. */
class OnlineStateCodecTest {

  @Test
  void aRestoredStateIsEqualAndGoesOnAlike() {
    double[] values = new double[20 * 24];
    for (int i = 0; i < values.length; i++) {
      values[i] = 100 + 50 * Math.sin(i * Math.PI / 12) + i % 7;
    }
    int known = 18 * 24;
    TimeSeries history = new TimeSeries(0, 3600, Arrays.copyOf(values, known));
    PooledRidgeModel model = new PooledRidgeForecaster().fit(history, DemandCalendar.empty());
    OnlineForecaster online = new OnlineForecaster(new double[] {.5, .9, .99});
    OnlineState state = online.start(model);
    RecordCodec<OnlineState> codec = RecordCodec.of(OnlineState.class);
    for (int t = known; t < values.length - 1; t++) {
      state = online.observe(model, upTo(values, t), state);
    }
    byte[] json = codec.write(state);
    OnlineState restored = ((Decoded.Value<OnlineState>) codec.read(json)).value();
    assertThat(restored).isEqualTo(state);
    assertThat(codec.write(restored)).isEqualTo(json);
    TimeSeries last = upTo(values, values.length - 1);
    assertThat(online.observe(model, last, restored))
        .isEqualTo(online.observe(model, last, state))
        .isNotEqualTo(state);
  }

  private static TimeSeries upTo(double[] values, int t) {
    return new TimeSeries(3600L * (t - 5), 3600, Arrays.copyOfRange(values, t - 5, t + 1));
  }
}
