package dev.almanac.service.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.cluster.Cluster;
import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.metrics.MetricSource;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.Trust;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.config.Configuration;
import dev.almanac.service.config.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A document without {@code perReplica}, through configuration, models and loop. Pods use 5 % and
 * another half percent for each request a second, and meet their objective up to 60 %: 110
 * requests.
 */
class CapacityByUsageTest {
  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
  private static final double TRUTH = 110;

  @TempDir Path folder;
  private final World world = new World();
  private Workload workload;
  private Models models;
  private ControlLoop loop;

  @BeforeEach
  void read() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("web.yaml"),
            """
            apiVersion: almanac.dev/v1alpha1
            kind: PredictiveAutoscaler
            metadata: {name: web, namespace: shop}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
              maxReplicas: 50
              stage: Full
              demand:
                source: memory
                query: demand
                targetUtilization: 0.8
                usage: {query: usage, pods: pods, most: 0.6, ceiling: 1}
            ---
            apiVersion: almanac.dev/v1alpha1
            kind: MetricSource
            metadata: {name: memory}
            spec: {url: "http://127.0.0.1:1"}
            """);
    Configuration read = ((Configuration.Loaded) Configuration.load(file)).configuration();
    workload = read.workloads().getFirst();
    models = new Models(new PooledRidgeForecaster(), _ -> world, Runnable::run);
    loop =
        new ControlLoop(
            _ -> world,
            world,
            models,
            Runnable::run,
            () -> world.now,
            Duration.ofSeconds(10),
            () -> false,
            List.of());
    loop.manage(List.of(workload), Map.of());
  }

  private WorkloadTick.Decided tick(Duration after) {
    world.now = START.plus(after);
    return (WorkloadTick.Decided) loop.tick(world.now).getFirst();
  }

  @Test
  void untilItIsLearnedTheReactiveRuleGoesByUsage() {
    world.size = 4;
    // 8 pods' demand on 4: 140 requests on each, 75 % usage, where 48 % is aimed at.
    WorkloadTick.Decided d = tick(Duration.ofMinutes(60));
    assertThat(d.policy().capacity()).isEmpty();
    assertThat(d.trust()).isEqualTo(Trust.CAPACITY_UNKNOWN);
    assertThat(d.decision().reason()).isEqualTo(ReasonCode.REACTIVE);
    double usage = world.usage(world.now);
    assertThat(d.decision().proposed()).isEqualTo((int) Math.ceil(4 * usage / 0.48));
  }

  @Test
  void whatIsLearnedIsWhatDecisionsGoBy() {
    WorkloadTick.Decided d = tick(Duration.ofDays(2));
    assertThat(d.policy().perReplica()).isCloseTo(TRUTH, within(0.1 * TRUTH));
    assertThat(models.policy(workload)).isEqualTo(d.policy());
    assertThat(d.trust().cause()).isNotEqualTo(Trust.Cause.CAPACITY_UNKNOWN);
    assertThat(d.observation().priced()).isPresent();
  }

  @Test
  void anotherImageEndsItUntilItsOwnMinutesAreEnough() {
    tick(Duration.ofDays(2));
    world.newImage = START.plus(Duration.ofHours(48)).plusSeconds(60);
    WorkloadTick.Decided d = tick(Duration.ofHours(50));
    assertThat(d.policy().capacity()).isEmpty();
    assertThat(d.trust()).isEqualTo(Trust.CAPACITY_UNKNOWN);
    for (int hour = 51; hour <= 60; hour++) {
      d = tick(Duration.ofHours(hour).plusMinutes(10L * (hour - 50)));
    }
    double truth = (0.6 / 1.6 - 0.05) / 0.005;
    assertThat(d.policy().perReplica()).isCloseTo(truth, within(0.1 * truth));
  }

  @Test
  void saturatedPodsServeLessThanIsAskedSoAForecastMayOnlyRaise() {
    tick(Duration.ofDays(2));
    Trust before = models.trust(workload);
    world.saturated = true;
    WorkloadTick.Decided d = tick(Duration.ofDays(2).plusMinutes(1));
    assertThat(d.trust().within(Stage.FULL)).isNotEqualTo(Stage.FULL);
    assertThat(d.trust()).isEqualTo(before.whileSaturated());
    assertThat(d.decision().proposed()).isGreaterThan(world.size);
  }

  @Test
  void whatThePolicyGivesWins() {
    Workload given =
        new Workload(
            "shop",
            "web",
            TargetRef.deployment("shop", "web"),
            "memory",
            "demand",
            "",
            workload.calendar(),
            workload.policy().withPerReplica(70),
            false,
            workload.signals(),
            workload.usage(),
            workload.replicaHourPrice());
    loop.manage(List.of(given), Map.of());
    assertThat(tick(Duration.ofDays(2)).policy().perReplica()).isEqualTo(70);
  }

  /** Eight pods until somebody sets another size, which changes nothing of the past. */
  private static final class World implements MetricSource, Cluster {
    Instant now = START;
    Instant newImage = Instant.MAX;
    boolean saturated;
    int size = 8;

    private static double demand(Instant at) {
      double minutes = Duration.between(START, at).toSeconds() / 60.0;
      // Two waves, and a ripple that no line explains.
      return 8
          * (70 + 35 * Math.sin(minutes / 200) + 8 * Math.sin(minutes / 17) + Math.sin(minutes));
    }

    double usage(Instant at) {
      double onOne = demand(at) / (at.equals(now) ? size : 8);
      double cost = at.isBefore(newImage) ? 1 : 1.6;
      double usage = (0.05 + 0.005 * onOne) * cost;
      return saturated && !at.isBefore(now) ? 0.97 : Math.min(1, usage);
    }

    @Override
    public SeriesReading range(String query, Instant from, Instant to, Duration step) {
      int n = (int) (Duration.between(from, to).toSeconds() / step.toSeconds()) + 1;
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        Instant at = from.plus(step.multipliedBy(i));
        values[i] =
            at.isBefore(START)
                ? Double.NaN
                : switch (query) {
                  case "demand" -> demand(at);
                  case "usage" -> usage(at);
                  case "pods" -> 8;
                  default -> throw new IllegalArgumentException(query);
                };
      }
      return new SeriesReading.Present(
          new TimeSeries(from.getEpochSecond(), (int) step.toSeconds(), values));
    }

    @Override
    public Observed observe(TargetRef target, Instant at) {
      return new Observed.Known(
          new TargetFacts(size, size, size, false, "1", at, StartUpTimes.none()));
    }

    @Override
    public ApplyResult apply(TargetRef target, int replicas, String version, Instant at) {
      return new ApplyResult.Applied("2"); // sizes stay, so that the past stays what it was
    }
  }
}
