package dev.almanac.simulator.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.fleet.Control;
import dev.almanac.simulator.fleet.FitCache;
import dev.almanac.simulator.fleet.FleetDemand;
import dev.almanac.simulator.fleet.FleetReplay;
import dev.almanac.simulator.fleet.FleetScenario;
import dev.almanac.simulator.fleet.FleetWorkload;
import dev.almanac.simulator.fleet.NodeGroup;
import dev.almanac.simulator.fleet.Resources;
import dev.almanac.simulator.fleet.Supply;
import dev.almanac.simulator.whatif.Runway.Limit;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunwayTest {
  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
  private static final double MONTH = 30.4;

  /** 10 pods of demand for ever, an HPA at 100 %, nodes of 4 pods. */
  private static FleetScenario fleet(long quota, int addresses, int maxNodes) {
    double[] values = new double[120];
    Arrays.fill(values, 10);
    FleetWorkload w =
        new FleetWorkload(
            "w",
            FleetDemand.of(DemandTrace.of(new TimeSeries(START.getEpochSecond(), 60, values), 1)),
            1,
            1,
            40,
            StartUpLag.fixed(Duration.ZERO),
            new Resources(1_000, 1 << 20),
            List.of(),
            0,
            0,
            new Control.Hpa(1, 0, Duration.ZERO),
            Optional.empty());
    NodeGroup g =
        new NodeGroup(
            "g", "t", "a", new Resources(4_000, 1L << 34), 110, 1, 0, maxNodes, Duration.ZERO);
    Supply supply =
        new Supply(
            List.of(g),
            quota,
            Map.of("a", addresses),
            Duration.ofMinutes(10),
            0.5,
            0,
            Duration.ZERO);
    return new FleetScenario(START, 120, 0, 60, List.of(w), Optional.of(supply), List.of(), 1);
  }

  private static Limit named(List<Limit> limits, String name) {
    return limits.stream().filter(l -> l.name().startsWith(name)).findFirst().orElseThrow();
  }

  @Test
  void everyLimitBindsWhereArithmeticSays() {
    FitCache fits = new FitCache();
    List<Limit> limits =
        Runway.of(fleet(24_000, 30, 8), new Growth(0.05, 0.1), f -> FleetReplay.run(f, fits));
    // 40 replicas of one unit; 8 nodes of 4; 6 nodes by quota; 30 addresses; for 10 pods today.
    assertThat(named(limits, "maxReplicas").factor()).isCloseTo(4.0, within(1e-9));
    assertThat(named(limits, "most nodes").factor()).isCloseTo(3.2, within(0.04));
    assertThat(named(limits, "CPU quota").factor()).isCloseTo(2.4, within(0.03));
    assertThat(named(limits, "addresses").factor()).isCloseTo(3.0, within(0.04));
    assertThat(limits.getFirst().name()).isEqualTo("CPU quota");
    Limit replicas = named(limits, "maxReplicas");
    assertThat(replicas.medianDays()).isCloseTo(MONTH * Math.log(4) / Math.log(1.05), within(1e-6));
    assertThat(replicas.p90Days()).isCloseTo(MONTH * Math.log(4) / Math.log(1.1), within(1e-6));
  }

  @Test
  void whatBindsTodayHasNoRunwayAndWithoutGrowthNothingEverBinds() {
    FitCache fits = new FitCache();
    List<Limit> today =
        Runway.of(fleet(8_000, 99, 99), new Growth(0.05, 0.1), f -> FleetReplay.run(f, fits));
    assertThat(today.getFirst().name()).isEqualTo("CPU quota");
    assertThat(today.getFirst().medianDays()).isZero();
    List<Limit> never =
        Runway.of(fleet(24_000, 30, 8), new Growth(-0.02, 0), f -> FleetReplay.run(f, fits));
    assertThat(never).allMatch(l -> Double.isInfinite(l.medianDays()));
    assertThat(never).allMatch(l -> Double.isInfinite(l.p90Days()));
  }

  @Test
  void growthIsLearnedFromALineAndItsSpread() {
    int weeks = 12;
    double[] values = new double[weeks * 7 * 1440];
    for (int m = 0; m < values.length; m++) {
      values[m] = 100 * Math.pow(1.02, m / (7 * 1440)); // 2 % a week, exactly
    }
    Growth exact = Growth.ofDemand(DemandTrace.of(new TimeSeries(0, 60, values), 1));
    assertThat(exact.median()).isCloseTo(Math.pow(1.02, MONTH / 7) - 1, within(1e-9));
    assertThat(exact.p90()).isCloseTo(exact.median(), within(1e-9));
    for (int m = 0; m < values.length; m++) {
      values[m] *= m / (7 * 1440) % 2 == 0 ? 1.1 : 0.9;
    }
    Growth noisy = Growth.ofDemand(DemandTrace.of(new TimeSeries(0, 60, values), 1));
    assertThat(noisy.p90()).isGreaterThan(noisy.median() + 0.01);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Growth.ofDemand(DemandTrace.of(new TimeSeries(0, 60, new double[9999]), 1)));
  }

  @Test
  void aDiskFillsByItsLine() {
    double[] used = new double[10 * 24];
    for (int i = 0; i < used.length; i++) {
      used[i] = 1_000 + 5.0 * i; // 120 a day
    }
    Growth perDay = Growth.ofDisk(new TimeSeries(0, 3600, used));
    assertThat(perDay.median()).isCloseTo(120, within(1e-9));
    Limit disk =
        Runway.ofDisk("data", used[used.length - 1], used[used.length - 1] + 1_200, perDay);
    assertThat(disk.medianDays()).isCloseTo(10, within(1e-9));
    assertThat(Runway.ofDisk("full", 10, 9, perDay).medianDays()).isZero();
    assertThat(Runway.ofDisk("shrinks", 10, 90, new Growth(-0.5, 0)).medianDays()).isInfinite();
  }
}
