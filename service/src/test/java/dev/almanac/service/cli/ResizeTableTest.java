package dev.almanac.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.service.rightsize.Resized;
import dev.almanac.service.rightsize.Resized.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResizeTableTest {
  private static final WorkloadName WEB = new WorkloadName("shop", "Deployment", "web");

  @Test
  void whatTheOutcomeSaysIsNotSaidAgain() {
    assertThat(
            ResizeOptions.table(
                List.of(
                    new Resized(WEB, "web-1", Outcome.RIGHT, "has what it should"),
                    new Resized(WEB, "web-2", Outcome.NOT_RUNNING, "does not run"),
                    new Resized(WEB, "", Outcome.NOT_RUNNING, "has no pods that it owns itself"))))
        .isEqualTo(
            """
            %-64s right
            %-64s not running
            %-64s not running
                has no pods that it owns itself

            1 right, 2 not running
            """
                .formatted("shop/web-1", "shop/web-2", "shop/Deployment/web"));
  }
}
