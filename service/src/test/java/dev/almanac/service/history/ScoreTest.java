package dev.almanac.service.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Risk;
import dev.almanac.predictor.scaling.shadow.Ledger;
import dev.almanac.service.view.ShortMinutes;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ScoreTest {
  private static final Risk HALF_AN_HOUR = new Risk.ShortTimePerMonth(Duration.ofMinutes(30));

  private final Ticks ticks = new Ticks();
  private final Score score = new Score();

  @Test
  void knowsNothingAtFirst() {
    var cards = score.cards(Double.NaN, Double.NaN);
    assertThat(cards.since()).isEmpty();
    assertThat(cards.shortMinutes()).isEqualTo(new ShortMinutes(0, Double.NaN));
    assertThat(cards.podHoursAgainstHpaPercent()).isNaN();
    assertThat(cards.p90HeldPercent()).isNaN();
    assertThat(score.promise(new Risk.Prices(1, 19), Ticks.START)).isEmpty();
  }

  @Test
  void countsMinutesShortAndReplicasBesidePlainHpa() {
    for (int n = 0; n < 8; n++) {
      // Ours has 3 replicas and is short in two ticks of 15 s; HPA has 4 and is short in one.
      score.count(ticks.decided(n, 3, 250), n < 2, Optional.of(new Ledger.Held(4, 4, n == 7)));
    }
    var cards = score.cards(250, 300);
    assertThat(cards.since()).contains(Ticks.START);
    assertThat(cards.shortMinutes()).isEqualTo(new ShortMinutes(0.5, 0.25));
    assertThat(cards.podHoursAgainstHpaPercent()).isEqualTo(-25);
    assertThat(cards.demandNow()).isEqualTo(250);
    assertThat(cards.nextHourP95()).isEqualTo(300);
  }

  @Test
  void scoresWhatTheForecastSaidOneLeadTimeAhead() {
    double[] levels = {0.5, 0.9, 0.95};
    // The lead time is 60 s until pods have been measured: four ticks.
    for (int n = 0; n < 4; n++) {
      score.issue(
          ticks.decided(
              n,
              3,
              new Reading.Present(200, Ticks.at(n)),
              Optional.of(Ticks.flat(Ticks.at(n), levels, 200, 220 + n, 240))));
    }
    assertThat(score.issuedFor(Ticks.at(3).toEpochMilli(), 999)).isNaN();
    assertThat(score.issuedFor(Ticks.at(4).toEpochMilli(), 220)).isEqualTo(220);
    assertThat(score.issuedFor(Ticks.at(5).toEpochMilli(), 230)).isEqualTo(221);
    // Without a demand there is nothing to score; a promise that was passed over is gone.
    assertThat(score.issuedFor(Ticks.at(7).toEpochMilli(), Double.NaN)).isEqualTo(223);
    assertThat(score.issuedFor(Ticks.at(8).toEpochMilli(), 1)).isNaN();
    var cards = score.cards(230, Double.NaN);
    assertThat(cards.p90HeldPercent()).isEqualTo(50);
    assertThat(cards.p95HeldPercent()).isEqualTo(100);
  }

  @Test
  void aPaceIsSaidOnceAQuarterOfADayHasBeenSeen() {
    for (int n = 0; n < 4; n++) {
      score.count(ticks.decided(n, 1, 250), true, Optional.empty());
    }
    var early = score.promise(HALF_AN_HOUR, Ticks.START.plus(Duration.ofHours(5))).orElseThrow();
    assertThat(early.budgetMinutes()).isEqualTo(30);
    assertThat(early.usedMinutes()).isEqualTo(1);
    assertThat(early.paceMinutes()).isNaN();
    var later = score.promise(HALF_AN_HOUR, Ticks.START.plus(Duration.ofHours(12))).orElseThrow();
    assertThat(later.paceMinutes()).isEqualTo(60, Offset.offset(1e-9));
  }
}
