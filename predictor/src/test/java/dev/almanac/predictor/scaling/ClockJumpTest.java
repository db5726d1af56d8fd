package dev.almanac.predictor.scaling;

import static dev.almanac.predictor.scaling.Observations.replicas;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The wall clock of the process is set while it runs (reliability F11, k8s#125761). */
class ClockJumpTest {
  private static final ScalingPolicy POLICY = ScalingPolicy.of(2, 50, Stage.FLOOR, 100);

  private final Autoscaler autoscaler = new Autoscaler();
  private AutoscalerState state = AutoscalerState.cold();
  private int size = 10;

  @Test
  void setBackRisesGoOnAtOnceAndAFallWaitsForOneWindowOnly() {
    live(0, 40, 700);
    assertThat(live(-3_600, 1, 1_400)).containsExactly(20);
    List<Integer> after = live(-3_600 + 15, 60, 700);
    assertThat(after.subList(0, 19)).containsOnly(20);
    assertThat(after.getLast()).isEqualTo(10);
  }

  @Test
  void setForwardNothingFallsBeforeAWindowHasPassedOnTheNewClock() {
    live(0, 40, 1_400);
    assertThat(size).isEqualTo(20);
    List<Integer> after = live(600 + 3_600, 60, 100);
    assertThat(after.subList(0, 20)).containsOnly(20);
    assertThat(after.getLast()).isLessThan(20);
  }

  @Test
  void aTickThatOvertakesAnotherChangesNothing() {
    live(0, 40, 700);
    AutoscalerState before = state;
    live(590, 1, 700);
    assertThat(state.reactive().orElseThrow().history().recommendations().size())
        .isGreaterThanOrEqualTo(before.reactive().orElseThrow().history().recommendations().size());
  }

  private List<Integer> live(long fromSecond, int ticks, double demand) {
    List<Integer> sizes = new ArrayList<>();
    for (int tick = 0; tick < ticks; tick++) {
      Observation o =
          replicas(size)
              .at(Duration.ofSeconds(fromSecond + 15L * tick))
              .demand(demand)
              .forecast(POLICY, 1)
              .build();
      Step step = autoscaler.step(POLICY, o, state);
      state = step.next();
      size = step.decision().replicasOr(size);
      sizes.add(size);
    }
    return sizes;
  }
}
