package dev.almanac.predictor.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.almanac.predictor.scaling.Trust.Cause;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrustTest {

  @Test
  void thePolicyIsTheCeilingAndTheScoresAreToo() {
    for (Stage ceiling : Stage.values()) {
      assertThat(Trust.EARNED.within(ceiling)).isEqualTo(ceiling);
      assertThat(new Trust(Stage.SHADOW, Cause.NO_GAIN).within(ceiling)).isEqualTo(Stage.SHADOW);
    }
    assertThat(Trust.NOT_SCORED.within(Stage.FULL)).isEqualTo(Stage.FLOOR);
    assertThat(Trust.NOT_SCORED.within(Stage.SHADOW)).isEqualTo(Stage.SHADOW);
  }

  @Test
  void windowsFurtherOffThanASpreadCanWidenEndFullTrust() {
    assertThat(Trust.EARNED.after(new WindowMemory(4, Optional.empty()))).isEqualTo(Trust.EARNED);
    WindowMemory beyond = new WindowMemory(4.01, Optional.empty());
    assertThat(Trust.EARNED.after(beyond)).isEqualTo(new Trust(Stage.FLOOR, Cause.SURPRISED));
    Trust less = new Trust(Stage.SHADOW, Cause.TOO_HIGH);
    assertThat(less.after(beyond)).isEqualTo(less);
  }

  @Test
  void whatIsLessThanFullHasACause() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Trust(Stage.FLOOR, Cause.EARNED));
    assertThatIllegalArgumentException().isThrownBy(() -> new Trust(Stage.FULL, Cause.STALE));
  }
}
