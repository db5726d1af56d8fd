package dev.almanac.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Demand;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ReactiveRule;
import dev.almanac.predictor.scaling.Risk;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.Step;
import dev.almanac.predictor.scaling.StepCaps;
import dev.almanac.predictor.scaling.hpa.Behavior;
import dev.almanac.predictor.scaling.hpa.ScalingRules;
import dev.almanac.simulator.LevelForecaster;
import dev.almanac.simulator.Traces;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.demand.MetricTiming;
import dev.almanac.simulator.outcome.Outcome;
import dev.almanac.simulator.outcome.PolicyRun;
import dev.almanac.simulator.policy.PlainHpa;
import dev.almanac.simulator.replay.Learning;
import dev.almanac.simulator.replay.Replay;
import dev.almanac.simulator.scenario.Scenario;
import dev.almanac.simulator.scenario.ScoreWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The fast kernel against {@code Autoscaler.step}, and against the replay of one workload. */
class FleetStepTest {

  private static ScalingPolicy policy(
      FleetWorkload w, Control.Hpa hpa, int tickSeconds, Stage stage) {
    ReactiveRule rule =
        new ReactiveRule(
            List.of(),
            hpa.target(),
            hpa.tolerance(),
            hpa.downWindow(),
            Optional.of(
                new Behavior(
                    ScalingRules.scaleUpDefault(),
                    ScalingRules.scaleDownDefault(hpa.downWindow()))));
    return new ScalingPolicy(
        w.minReplicas(),
        w.maxReplicas(),
        stage,
        w.perReplica(),
        rule,
        Duration.ofSeconds(tickSeconds),
        Duration.ofSeconds(120),
        new ScalingPolicy.LeadTime(Duration.ofSeconds(60), true),
        Risk.DEFAULT,
        new StepCaps(Duration.ofMinutes(1), Integer.MAX_VALUE, 0, 1)); // as HPA: no caps
  }

  @Test
  void everyDecisionOfAnHpaIsThatOfStep() {
    Autoscaler autoscaler = new Autoscaler();
    int decisions = 0;
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int tick = new int[] {15, 20, 30, 60}[random.nextInt(4)];
      int minutes = 30 + random.nextInt(60);
      double[] values = new double[minutes];
      double level = 1 + random.nextInt(40);
      for (int m = 0; m < minutes; m++) {
        level =
            random.nextInt(12) == 0 ? random.nextInt((int) Math.min(120, 2 * level + 2)) : level;
        double noisy = Math.max(0, level * (1 + 0.3 * random.nextGaussian()));
        values[m] = random.nextInt(20) == 0 ? Double.NaN : noisy;
      }
      DemandTrace demand = Traces.minutes(values);
      var hpa =
          new Control.Hpa(
              0.05 + 0.95 * random.nextDouble(),
              0.3 * random.nextDouble(),
              Duration.ofSeconds(random.nextInt(700)));
      int min = 1 + random.nextInt(4);
      FleetWorkload workload =
          new FleetWorkload(
              "w",
              FleetDemand.of(demand),
              0.3 + random.nextDouble(),
              min,
              min + random.nextInt(150),
              StartUpLag.fixed(Duration.ofSeconds(random.nextInt(200))),
              Resources.NONE,
              List.of(),
              0,
              0,
              hpa,
              Optional.empty());
      FleetReplay replay =
          new FleetReplay(Fleets.scenario(tick, demand, workload), new FitCache(), true);
      HpaRows rows = HpaRows.of(List.of(workload), tick)[0];
      ScalingPolicy policy = policy(workload, hpa, tick, Stage.SHADOW);
      AutoscalerState state = AutoscalerState.cold();
      int size = replay.pods.spec[0];
      for (int t = 0; t < minutes * 60 / tick; t++) {
        Instant at = demand.start().plusSeconds((long) t * tick);
        double measured = MetricTiming.DEFAULT.valueAt(demand, at.getEpochSecond());
        Reading reading =
            Double.isNaN(measured) ? new Reading.NoData("gap") : new Reading.Present(measured, at);
        Step step =
            autoscaler.step(
                policy,
                new Observation(
                    at,
                    new TargetFacts(size, size, size, false, "1", at, StartUpTimes.none()),
                    List.of(),
                    new Demand(reading),
                    Optional.empty(),
                    Optional.empty(),
                    Limits.none()),
                state);
        state = step.next();
        if (state.guards().doubt().isPresent()) {
          break; // HPA believes a demand that multiplies at once, the step waits a minute
        }
        int wanted = step.decision().proposed();
        assertThat(rows.decide(t, measured, size)).as("seed %d tick %d", seed, t).isEqualTo(wanted);
        size = wanted;
        if (t * tick % 60 == 0) {
          replay.runTo(t * tick / 60 + 1);
          // The first tick of that minute has been recorded: same metric, same size.
          assertThat(replay.timeline().orElseThrow().spec()[t * tick / 60])
              .as("seed %d minute %d", seed, t * tick / 60)
              .isEqualTo(size);
        }
        decisions++;
      }
    }
    assertThat(decisions).isGreaterThan(30_000);
  }

  /**
   * Rows that decide together, many at once, beside the row alone that the test above compares with
   * the step: windows of several lengths, gaps, growth, and workloads that no HPA governs between.
   */
  @Test
  void everyRowOfAFleetDecidesAsItDoesAlone() {
    for (int seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      int tick = new int[] {15, 20, 30, 60}[seed % 4];
      int minutes = 150 + random.nextInt(20);
      boolean gaps = seed % 3 > 0;
      int windows = 1 + random.nextInt(3);
      List<FleetWorkload> workloads = new ArrayList<>();
      for (int w = 0; w < 70; w++) {
        double[] values = Traces.busy(minutes, random.nextLong());
        for (int m = 0; gaps && m < minutes; m++) {
          values[m] = random.nextInt(40) == 0 ? Double.NaN : values[m];
        }
        Control control =
            random.nextInt(10) == 0
                ? new Control.Fixed(3)
                : new Control.Hpa(
                    0.3 + 0.7 * random.nextDouble(),
                    0.3 * random.nextDouble(),
                    Duration.ofSeconds(200 * random.nextInt(windows)));
        FleetWorkload made =
            Fleets.workload(
                "w" + w, Traces.minutes(values), 1, 40, Duration.ofSeconds(60), control);
        workloads.add(made.with(made.demand().times(0.2 + random.nextDouble())));
      }
      FleetReplay fleet =
          new FleetReplay(
              Fleets.scenario(
                  tick,
                  workloads.getFirst().demand().trace(),
                  workloads.toArray(FleetWorkload[]::new)),
              new FitCache(),
              false);
      int[] sizes = fleet.pods.spec.clone();
      HpaRows[][] alone = new HpaRows[workloads.size()][];
      Arrays.setAll(alone, w -> HpaRows.of(List.of(workloads.get(w)), tick));
      DemandTrace[] demand =
          workloads.stream().map(w -> w.demand().traced(Traces.START)).toArray(DemandTrace[]::new);
      for (int m = 0; m < minutes; m++) {
        fleet.runTo(m + 1);
        for (int w = 0; w < alone.length; w++) {
          for (int second = 0; second < 60 && alone[w].length > 0; second += tick) {
            long at = Traces.START.getEpochSecond() + 60L * m + second;
            double measured = MetricTiming.DEFAULT.valueAt(demand[w], at);
            sizes[w] = alone[w][0].decide((60 * m + second) / tick, measured, sizes[w]);
          }
        }
        assertThat(fleet.pods.spec).as("seed %d minute %d", seed, m).isEqualTo(sizes);
      }
    }
  }

  @Test
  void aFleetOfOneHpaIsThePlainHpa() {
    for (int seed = 0; seed < 20; seed++) {
      double[] values = Traces.busy(1440, seed);
      for (int m = 0; m < values.length; m++) {
        values[m] = 4 * Math.round(values[m]); // so that no metric has parts of thousandths
      }
      DemandTrace demand = Traces.minutes(values);
      Scenario scenario = Traces.scenario(demand, Duration.ofSeconds(45));
      PolicyRun expected = PlainHpa.run(scenario);
      Control hpa = new Control.Hpa(0.7, 0.1, Duration.ofSeconds(300));
      FleetWorkload w = Fleets.workload("hpa", demand, 1, 10_000, Duration.ofSeconds(45), hpa);
      same(expected, new FleetReplay(Fleets.scenario(15, demand, w), new FitCache(), true));
    }
  }

  @Test
  void aFleetOfOneAlmanacIsTheReplay() {
    DemandTrace demand = Traces.nasa();
    ScalingPolicy defaults = ScalingPolicy.of(1, 100, Stage.FULL, demand.perReplicaForPeak(40));
    ScalingPolicy policy =
        new ScalingPolicy(
            1,
            100,
            Stage.FULL,
            defaults.perReplica(),
            defaults.reactive(),
            defaults.interval(),
            defaults.maxAge(),
            new ScalingPolicy.LeadTime(Duration.ofSeconds(60), true),
            defaults.risk(),
            defaults.stepCaps());
    Scenario scenario =
        new Scenario(
            demand,
            MetricTiming.DEFAULT,
            StartUpLag.fixed(Duration.ofSeconds(60)),
            ScoreWindow.whole(demand),
            policy);
    PolicyRun expected = Replay.run(scenario, new LevelForecaster(), Learning.DEFAULT);
    FleetWorkload w =
        new FleetWorkload(
            "almanac",
            FleetDemand.of(demand),
            policy.perReplica(),
            1,
            100,
            StartUpLag.fixed(Duration.ofSeconds(60)),
            Resources.NONE,
            List.of(),
            0,
            0,
            new Control.Almanac(policy, Learning.DEFAULT, new LevelForecaster()),
            Optional.empty());
    FitCache fits = new FitCache();
    same(expected, new FleetReplay(Fleets.scenario(15, demand, w), fits, true));
    // Once more with the fits of the first run.
    same(expected, new FleetReplay(Fleets.scenario(15, demand, w), fits, true));
  }

  private static void same(PolicyRun expected, FleetReplay replay) {
    replay.runTo(Integer.MAX_VALUE / 4);
    Timeline timeline = replay.timeline().orElseThrow();
    for (int m = 0; m < timeline.spec().length; m++) {
      assertThat(timeline.spec()[m]).as("minute %d", m).isEqualTo(expected.desired()[4 * m]);
      assertThat(timeline.ready()[m]).as("minute %d", m).isEqualTo(expected.ready()[4 * m]);
    }
    Outcome o = replay.outcome().workloads().getFirst().outcome();
    Outcome e = expected.outcome();
    assertThat(o)
        .isEqualTo(
            new Outcome(
                o.policy(),
                e.shortMinutes(),
                e.shortPodMinutes(),
                e.podHours(),
                e.scaleEvents(),
                e.scoredMinutes()));
  }
}
