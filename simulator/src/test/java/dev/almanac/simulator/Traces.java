package dev.almanac.simulator;

import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.demand.MetricTiming;
import dev.almanac.simulator.scenario.Scenario;
import dev.almanac.simulator.scenario.ScoreWindow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** Traces and scenarios that tests share. */
public final class Traces {

  /** First instant of made traces. */
  public static final Instant START = Instant.parse("2026-03-02T00:00:00Z");

  private Traces() {}

  /** A trace of one value a minute from {@link #START} on. */
  public static DemandTrace minutes(double... values) {
    return DemandTrace.of(new TimeSeries(START.getEpochSecond(), 60, values), 1);
  }

  /** A noisy day curve with bursts, in pods of capacity 1. */
  public static double[] busy(int minutes, long seed) {
    Random random = new Random(seed);
    double[] values = new double[minutes];
    double burst = 0;
    for (int m = 0; m < minutes; m++) {
      burst = random.nextInt(90) == 0 ? random.nextInt(25) : burst * 0.8;
      double day = 12 - 10 * Math.cos(2 * Math.PI * m / 1440);
      values[m] = Math.max(0, day * (1 + 0.2 * random.nextGaussian()) + burst);
    }
    return values;
  }

  /** Three days of a real series; source and licence are in the file. */
  public static DemandTrace nasa() {
    List<String[]> rows = table("nasa-http-3-days.csv");
    double[] values = rows.stream().mapToDouble(r -> Double.parseDouble(r[1])).toArray();
    long start = Long.parseLong(rows.getFirst()[0]);
    return DemandTrace.of(new TimeSeries(start, 60, values), 1);
  }

  /** The rows of a comma-separated resource without its comments and header. */
  public static List<String[]> table(String resource) {
    try (var in = new InputStreamReader(open(resource), StandardCharsets.UTF_8)) {
      return new BufferedReader(in)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .skip(1)
          .map(line -> line.split(",", -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static java.io.InputStream open(String resource) {
    var in = Traces.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IllegalStateException("no resource " + resource);
    }
    return in;
  }

  /** Everything run and scored, capacity 1 a pod, one pod at least. */
  public static Scenario scenario(DemandTrace demand, Duration lag) {
    return new Scenario(
        demand,
        MetricTiming.DEFAULT,
        StartUpLag.fixed(lag),
        ScoreWindow.whole(demand),
        ScalingPolicy.of(1, 10_000, Stage.FULL, 1));
  }
}
