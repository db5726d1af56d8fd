package dev.almanac.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.calendar.DemandCalendar.Exclusion;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.metrics.MetricSource;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.config.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fits run at once, on the thread that asks. */
class ModelsTest {
  private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");

  @Test
  void theCalendarReachesTheFitAndItsChangeIsAFitAtOnce() {
    List<DemandCalendar> fittedWith = new ArrayList<>();
    Models models =
        new Models(
            (history, calendar) -> {
              fittedWith.add(calendar);
              return new PooledRidgeForecaster().fit(history, calendar);
            },
            _ -> new Constant(),
            Runnable::run);
    DemandCalendar incident =
        new DemandCalendar(List.of(new Exclusion(NOW.minusSeconds(3_600), NOW, "incident")));

    models.refitDue(List.of(workload(DemandCalendar.empty())), NOW);
    models.refitDue(List.of(workload(DemandCalendar.empty())), NOW.plusSeconds(15));
    assertThat(fittedWith).containsExactly(DemandCalendar.empty());

    models.refitDue(List.of(workload(incident)), NOW.plusSeconds(30));
    models.refitDue(List.of(workload(incident)), NOW.plusSeconds(45));
    assertThat(fittedWith).containsExactly(DemandCalendar.empty(), incident);
  }

  private static Workload workload(DemandCalendar calendar) {
    return new Workload(
        "shop",
        "web",
        TargetRef.deployment("shop", "web"),
        "memory",
        "q",
        "req/s",
        calendar,
        ScalingPolicy.of(1, 9, Stage.FLOOR, 100),
        false);
  }

  /** Demand is always 50. */
  private static final class Constant implements MetricSource {
    @Override
    public SeriesReading range(String query, Instant from, Instant to, Duration step) {
      int n = (int) (Duration.between(from, to).toSeconds() / step.toSeconds());
      double[] values = new double[n];
      Arrays.fill(values, 50);
      return new SeriesReading.Present(
          new TimeSeries(from.getEpochSecond(), (int) step.toSeconds(), values));
    }
  }
}
