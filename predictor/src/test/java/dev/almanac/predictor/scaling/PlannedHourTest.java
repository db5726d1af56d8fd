package dev.almanac.predictor.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.calendar.DemandCalendar.Event;
import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.ModelId;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.PlannedHour.Binding;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PlannedHourTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  /** 08:00 in Berlin. */
  private static final Instant EIGHT = Instant.parse("2026-11-27T07:00:00Z");

  private static final FloorSchedule OFFICE = floor("office", "08:00", "18:30", 6);
  private static final FloorSchedule DOORS = floor("doors", "10:30", "11:00", 20);

  private static FloorSchedule floor(String name, String from, String to, int replicas) {
    return FloorSchedule.daily(name, LocalTime.parse(from), LocalTime.parse(to), BERLIN, replicas);
  }

  private static ScalingPolicy policy(FloorSchedule... floors) {
    return ScalingPolicy.of(2, 40, Stage.FULL, 10).withFloors(List.of(floors));
  }

  /** Steps of 30 min from 08:00 on, the first at 08:30, with a p50 far below. */
  private static Optional<Forecast> forecast(double... p95) {
    return Optional.of(
        new Forecast(
            EIGHT,
            1800,
            new double[] {0.5, 0.95},
            new double[][] {new double[p95.length], p95},
            EIGHT.plus(Duration.ofDays(1)),
            new ModelId("test", EIGHT)));
  }

  private static List<PlannedHour> plan(
      ScalingPolicy policy, Optional<Forecast> forecast, int hours) {
    return PlannedHour.of(policy, DemandCalendar.empty(), forecast, EIGHT, hours);
  }

  @Test
  void theLargestFloorCountsWhateverItsPlaceInTheList() {
    for (List<FloorSchedule> floors : List.of(List.of(OFFICE, DOORS), List.of(DOORS, OFFICE))) {
      List<PlannedHour> plan = plan(policy().withFloors(floors), Optional.empty(), 12);
      assertThat(plan)
          .extracting(PlannedHour::replicas)
          .containsExactly(6, 6, 20, 6, 6, 6, 6, 6, 6, 6, 6, 2);
      assertThat(plan.get(2).floors()).containsExactly(DOORS, OFFICE);
      assertThat(plan.get(2).binding()).isEqualTo(Binding.FLOOR);
      assertThat(plan.get(11).floors()).isEmpty();
      assertThat(plan.get(11).binding()).isEqualTo(Binding.MIN_REPLICAS);
      assertThat(plan.get(0).needed()).isEmpty();
      assertThat(plan.get(0).to()).isEqualTo(plan.get(1).from());
    }
  }

  @Test
  void theHighestDemandOfTheHourIsServedWithinTheBounds() {
    // 08:30; 09:00 and 09:30; 10:00 and 10:30; 11:00. Nothing is known of 12:00.
    List<PlannedHour> plan = plan(policy(OFFICE, DOORS), forecast(15, 70, 91, 210, 30, 4_000), 5);
    assertThat(plan.stream().map(PlannedHour::demand))
        .containsExactly(
            OptionalDouble.of(15),
            OptionalDouble.of(91),
            OptionalDouble.of(210),
            OptionalDouble.of(4_000),
            OptionalDouble.empty());
    assertThat(plan.stream().map(PlannedHour::needed))
        .containsExactly(
            OptionalInt.of(2),
            OptionalInt.of(10),
            OptionalInt.of(21),
            OptionalInt.of(400),
            OptionalInt.empty());
    assertThat(plan).extracting(PlannedHour::replicas).containsExactly(6, 10, 21, 40, 6);
    assertThat(plan)
        .extracting(PlannedHour::binding)
        .containsExactly(
            Binding.FLOOR, Binding.DEMAND, Binding.DEMAND, Binding.MAX_REPLICAS, Binding.FLOOR);
  }

  @Test
  void aFloorBeyondTheMostIsCutToIt() {
    PlannedHour hour =
        plan(policy(floor("all", "00:00", "00:00", 99)), Optional.empty(), 1).getFirst();
    assertThat(hour.replicas()).isEqualTo(40);
    assertThat(hour.binding()).isEqualTo(Binding.MAX_REPLICAS);
  }

  @Test
  void upliftIsThatOfTheHighestDemandOrTheMostOfTheHour() {
    Instant half = EIGHT.plus(Duration.ofMinutes(90));
    DemandCalendar calendar =
        new DemandCalendar(
            ZoneOffset.UTC,
            List.of(),
            List.of(
                new Event(half, half.plus(Duration.ofHours(1)), 1.5, "sale"),
                new Event(half.plusSeconds(600), half.plusSeconds(1200), 2, "push")),
            List.of());
    assertThat(PlannedHour.of(policy(), calendar, Optional.empty(), EIGHT, 4))
        .extracting(PlannedHour::uplift)
        .containsExactly(1.0, 3.0, 1.5, 1.0);
    // 09:00 is the highest of its hour, before the sale; 10:00 is in it.
    assertThat(PlannedHour.of(policy(), calendar, forecast(1, 80, 60, 50, 40), EIGHT, 3))
        .extracting(PlannedHour::uplift)
        .containsExactly(1.0, 1.0, 1.5);
  }

  @Test
  void whereTheClocksChangeFloorsGoByTheClocks() {
    // 2027-03-28: at 01:00 UTC it is 03:00 in Berlin. Office hours begin at 06:00 UTC, not 07:00.
    List<PlannedHour> plan =
        PlannedHour.of(
            policy(OFFICE),
            DemandCalendar.empty(),
            Optional.empty(),
            Instant.parse("2027-03-28T05:00:00Z"),
            2);
    assertThat(plan).extracting(PlannedHour::replicas).containsExactly(2, 6);
  }

  /** Where only floors speak, the decision holds what the plan says. */
  @Test
  void theDecisionHoldsThePlannedFloor() {
    SplittableRandom random = new SplittableRandom(3);
    for (int run = 0; run < 200; run++) {
      List<FloorSchedule> floors = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        floors.add(
            floor(
                "f" + i,
                LocalTime.of(random.nextInt(24), 0).toString(),
                LocalTime.of(random.nextInt(24), 0).toString(),
                1 + random.nextInt(30)));
      }
      PlannedHour hour = plan(policy().withFloors(floors), Optional.empty(), 1).getFirst();
      Instant middle = EIGHT.plus(Duration.ofMinutes(30));
      Observation quiet =
          new Observation(
              middle,
              new TargetFacts(2, 2, 2, false, "1", middle, StartUpTimes.none()),
              List.of(),
              new Demand(new Reading.Present(0, middle)),
              Optional.empty(),
              Optional.empty(),
              Limits.none());
      Decision decision =
          new Autoscaler()
              .step(policy().withFloors(floors), quiet, AutoscalerState.cold())
              .decision();
      assertThat(decision.replicasOr(2)).isEqualTo(hour.replicas());
    }
  }
}
