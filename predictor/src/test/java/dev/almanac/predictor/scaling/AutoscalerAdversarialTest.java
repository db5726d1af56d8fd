package dev.almanac.predictor.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.Surroundings;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.ModelId;
import dev.almanac.predictor.forecast.window.Survival;
import dev.almanac.predictor.forecast.window.WindowForecast;
import dev.almanac.predictor.metrics.MetricReading;
import dev.almanac.predictor.metrics.Reading;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Long random lives: the step must be total, bounded, and never fall on ignorance. */
class AutoscalerAdversarialTest {
  private final Autoscaler autoscaler = new Autoscaler();

  @Test
  void theStepIsTotalAndEveryWriteIsInsideItsBounds() {
    for (int life = 0; life < lives(); life++) {
      SplittableRandom random = new SplittableRandom(life);
      ScalingPolicy policy = policy(random);
      AutoscalerState state = AutoscalerState.cold();
      Instant at = Observations.START;
      int spec = random.nextInt(0, 100);
      for (int tick = 0; tick < 500; tick++) {
        at = at.plusMillis(random.nextInt(20) == 0 ? -60_000 : random.nextInt(1, 40_000));
        Observation o = observation(random, policy, at, spec);
        Step step = autoscaler.step(policy, o, state);
        if (!autoscaler.step(policy, o, state).equals(step)) {
          fail("life %d tick %d: same inputs, another step", life, tick);
        }
        if (rememberedValues(step.next()) > 4_000) {
          fail("life %d tick %d: the state grows: %s", life, tick, step.next());
        }
        if (step.decision().answer() instanceof Decision.Answer.Replicas(int count)) {
          if (count < policy.minReplicas() || count > policy.maxReplicas()) {
            fail("life %d tick %d: %d under %s", life, tick, count, policy);
          }
          spec = count;
        }
        if (random.nextInt(50) == 0) {
          spec = random.nextInt(0, 100);
        }
        state = step.next();
      }
    }
  }

  private static int rememberedValues(AutoscalerState state) {
    return state.reactive().orElseThrow().history().recommendations().size()
        + state.sizes().size()
        + state.guards().foreignWrites().size();
  }

  /** Lives of 500 decisions: a million where time allows, as for the real parts. */
  private static int lives() {
    return "required".equals(System.getenv("ALMANAC_REAL")) ? 2_000 : 20;
  }

  @Test
  void anyObservationHasAnAnswer() {
    for (int life = 0; life < lives(); life++) {
      SplittableRandom random = new SplittableRandom(10_000 + life);
      ScalingPolicy policy = policy(random);
      AutoscalerState state = AutoscalerState.cold();
      Instant at = Observations.START;
      int spec = random.nextInt(0, 100);
      for (int tick = 0; tick < 500; tick++) {
        at = at.plusMillis(random.nextInt(1, 40_000));
        Step step = autoscaler.step(policy, observation(random, policy, at, spec), state);
        int next = step.decision().replicasOr(spec);
        if (next != spec && (next < policy.minReplicas() || next > policy.maxReplicas())) {
          fail("life %d tick %d: %d to %d under %s", life, tick, spec, next, policy);
        }
        spec = random.nextInt(50) == 0 ? random.nextInt(0, 100) : next;
        state = step.next();
      }
    }
  }

  @Test
  void losingAnyInputNeverLowers() {
    for (int life = 0; life < lives(); life++) {
      SplittableRandom random = new SplittableRandom(100_000 + life);
      ScalingPolicy policy = policy(random);
      AutoscalerState state = AutoscalerState.cold();
      Instant at = Observations.START;
      int spec = random.nextInt(policy.minReplicas(), policy.maxReplicas() + 1);
      for (int tick = 0; tick < 200; tick++) {
        at = at.plusSeconds(15);
        Observation full = observation(random, policy, at, spec);
        int held = Math.min(spec, policy.maxReplicas());
        Step step = autoscaler.step(policy, full, state);
        for (Observation less : withLess(policy, full)) {
          int lesser = autoscaler.step(policy, less, state).decision().replicasOr(spec);
          int least =
              losesOnlyWhatIsNotFollowed(full, less)
                  ? Math.min(held, step.decision().replicasOr(spec))
                  : held;
          if (lesser < least) {
            fail("%d became %d on less than %s: %s", spec, lesser, full, less);
          }
        }
        state = step.next();
        spec = Math.max(policy.minReplicas(), step.decision().replicasOr(spec));
      }
    }
  }

  /** A forecast that has earned no trust takes nothing along when it goes. */
  private static boolean losesOnlyWhatIsNotFollowed(Observation full, Observation less) {
    return full.trust().stage() == Stage.SHADOW
        && less.demand().equals(full.demand())
        && less.signals().equals(full.signals());
  }

  @Test
  void moreDemandNeverGivesFewerReplicasWithoutWindows() {
    // With windows it may: what a replica removes from the risk depends on where demand stands.
    for (int life = 0; life < 500; life++) {
      SplittableRandom random = new SplittableRandom(5_000 + life);
      ScalingPolicy policy = policy(random);
      Observation base = observation(random, policy, Observations.START, random.nextInt(1, 60));
      double low = random.nextDouble(0, 9_000);
      double high = low + random.nextDouble(0, 9_000);
      int few = proposed(policy, withoutWindows(base), low);
      int many = proposed(policy, withoutWindows(base), high);
      assertThat(many).as("demand %s against %s", high, low).isGreaterThanOrEqualTo(few);
    }
  }

  private int proposed(ScalingPolicy policy, Observation o, double demand) {
    return autoscaler
        .step(policy, with(o, new Reading.Present(demand, o.at())), AutoscalerState.cold())
        .decision()
        .proposed();
  }

  /**
   * The same observation without its demand, its forecast, each of its signals and of the metrics
   * that the policy follows.
   */
  private static List<Observation> withLess(ScalingPolicy policy, Observation o) {
    Observation noForecast =
        new Observation(
            o.at(),
            o.target(),
            o.readings(),
            o.demand(),
            Optional.empty(),
            Optional.empty(),
            o.trust(),
            o.limits(),
            o.signals());
    List<Observation> less = new ArrayList<>(List.of(with(o, new Reading.NoData("gone"))));
    if (!o.signals().equals(Signals.none())) {
      less.add(o.with(Signals.none()));
    }
    for (int i = 0; i < o.signals().vetoes().size(); i++) {
      List<Reading> vetoes = new ArrayList<>(o.signals().vetoes());
      vetoes.set(i, new Reading.NoData("gone"));
      less.add(o.with(new Signals(o.signals().reportingPods(), vetoes)));
    }
    for (int i = 0; i < Math.min(o.readings().size(), policy.reactive().metrics().size()); i++) {
      List<MetricReading> metrics = new ArrayList<>(o.readings());
      metrics.set(i, new MetricReading("m", new Reading.NoData("gone")));
      less.add(with(o, metrics));
    }
    if (o.forecast().isPresent() || o.priced().isPresent()) {
      less.add(noForecast);
    }
    if (o.priced().isPresent()) {
      less.add(withoutWindows(o));
    }
    return less;
  }

  private static Observation withoutWindows(Observation o) {
    return new Observation(
        o.at(),
        o.target(),
        o.readings(),
        o.demand(),
        o.forecast(),
        Optional.empty(),
        o.trust(),
        o.limits(),
        o.signals());
  }

  private static Observation with(Observation o, Reading demand) {
    return new Observation(
        o.at(),
        o.target(),
        o.readings(),
        new Demand(demand),
        o.forecast(),
        o.priced(),
        o.trust(),
        o.limits(),
        o.signals());
  }

  private static Observation with(Observation o, List<MetricReading> metrics) {
    return new Observation(
        o.at(),
        o.target(),
        metrics,
        o.demand(),
        o.forecast(),
        o.priced(),
        o.trust(),
        o.limits(),
        o.signals());
  }

  private static final Trust[] TRUSTS = {
    Trust.EARNED,
    Trust.NOT_SCORED,
    new Trust(Stage.FLOOR, Trust.Cause.COVERAGE),
    new Trust(Stage.SHADOW, Trust.Cause.NO_GAIN)
  };

  private static ScalingPolicy policy(SplittableRandom random) {
    int min = random.nextInt(0, 10);
    ScalingPolicy plain =
        ScalingPolicy.of(
            min,
            Math.max(1, min + random.nextInt(80)),
            Stage.values()[random.nextInt(3)],
            Math.pow(10, random.nextDouble(-2, 4)));
    ScalingPolicy ruled =
        random.nextBoolean() ? plain : new Policies(plain).reactive(RandomRules.rule(random));
    return ruled.withGuards(guards(random)).withFloors(floors(random));
  }

  private static Guards guards(SplittableRandom random) {
    Guards.Direction direction =
        random.nextInt(3) > 0
            ? Guards.Direction.BOTH
            : Guards.Direction.values()[random.nextInt(3)];
    OptionalDouble coverage =
        random.nextBoolean() ? OptionalDouble.empty() : OptionalDouble.of(0.9);
    List<Guards.Veto> vetoes =
        random.nextInt(3) > 0 ? List.of() : List.of(new Guards.Veto("errors", 0.05));
    return new Guards(direction, coverage, vetoes);
  }

  private static List<FloorSchedule> floors(SplittableRandom random) {
    List<FloorSchedule> floors = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      floors.add(
          FloorSchedule.daily(
              "f",
              LocalTime.ofSecondOfDay(random.nextInt(86_400)),
              LocalTime.ofSecondOfDay(random.nextInt(86_400)),
              ZoneId.of("Europe/Berlin"),
              random.nextInt(1, 120)));
    }
    return floors;
  }

  private static Signals signals(
      SplittableRandom random, ScalingPolicy policy, Instant at, int ready) {
    List<Reading> vetoes = new ArrayList<>();
    for (Guards.Veto _ : policy.guards().vetoes()) {
      vetoes.add(reading(random, random.nextInt(8) == 0 ? 0.2 : 0.01, at));
    }
    Optional<Reading> pods =
        policy.guards().leastCoverage().isEmpty()
            ? Optional.empty()
            : Optional.of(reading(random, random.nextInt(ready / 2, ready + 1), at));
    return new Signals(pods, vetoes);
  }

  private static Surroundings surroundings(SplittableRandom random) {
    return new Surroundings(
        random.nextInt(4) == 0 ? random.nextInt(20) : 0,
        random.nextInt(6) == 0
            ? Optional.of(new Surroundings.QuotaRoom("team", random.nextInt(30)))
            : Optional.empty(),
        random.nextInt(6) == 0
            ? Optional.of(
                new Surroundings.ForeignWrite(
                    "argocd-controller", Observations.START.plusSeconds(random.nextInt(9_000))))
            : Optional.empty(),
        random.nextInt(40) == 0 ? "HorizontalPodAutoscaler web" : "",
        random.nextInt(40) == 0);
  }

  private static Reading reading(SplittableRandom random, double value, Instant at) {
    return switch (random.nextInt(14)) {
      case 4 -> new Reading.Skewed(value, at.plusSeconds(600));
      case 0 -> new Reading.NoData("nothing");
      case 1 -> new Reading.Invalid("NaN");
      case 2 -> new Reading.Stale(value, at.minusSeconds(600));
      case 3 -> new Reading.Partial(value, at, "warning");
      default -> new Reading.Present(value, at.minusSeconds(random.nextInt(60)));
    };
  }

  private static PricedForecast priced(SplittableRandom random, Instant at) {
    return new PricedForecast(
        new WindowForecast(
            at,
            at.plusSeconds(random.nextInt(-100, 3_600)),
            new ModelId("test", at),
            ahead(random, at.plusSeconds(random.nextInt(-10, 200))),
            ahead(random, at.plusSeconds(600))),
        random.nextInt(4) == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(Math.exp(random.nextDouble(-13, -1))));
  }

  private static WindowForecast.Ahead ahead(SplittableRandom random, Instant closes) {
    boolean huge = random.nextInt(20) == 0;
    return new WindowForecast.Ahead(
        closes,
        huge ? random.nextDouble(-1e200, 1e200) : random.nextDouble(-5, 20),
        huge ? 1e150 : random.nextDouble(1e-6, 5),
        SURVIVALS.get(random.nextInt(SURVIVALS.size())));
  }

  /** Tables are large; a hundred kinds are enough for all lives. */
  private static final List<Survival> SURVIVALS =
      IntStream.range(0, 100).mapToObj(AutoscalerAdversarialTest::survival).toList();

  private static Survival survival(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] points = new double[Survival.size()];
    double z = random.nextDouble(-5, 0);
    for (int i = 0; i < points.length; i++) {
      z += random.nextInt(5) == 0 ? 0 : random.nextDouble(0, 0.5);
      points[i] = z;
    }
    return new Survival(points);
  }

  private static Observation observation(
      SplittableRandom random, ScalingPolicy policy, Instant at, int spec) {
    double value = random.nextInt(10) == 0 ? 1e300 : random.nextDouble(0, 10_000);
    Reading reading = reading(random, value, at);
    List<MetricReading> metrics = new ArrayList<>();
    // Seldom one is missing, as after a change of the policy.
    int read = policy.reactive().metrics().size() - (random.nextInt(30) == 0 ? 1 : 0);
    for (int i = 0; i < read; i++) {
      metrics.add(new MetricReading("m", reading(random, random.nextDouble(0, 10_000), at)));
    }
    Optional<Forecast> forecast = Optional.empty();
    if (random.nextInt(4) > 0) {
      double[] levels = Autoscaler.levels(policy);
      double[][] quantiles = new double[levels.length][11];
      for (int h = 0; h < 11; h++) {
        double q = random.nextInt(20) == 0 ? 1e300 : random.nextDouble(-10, 5_000);
        for (int i = 0; i < levels.length; i++) {
          quantiles[i][h] = q;
          q += random.nextDouble(0, 500);
        }
      }
      forecast =
          Optional.of(
              new Forecast(
                  at,
                  60,
                  levels,
                  quantiles,
                  at.plusSeconds(random.nextInt(-100, 3_600)),
                  new ModelId("test", at)));
    }
    int ready = random.nextInt(0, spec + 1);
    return new Observation(
        at,
        new TargetFacts(
            spec,
            random.nextInt(0, 2 * spec + 1),
            ready,
            random.nextInt(6) == 0,
            "7",
            at,
            random.nextBoolean()
                ? StartUpTimes.none()
                : new StartUpTimes(
                    5, Duration.ofSeconds(30), Duration.ofSeconds(random.nextInt(900))),
            surroundings(random)),
        metrics,
        new Demand(reading),
        forecast,
        random.nextBoolean() ? Optional.empty() : Optional.of(priced(random, at)),
        TRUSTS[random.nextInt(TRUSTS.length)],
        new Limits(random.nextInt(40) == 0, random.nextInt(40) == 0),
        signals(random, policy, at, ready));
  }
}
