package dev.almanac.service.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.service.loop.Models;
import dev.almanac.service.loop.WorkloadTick;
import dev.almanac.service.view.Evidence;
import dev.almanac.service.view.History;
import dev.almanac.service.view.Overview;
import dev.almanac.service.view.WorkloadDetail;
import dev.almanac.service.view.WorkloadName;
import dev.almanac.service.view.WorkloadRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveHistoryTest {
  private static final WorkloadName WEB = new WorkloadName("shop", "web");

  private final Ticks ticks = new Ticks();
  private final LiveHistory history =
      new LiveHistory(
          new Models(
              new PooledRidgeForecaster(),
              _ -> (_, _, _, _) -> new SeriesReading.NoData("nothing is fitted here"),
              Runnable::run),
          1,
          Optional.empty());

  private void tick(WorkloadTick tick) {
    history.ticked(tick.at(), List.of(tick));
  }

  private WorkloadDetail detail() {
    return history.workload(WEB, Ticks.START.minusSeconds(3_600)).orElseThrow();
  }

  @Test
  void showsNothingBeforeTheFirstTick() {
    Overview overview = history.overview();
    assertThat(overview.rows()).isEmpty();
    assertThat(overview.fleet().evidenceAge()).isEmpty();
    assertThat(history.workload(WEB, Ticks.START)).isEmpty();
    assertThat(history.why(WEB, Ticks.START)).isEmpty();
  }

  @Test
  void showsEachTickAsAPointAndItsShortageInRed() {
    tick(ticks.decided(0, 3, 210));
    tick(ticks.decided(1, 3, 310));
    tick(ticks.decided(3, 4, 310)); // the one before was missed
    History shown = detail().history();
    assertThat(shown.startEpochSecond()).isEqualTo(Ticks.START.getEpochSecond());
    assertThat(shown.stepSeconds()).isEqualTo(15);
    assertThat(shown.demand()).containsExactly(210, 310, Double.NaN, 310);
    assertThat(shown.needed()).containsExactly(3, 4, Double.NaN, 4);
    assertThat(shown.ready()).containsExactly(3, 3, Double.NaN, 4);
    assertThat(shown.shortNow()).containsExactly(false, true, false, false);
    assertThat(history.overview().rows().getFirst().shortMinutes().almanac()).isEqualTo(0.25);
  }

  @Test
  void saysWhyNothingIsDecidedAndSinceWhen() {
    tick(ticks.decided(0, 3, 210));
    for (int n = 1; n < 4; n++) {
      tick(ticks.decided(n, 3, new Reading.NoData("connection refused"), Optional.empty()));
    }
    WorkloadRow row = history.overview().rows().getFirst();
    assertThat(row.hold())
        .contains(new WorkloadRow.Hold("no data from prometheus", Optional.of(Ticks.at(1))));
    assertThat(row.reason()).isEqualTo(ReasonCode.NO_DATA);
    assertThat(row.evidence())
        .isEqualTo(new Evidence(Evidence.Kind.NO_DATA, Optional.of(Ticks.START)));
    assertThat(history.overview().fleet().evidenceAge()).contains(Duration.ofSeconds(45));
    WorkloadDetail.Notice notice = detail().notice().orElseThrow();
    assertThat(notice.what()).isEqualTo("No data from prometheus: holding 3 replicas");
    assertThat(notice.cause()).isEqualTo("connection refused");
    assertThat(detail().history().demand())
        .containsExactly(210, Double.NaN, Double.NaN, Double.NaN);

    tick(ticks.decided(4, 3, 210));
    assertThat(history.overview().rows().getFirst().hold()).isEmpty();
  }

  @Test
  void aTargetThatIsNotThereIsSaid() {
    WorkloadTick.Decided decided = ticks.decided(0, 3, 210);
    tick(
        new WorkloadTick.Skipped(
            decided.workload(), Ticks.at(0), "not_found", "no such Deployment", reading()));
    WorkloadRow row = history.overview().rows().getFirst();
    assertThat(row.replicas()).isEmpty();
    assertThat(row.hold().orElseThrow().words()).isEqualTo("not found");
    assertThat(detail().notice().orElseThrow().cause()).isEqualTo("no such Deployment");
    assertThat(detail().history().length()).isZero();
  }

  private static Reading reading() {
    return new Reading.NoData("not read");
  }

  /** Virtual machines that resume, and time servers, set clocks back. */
  @Test
  void aClockThatGoesBackBreaksNothing() {
    tick(ticks.decided(100, 3, 210));
    tick(ticks.decided(101, 3, 210));
    tick(ticks.decided(40, 3, 290));
    assertThat(detail().history().demand()).containsExactly(210, 210);
    assertThat(detail().replicas().orElseThrow().ready()).isEqualTo(3);
    tick(ticks.decided(102, 3, 230));
    assertThat(detail().history().demand()).containsExactly(210, 210, 230);
  }

  @Test
  void whatIsNoLongerManagedIsForgotten() {
    tick(ticks.decided(0, 3, 210));
    history.manage(List.of());
    assertThat(history.overview().rows()).isEmpty();
  }

  @Test
  void listenersHearEachTickUntilTheyLeave() {
    AtomicInteger heard = new AtomicInteger();
    Instant[] seen = new Instant[1];
    var subscription =
        history.onTick(() -> {
          heard.incrementAndGet();
          seen[0] = history.now();
        });
    tick(ticks.decided(0, 3, 210));
    assertThat(heard).hasValue(1);
    assertThat(seen[0]).as("the tick is there when it is told").isEqualTo(Ticks.at(0));
    subscription.close();
    tick(ticks.decided(1, 3, 210));
    assertThat(heard).hasValue(1);
  }
}
