package dev.almanac.simulator.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.simulator.Traces;
import dev.almanac.simulator.cluster.Pods;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.demand.MetricTiming;
import dev.almanac.simulator.outcome.Outcome;
import dev.almanac.simulator.outcome.PolicyRun;
import dev.almanac.simulator.scenario.Scenario;
import dev.almanac.simulator.scenario.ScoreWindow;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReferencePoliciesTest {

  /** A row of the golden file; the target is NaN for the oracle. */
  record Golden(
      Duration lead,
      String policy,
      double target,
      double pods,
      double shortPercent,
      double missingPods,
      double eventsPerDay) {}

  static List<Golden> golden() {
    return Traces.table("golden-hpa-oracle.csv").stream()
        .map(row ->
            new Golden(
                Duration.ofSeconds(Long.parseLong(row[0])),
                row[1],
                row[2].isEmpty() ? Double.NaN : Double.parseDouble(row[2]),
                Double.parseDouble(row[3]),
                Double.parseDouble(row[4]),
                Double.parseDouble(row[5]),
                Double.parseDouble(row[6])))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("golden")
  void figuresAreThoseOfTheIndependentImplementation(Golden golden) {
    DemandTrace demand = Traces.nasa();
    Scenario scenario =
        new Scenario(
            demand,
            MetricTiming.DEFAULT,
            StartUpLag.fixed(golden.lead()),
            ScoreWindow.lastTwoFifths(demand),
            ScalingPolicy.of(1, Integer.MAX_VALUE, Stage.FULL, demand.perReplicaForPeak(40)));
    HpaSettings hpa = HpaSettings.of(scenario.policy());
    PolicyRun run =
        golden.policy().equals("oracle")
            ? Oracle.run(scenario)
            : PlainHpa.run(scenario, hpa.withTarget(golden.target()), "hpa");
    Outcome o = run.outcome();
    assertThat(o.meanPods()).isCloseTo(golden.pods(), within(1e-9));
    assertThat(o.shortPercent()).isCloseTo(golden.shortPercent(), within(1e-9));
    assertThat(o.shortPodMinutes() / o.scoredMinutes())
        .isCloseTo(golden.missingPods(), within(1e-9));
    assertThat(o.eventsPerDay()).isCloseTo(golden.eventsPerDay(), within(1e-6));
  }

  @Test
  void theOracleIsNeverShortAndHpaIsNeverBelowItsNeed() {
    for (int seed = 0; seed < 30; seed++) {
      DemandTrace demand = Traces.minutes(Traces.busy(600, seed));
      Scenario scenario = Traces.scenario(demand, Duration.ofSeconds(15L * (seed % 13)));
      Outcome oracle = Oracle.run(scenario).outcome();
      assertThat(oracle.shortMinutes()).isZero();
      assertThat(oracle.shortPodMinutes()).isZero();
      for (double target : new double[] {0.2, 0.5, 0.7, 0.95}) {
        HpaSettings settings = HpaSettings.of(scenario.policy()).withTarget(target);
        Outcome hpa = PlainHpa.run(scenario, settings, "hpa").outcome();
        if (hpa.shortMinutes() == 0) {
          assertThat(hpa.podHours()).isGreaterThanOrEqualTo(oracle.podHours());
        }
        assertThat(hpa.scoredMinutes()).isEqualTo(oracle.scoredMinutes()).isEqualTo(600);
      }
    }
  }

  /** Every plan of up to three pods over six ticks is tried. */
  @Test
  void noPlanThatIsNeverShortIsCheaper() {
    Random random = new Random(5);
    for (int round = 0; round < 40; round++) {
      int lag = random.nextInt(4);
      int[] need = random.ints(6, 0, 4).toArray();
      int[] highest = Oracle.highestAhead(need, lag);
      int cheapest = Integer.MAX_VALUE;
      for (int code = 0; code < 4096; code++) { // four sizes, six ticks
        int[] plan = new int[6];
        for (int i = 0, c = code; i < 6; i++, c /= 4) {
          plan[i] = c % 4;
        }
        if (serves(plan, need, lag)) {
          cheapest = Math.min(cheapest, Arrays.stream(plan).sum());
        }
      }
      assertThat(serves(highest, need, lag)).isTrue();
      assertThat(Arrays.stream(highest).sum()).isEqualTo(cheapest);
    }
  }

  private static boolean serves(int[] plan, int[] need, int lag) {
    Pods pods = new Pods(plan[0], StartUpLag.fixed(Duration.ofSeconds(15L * lag)));
    for (int i = 0; i < plan.length; i++) {
      pods.resize(plan[i], 15_000L * i);
      if (pods.ready() < need[i]) {
        return false;
      }
    }
    return true;
  }

  @Test
  void highestAheadIsWhatItSays() {
    Random random = new Random(6);
    for (int round = 0; round < 200; round++) {
      int[] values = random.ints(random.nextInt(40), 0, 9).toArray();
      int ahead = random.nextInt(45);
      int[] highest = Oracle.highestAhead(values, ahead);
      for (int i = 0; i < values.length; i++) {
        int end = Math.min(values.length, i + ahead + 1);
        assertThat(highest[i]).isEqualTo(Arrays.stream(values, i, end).max().orElseThrow());
      }
    }
  }

  @Test
  void withRandomLagsTheOraclePlansWithTheirNinetyPercentPoint() {
    DemandTrace demand = Traces.minutes(Traces.busy(1440, 3));
    StartUpLag lag = new StartUpLag.Lognormal(Duration.ofSeconds(60), 0.35, 1);
    Scenario scenario = Traces.scenario(demand, Duration.ZERO);
    Scenario random =
        new Scenario(demand, scenario.metric(), lag, scenario.window(), scenario.policy());
    Outcome oracle = Oracle.run(random).outcome();
    assertThat(oracle.shortPercent()).isBetween(0.0, 10.0);
    assertThat(Oracle.run(random)).isEqualTo(Oracle.run(random));
  }

  @Test
  void figuresAreThoseOfTheArrays() {
    DemandTrace demand = Traces.minutes(Traces.busy(600, 9));
    Scenario scenario = Traces.scenario(demand, Duration.ofSeconds(60));
    for (PolicyRun run : List.of(PlainHpa.run(scenario), Oracle.run(scenario))) {
      int shortTicks = 0;
      int missing = 0;
      int events = 0;
      for (int k = 0; k < demand.ticks(); k++) {
        int need = (int) Math.ceil(demand.at(k) - 1e-9);
        shortTicks += run.ready()[k] < need ? 1 : 0;
        missing += Math.max(0, need - run.ready()[k]);
        events += k > 0 && run.desired()[k] != run.desired()[k - 1] ? 1 : 0;
        assertThat(run.ready()[k]).isLessThanOrEqualTo(run.desired()[k]);
      }
      Outcome o = run.outcome();
      assertThat(o.shortMinutes()).isEqualTo(shortTicks / 4.0);
      assertThat(o.shortPodMinutes()).isEqualTo(missing / 4.0);
      assertThat(o.scaleEvents()).isEqualTo(events);
      assertThat(o.podHours()).isEqualTo(Arrays.stream(run.desired()).sum() / 4.0 / 60);
    }
  }

  @Test
  void hpaDoesNotLookAhead() {
    double[] values = Traces.busy(300, 4);
    double[] other = values.clone();
    Arrays.fill(other, 150, 300, 77);
    int[] a = PlainHpa.run(Traces.scenario(Traces.minutes(values), Duration.ZERO)).desired();
    int[] b = PlainHpa.run(Traces.scenario(Traces.minutes(other), Duration.ZERO)).desired();
    int known = 150 * 4 + 2; // the metric is 30 s old
    assertThat(Arrays.copyOf(a, known)).isEqualTo(Arrays.copyOf(b, known));
  }
}
