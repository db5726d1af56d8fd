package dev.almanac.predictor.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.ModelId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PlannedSizeTest {
  private static final Instant EIGHT = Instant.parse("2026-11-27T08:00:00Z");
  private static final Duration KEEP = Duration.ofHours(1);

  private static ScalingPolicy policy(int min, int max, Duration lead) {
    ScalingPolicy of = ScalingPolicy.of(min, max, Stage.FULL, 10);
    return new ScalingPolicy(
        min,
        max,
        Stage.FULL,
        OptionalDouble.of(10),
        of.reactive(),
        of.interval(),
        of.maxAge(),
        new ScalingPolicy.LeadTime(lead, true),
        of.risk(),
        of.stepCaps(),
        of.guards(),
        of.floors(),
        of.actuation());
  }

  /** Half hours from 08:00 on. */
  private static Forecast forecast(double... demand) {
    return new Forecast(
        EIGHT.minusSeconds(1800),
        1800,
        new double[] {0.5, 0.95},
        new double[][] {new double[demand.length], demand},
        EIGHT.plus(Duration.ofDays(10)),
        new ModelId("test", EIGHT));
  }

  private static List<String> lines(ScalingPolicy policy, Forecast forecast, int halfHours) {
    return PlannedSize.of(policy, forecast, EIGHT, EIGHT.plusSeconds(1800L * halfHours), KEEP)
        .stream()
        .map(line ->
            "%s %d".formatted(LocalTime.ofInstant(line.from(), ZoneOffset.UTC), line.replicas()))
        .toList();
  }

  @Test
  void replicasAreOrderedALeadTimeBeforeTheyAreNeeded() {
    Forecast forecast = forecast(50, 50, 120, 120, 50, 50);
    assertThat(lines(policy(1, 40, Duration.ZERO), forecast, 6))
        .containsExactly("08:00 5", "09:00 12", "10:00 5");
    assertThat(lines(policy(1, 40, Duration.ofMinutes(12)), forecast, 6))
        .as("12 minutes are three steps of 5")
        .containsExactly("08:00 5", "08:45 12", "10:00 5");
  }

  @Test
  void whatIsNeededAgainSoonStays() {
    ScalingPolicy policy = policy(1, 40, Duration.ZERO);
    assertThat(lines(policy, forecast(120, 50, 120, 50), 4)).containsExactly("08:00 12", "09:30 5");
    assertThat(lines(policy, forecast(120, 50, 50, 50, 120), 5))
        .containsExactly("08:00 12", "08:30 5", "10:00 12");
  }

  @Test
  void floorsAndBoundsHold() {
    ScalingPolicy policy =
        policy(3, 9, Duration.ZERO)
            .withFloors(
                List.of(
                    FloorSchedule.daily(
                        "f", LocalTime.of(8, 40), LocalTime.of(10, 0), ZoneOffset.UTC, 7)));
    assertThat(lines(policy, forecast(10, 10, 10, 10, 1e300, 10), 6))
        .containsExactly("08:00 3", "08:40 7", "10:00 9", "10:30 3");
  }

  @Test
  void nothingIsAdvisedWithoutACapacity() {
    ScalingPolicy learned =
        new ScalingPolicy(
            1,
            9,
            Stage.FULL,
            OptionalDouble.empty(),
            RandomRules.rule(new SplittableRandom(3)),
            Duration.ofSeconds(15),
            Duration.ofSeconds(120),
            new ScalingPolicy.LeadTime(Duration.ofSeconds(60), false),
            Risk.DEFAULT,
            StepCaps.DEFAULT,
            Guards.NONE,
            List.of(),
            Actuation.SCALE);
    assertThat(lines(learned, forecast(10, 20), 2)).isEmpty();
  }

  @Test
  void neverShortAndNoDearerThanTheHighestAllTheTime() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] demand = random.doubles(random.nextInt(2, 60), 0, 300).toArray();
      ScalingPolicy policy = policy(random.nextInt(4), 40, Duration.ofMinutes(random.nextInt(40)));
      Instant last = EIGHT.plusSeconds(1800L * demand.length);
      List<PlannedSize> lines = PlannedSize.of(policy, forecast(demand), EIGHT, last, KEEP);
      assertThat(lines.getFirst().from()).isEqualTo(EIGHT);
      assertThat(lines.getLast().to()).isEqualTo(last);
      long lead = Math.ceilDiv(policy.leadTime().assumed().toMinutes(), 5L) * 5;
      for (int h = 0; h < demand.length; h++) {
        int needed = Math.max((int) Math.ceil(demand[h] / 10), policy.minReplicas());
        Instant begin = EIGHT.plusSeconds(1800L * h).minus(Duration.ofMinutes(lead));
        Instant end = EIGHT.plusSeconds(1800L * (h + 1));
        assertThat(lines)
            .as("seed %d, half hour %d", seed, h)
            .filteredOn(line -> line.to().isAfter(begin) && line.from().isBefore(end))
            .allMatch(line -> line.replicas() >= needed);
      }
      double highest = Math.max(Arrays.stream(demand).max().orElse(0) / 10 + 1, 4);
      assertThat(PlannedSize.replicaHours(lines)).isLessThanOrEqualTo(highest * demand.length / 2);
    }
  }
}
