package dev.almanac.predictor.scaling.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Demand;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.shadow.Ledger.Totals;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A replica serves 100, a tick is 15 s, a replica is Ready after 60 s: four ticks. */
class LedgerTest {
  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  private static final int TICK = 15;
  private static final int LAG = 4;
  private static final ScalingPolicy POLICY = ScalingPolicy.of(2, 200, Stage.FLOOR, 100);

  private final Ledger ledger = new Ledger(Totals.NONE);
  private int ticks;

  private Optional<Ledger.Held> tick(double demand, int spec, int ready) {
    return tick(ledger, POLICY, ticks++, demand, spec, ready);
  }

  private static Optional<Ledger.Held> tick(
      Ledger ledger, ScalingPolicy policy, int number, double demand, int spec, int ready) {
    Instant at = START.plusSeconds((long) TICK * number);
    Reading reading =
        Double.isNaN(demand) ? new Reading.NoData("gap") : new Reading.Present(demand, at);
    return ledger.tick(
        policy,
        new Observation(
            at,
            new TargetFacts(spec, spec, ready, false, "1", at, StartUpTimes.none()),
            List.of(),
            new Demand(reading),
            Optional.empty(),
            Optional.empty(),
            Limits.none()));
  }

  @Test
  void countsWhatWasHeldOnceForesightIsKnown() {
    for (int i = 0; i < LAG; i++) {
      tick(700, 10, i == 0 ? 6 : 10);
    }
    assertThat(ledger.totals()).isEqualTo(Totals.NONE);
    for (int i = 0; i < 240; i++) {
      tick(700, 10, 10);
    }
    Totals totals = ledger.totals();
    assertThat(totals.hours()).isEqualTo(1, within(1e-9));
    assertThat(totals.since()).contains(START.plusSeconds(TICK * LAG));
    assertThat(totals.held().replicaHours()).isEqualTo(10, within(1e-9));
    // The first tick had six pods that were Ready for seven.
    assertThat(totals.held().shortMinutes()).isEqualTo(0.25);
    // Plain HPA aims at 70 of a replica's 100: ten, too.
    assertThat(totals.hpa()).isEqualTo(new Ledger.Column(totals.held().replicaHours(), 0));
    assertThat(totals.foresight().replicaHours()).isEqualTo(7, within(1e-9));
    assertThat(totals.foresight().shortMinutes()).isZero();
  }

  @Test
  void foresightOrdersOneLeadTimeAheadAndIsNeverShort() {
    for (int i = 0; i < 40; i++) {
      tick(i < 20 ? 300 : 900, 3, 3);
    }
    Totals totals = ledger.totals();
    // 36 ticks are settled: 3 until tick 15, 9 from tick 16 on, whose fourth next one needs it.
    assertThat(totals.foresight().replicaHours() * 240).isEqualTo(16 * 3 + 20 * 9, within(1e-6));
    assertThat(totals.foresight().shortMinutes()).isZero();
    assertThat(totals.held().shortMinutes()).isEqualTo(16 * 0.25);
    // Plain HPA sees the jump when it is there, and waits for its pods as well.
    assertThat(totals.hpa().shortMinutes()).isBetween(1.0, 3.0);
  }

  @Test
  void beyondTheUpperBoundForesightIsShortAsWell() {
    ScalingPolicy small = ScalingPolicy.of(1, 5, Stage.FLOOR, 100);
    Ledger bounded = new Ledger(Totals.NONE);
    for (int i = 0; i < 20 + LAG; i++) {
      tick(bounded, small, i, 700, 5, 5);
    }
    assertThat(bounded.totals().foresight().shortMinutes()).isEqualTo(5);
    assertThat(bounded.totals().foresight().replicaHours() * 240).isEqualTo(100, within(1e-6));
  }

  @Test
  void plainHpaCostsWhatItDoesWherePricesAreChosen() {
    SplittableRandom random = new SplittableRandom(7);
    int n = 4_000;
    double[] demand = new double[n];
    double level = 20;
    for (int i = 0; i < n; i++) {
      level = Math.clamp(level * Math.exp(0.05 * random.nextGaussian()), 3, 120);
      demand[i] = level;
    }
    ShadowReplay.Run run =
        new ShadowReplay(
                demand,
                demand,
                LAG,
                new ShadowReplay.Bounds(2, 200),
                new ShadowReplay.Reactive(0.7, 0.1, 20))
            .reactive();
    Ledger beside = new Ledger(Totals.NONE);
    int first = run.replicas()[0];
    for (int i = 0; i < n; i++) {
      tick(beside, POLICY, i, demand[i] * 100, first, first);
    }
    assertThat(beside.totals().hpa().replicaHours() * 240 / (n - LAG))
        .isEqualTo(run.cost(0, n - LAG), within(0.01 * run.cost(0, n)));
  }

  @Test
  void unknownDemandCountsInNoColumn() {
    for (int i = 0; i < 50; i++) {
      tick(i % 5 == 4 ? Double.NaN : 700, 10, 10);
    }
    assertThat(ledger.totals().hours() * 240).isEqualTo(46 - 9, within(1e-6));
  }

  @Test
  void aPauseBetweenTwoTicksIsNotCounted() {
    for (int i = 0; i < 10; i++) {
      tick(700, 10, 10);
    }
    double before = ledger.totals().hours();
    ticks += 1_000;
    for (int i = 0; i < LAG; i++) {
      tick(700, 10, 10);
    }
    assertThat(ledger.totals().hours()).isEqualTo(before);
    tick(700, 10, 10);
    assertThat(ledger.totals().hours()).isGreaterThan(before);
  }

  @Test
  void aClockThatWasSetBackIsNotCountedTwice() {
    for (int i = 0; i < 10; i++) {
      tick(700, 10, 10);
    }
    double before = ledger.totals().hours();
    for (int i = 0; i < 10; i++) {
      tick(ledger, POLICY, 0, 700, 10, 10);
    }
    assertThat(ledger.totals().hours()).isEqualTo(before);
  }

  @Test
  void whatIsSwitchedOffIsNotCounted() {
    assertThat(tick(700, 0, 0)).isEmpty();
    for (int i = 0; i < 20; i++) {
      tick(700, 0, 0);
    }
    assertThat(ledger.totals()).isEqualTo(Totals.NONE);
  }

  @Test
  void goesOnFromWhatAnEarlierOneCameTo() {
    for (int i = 0; i < 60; i++) {
      tick(700, 10, 10);
    }
    Ledger next = new Ledger(ledger.totals());
    for (int i = 100; i < 160; i++) {
      tick(next, POLICY, i, 700, 10, 10);
    }
    assertThat(next.totals().since()).isEqualTo(ledger.totals().since());
    assertThat(next.totals().held().replicaHours())
        .isEqualTo(2 * ledger.totals().held().replicaHours(), within(1e-9));
  }

  @Test
  void anotherLeadTimeBeginsTheWaitAnewAndKeepsTheSizes() {
    for (int i = 0; i < 60; i++) {
      tick(700, 10, 10);
    }
    Duration longer = Duration.ofMinutes(3);
    ScalingPolicy slow =
        new ScalingPolicy(
            2,
            200,
            Stage.FLOOR,
            100,
            POLICY.reactive(),
            POLICY.interval(),
            POLICY.maxAge(),
            new ScalingPolicy.LeadTime(longer, true),
            POLICY.risk(),
            POLICY.stepCaps());
    double before = ledger.totals().hours();
    for (int i = 60; i < 72; i++) {
      assertThat(tick(ledger, slow, i, 700, 3, 3).orElseThrow().replicas()).isEqualTo(10);
    }
    assertThat(ledger.totals().hours()).isEqualTo(before);
    tick(ledger, slow, 72, 700, 3, 3);
    assertThat(ledger.totals().hours()).isGreaterThan(before);
  }

  @Test
  void refusesColumnsThatNothingComesTo() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Ledger.Column(-1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Ledger.Column(Double.NaN, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Ledger.Column(0, Double.POSITIVE_INFINITY));
  }
}
