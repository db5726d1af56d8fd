package dev.almanac.predictor.scaling.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.scaling.PricedForecast;
import dev.almanac.predictor.scaling.Risk;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PricedModelTest {
  private static final int DAY = 1440;
  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
  private static final Duration LEAD = Duration.ofSeconds(60);
  private static final ScalingPolicy POLICY = ScalingPolicy.of(1, 200, Stage.FULL, 10);

  private static Optional<PricedModel> fit(TimeSeries history, Risk risk) {
    Instant end = Instant.ofEpochSecond(history.endEpochSecond());
    return PricedModel.next(
        Optional.empty(), history, DemandCalendar.empty(), POLICY.withRisk(risk), LEAD, end);
  }

  private static PricedForecast forecast(PricedModel model, TimeSeries history) {
    Instant end = Instant.ofEpochSecond(history.endEpochSecond());
    return model.forecast(history.between(end.minusSeconds(3_660), end)).orElseThrow();
  }

  @Test
  void thePriceFollowsWhatTheOwnerWants() {
    TimeSeries history = history(10);
    double loose = price(history, new Risk.ShortTimePerMonth(Duration.ofHours(30)));
    double tight = price(history, new Risk.ShortTimePerMonth(Duration.ofMinutes(10)));
    assertThat(tight).isLessThan(loose);
    assertThat(price(history, new Risk.Prices(1, 500))).isEqualTo(0.002);
    assertThat(price(history, new Risk.CostOfHpa())).isBetween(1e-6, 0.01);
  }

  private static double price(TimeSeries history, Risk risk) {
    return forecast(fit(history, risk).orElseThrow(), history).price().orElseThrow();
  }

  @Test
  void demandIsInReplicas() {
    TimeSeries history = history(5);
    PricedForecast f = forecast(fit(history, Risk.DEFAULT).orElseThrow(), history);
    double replicas = history.values()[history.length() - 1] / POLICY.perReplica();
    assertThat(Math.pow(f.windows().lead().location(), 2))
        .isBetween(0.7 * replicas, 1.5 * replicas);
  }

  @Test
  void withoutADayThereAreNoWindowsAndWithoutAThirdMoreThereIsNoPrice() {
    assertThat(fit(history(0.9), Risk.DEFAULT)).isEmpty();
    TimeSeries first = history(1.2);
    assertThat(forecast(fit(first, Risk.DEFAULT).orElseThrow(), first).price())
        .isEqualTo(OptionalDouble.empty());
    TimeSeries second = history(1.5);
    assertThat(forecast(fit(second, Risk.DEFAULT).orElseThrow(), second).price()).isPresent();
  }

  @Test
  void aGridThatBeginsBeforeTheFirstSampleIsNoHistory() {
    TimeSeries known = history(0.9);
    double[] values = new double[7 * 1440 + known.length()];
    java.util.Arrays.fill(values, Double.NaN);
    System.arraycopy(known.values(), 0, values, 7 * 1440, known.length());
    long start = known.startEpochSecond() - 7L * 1440 * known.stepSeconds();
    assertThat(fit(new TimeSeries(start, known.stepSeconds(), values), Risk.DEFAULT)).isEmpty();
  }

  @Test
  void aModelServesForSixHoursAndOnlyItsOwnPolicy() {
    TimeSeries history = history(5);
    Instant end = Instant.ofEpochSecond(history.endEpochSecond());
    PricedModel model = fit(history, Risk.DEFAULT).orElseThrow();
    ScalingPolicy policy = POLICY.withRisk(Risk.DEFAULT);
    TimeSeries later = history(5.1);
    assertThat(fittedAt(next(model, later, policy, LEAD, end.plusSeconds(21_599)), later))
        .isEqualTo(end);
    assertThat(fittedAt(next(model, later, policy, LEAD, end.plusSeconds(21_600)), later))
        .as("six hours later")
        .isAfter(end);
    assertThat(
            fittedAt(
                next(model, later, policy, Duration.ofMinutes(3), end.plusSeconds(8_640)), later))
        .as("another lead time")
        .isAfter(end);
    ScalingPolicy other = policy.withRisk(new Risk.Prices(1, 9));
    assertThat(fittedAt(next(model, later, other, LEAD, end.plusSeconds(8_640)), later))
        .as("another policy")
        .isAfter(end);
  }

  private static PricedModel next(
      PricedModel last, TimeSeries history, ScalingPolicy policy, Duration lead, Instant at) {
    return PricedModel.next(Optional.of(last), history, DemandCalendar.empty(), policy, lead, at)
        .orElseThrow();
  }

  private static Instant fittedAt(PricedModel model, TimeSeries history) {
    return forecast(model, history).windows().model().fittedAt();
  }

  @Test
  void whatTheCalendarExcludesIsNotLearnedFrom() {
    TimeSeries history = history(10);
    double[] incident = history.values().clone();
    Arrays.fill(incident, 8 * DAY, 8 * DAY + 600, 1e6);
    TimeSeries wild = new TimeSeries(history.startEpochSecond(), 60, incident);
    Instant from = START.plus(Duration.ofDays(8));
    DemandCalendar calendar =
        new DemandCalendar(
            java.util.List.of(
                new DemandCalendar.Exclusion(from, from.plusSeconds(36_000), "incident")));
    Instant end = Instant.ofEpochSecond(history.endEpochSecond());
    PricedModel model =
        PricedModel.next(Optional.empty(), wild, calendar, POLICY, LEAD, end).orElseThrow();
    assertThat(forecast(model, history).windows().lead().location()).isBetween(1.0, 4.0);
  }

  private static TimeSeries history(double days) {
    SplittableRandom random = new SplittableRandom(2);
    double[] demand = new double[(int) (days * DAY)];
    for (int i = 0; i < demand.length; i++) {
      double mean = 60 + 40 * Math.sin(2 * Math.PI * i / DAY);
      demand[i] = Math.max(0, mean + 2 * Math.sqrt(mean) * random.nextGaussian());
    }
    return new TimeSeries(START.getEpochSecond(), 60, demand);
  }
}
