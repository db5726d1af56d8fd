package dev.almanac.service.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.service.loop.WorkloadTick;
import dev.almanac.service.view.DecisionLine;
import dev.almanac.service.view.Why;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeptDecisionsTest {
  private final Ticks ticks = new Ticks();
  private final KeptDecisions kept = new KeptDecisions(3);

  @Test
  void listsWhatChangedTheSizeTheReasonOrTheHold() {
    for (int n = 0; n < 5; n++) {
      kept.add(ticks.decided(n, 3, 210)); // 3 pods of 100 at 70 %: steady
    }
    assertThat(kept.lines()).hasSize(1);
    kept.add(ticks.decided(5, 3, new Reading.NoData("gone"), Optional.empty()));
    kept.add(ticks.decided(6, 3, new Reading.NoData("gone"), Optional.empty()));
    assertThat(kept.lines()).hasSize(2);
    DecisionLine hold = kept.lines().getFirst();
    assertThat(hold.hold()).isTrue();
    assertThat(hold.reason()).isEqualTo(ReasonCode.NO_DATA);
    assertThat(hold.at()).isEqualTo(Ticks.at(5));
    assertThat(hold.to()).isEqualTo(hold.from()).isEqualTo(3);
  }

  @Test
  void everyChangeOfSizeIsListedAndTheOldestGo() {
    for (int n = 0; n < 5; n++) {
      WorkloadTick.Decided d = ticks.decided(n, 3 + n, 1_000); // never enough
      assertThat(d.decision().proposed()).isGreaterThan(3 + n);
      kept.add(d);
    }
    assertThat(kept.lines())
        .extracting(DecisionLine::at)
        .containsExactly(Ticks.at(4), Ticks.at(3), Ticks.at(2));
    assertThat(kept.lines()).allSatisfy(line -> assertThat(line.text()).isNotEmpty());
  }

  @Test
  void explainsWhatIsListedAndTheNewest() {
    for (int n = 0; n < 4; n++) {
      kept.add(ticks.decided(n, 3, 210));
    }
    for (int n : new int[] {0, 3}) {
      Why why = kept.why(Ticks.at(n)).orElseThrow();
      assertThat(why.at()).isEqualTo(Ticks.at(n));
      assertThat(why.lines()).isNotEmpty();
      assertThat(why.lines()).filteredOn(Why.Line::binding).isNotEmpty();
    }
    assertThat(kept.why(Ticks.at(2))).as("neither listed nor the newest").isEmpty();
    assertThat(kept.why(Ticks.at(9))).isEmpty();
  }

  @Test
  void saysWhichLimitIsNear() {
    kept.add(ticks.decided(0, 6, 5_000));
    assertThat(kept.why(Ticks.at(0)).orElseThrow().nearestLimit()).contains("at maxReplicas 10");
    kept.add(new Ticks().decided(1, 5, 350));
    assertThat(kept.why(Ticks.at(1)).orElseThrow().nearestLimit()).isEmpty();
  }
}
