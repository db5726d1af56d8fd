package dev.almanac.simulator.fleet;

import static dev.almanac.simulator.fleet.DisruptionBudget.Bound.MAX_UNAVAILABLE;
import static dev.almanac.simulator.fleet.DisruptionBudget.Bound.MIN_AVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.almanac.simulator.Traces;
import dev.almanac.simulator.demand.DemandTrace;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DisruptionBudgetTest {
  private static final int MINUTES = 240;

  /** A node may go from here on: demand has fallen, and the window of HPA is over. */
  private static final int CALM = 60;

  @Test
  void whatMayGoIsWhatTheDisruptionControllerSays() {
    // expected, healthy -> allowed; kubernetes/pkg/controller/disruption, getExpectedPodCount.
    assertThat(new DisruptionBudget(MIN_AVAILABLE, 3, false).allowed(5, 5)).isEqualTo(2);
    assertThat(new DisruptionBudget(MIN_AVAILABLE, 3, false).allowed(5, 2)).isZero();
    assertThat(new DisruptionBudget(MIN_AVAILABLE, 50, true).allowed(7, 7)).isEqualTo(3); // 4 stay
    assertThat(new DisruptionBudget(MAX_UNAVAILABLE, 30, true).allowed(7, 7)).isEqualTo(3);
    assertThat(new DisruptionBudget(MAX_UNAVAILABLE, 1, false).allowed(5, 5)).isEqualTo(1);
    assertThat(new DisruptionBudget(MAX_UNAVAILABLE, 1, false).allowed(5, 4)).isZero();
    assertThat(new DisruptionBudget(MAX_UNAVAILABLE, 9, false).allowed(5, 4)).isEqualTo(4);
    assertThat(new DisruptionBudget(MAX_UNAVAILABLE, 0, false).allowed(5, 5)).isZero();
    assertThat(new DisruptionBudget(MIN_AVAILABLE, 100, true).allowed(5, 5)).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DisruptionBudget(MIN_AVAILABLE, -1, false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DisruptionBudget(MIN_AVAILABLE, 101, true));
  }

  /**
   * 40 pods on 10 nodes of four, and after half an hour 8; whatever fits on fewer nodes is removed.
   */
  private static FleetReplay run(Optional<DisruptionBudget> budget, int startUp) {
    double[] values = new double[MINUTES];
    Arrays.fill(values, 0, 30, 40);
    Arrays.fill(values, 30, MINUTES, 8);
    DemandTrace demand = Traces.minutes(values);
    FleetWorkload free =
        Fleets.workload("w", demand, 1, 100, Duration.ofSeconds(startUp), Control.Hpa.at(1));
    Supply supply =
        new Supply(
            List.of(Fleets.group("a", "a", 0, 20, Duration.ZERO)),
            Supply.UNLIMITED,
            Map.of(),
            Supply.IDLE_AFTER,
            1,
            0,
            Supply.DETECTION);
    FleetReplay replay =
        new FleetReplay(
            new FleetScenario(
                demand.start(),
                MINUTES,
                0,
                60,
                List.of(budget.map(free::with).orElse(free)),
                Optional.of(supply),
                List.of(),
                1),
            new FitCache(),
            true);
    replay.runTo(MINUTES);
    return replay;
  }

  private static int nodesAt(FleetReplay replay, int minute) {
    return replay.timeline().orElseThrow().nodes()[0][minute];
  }

  @Test
  void aBudgetOfNothingHoldsTheNodeForEver() {
    FleetReplay free = run(Optional.empty(), 60);
    assertThat(nodesAt(free, 29)).isEqualTo(10);
    assertThat(nodesAt(free, MINUTES - 1)).isEqualTo(2);
    assertThat(free.outcome().evictions()).isPositive();
    assertThat(free.outcome().budgetNodeMinutes()).isZero();
    for (DisruptionBudget none :
        List.of(
            new DisruptionBudget(MAX_UNAVAILABLE, 0, false),
            new DisruptionBudget(MIN_AVAILABLE, 100, true))) {
      FleetReplay held = run(Optional.of(none), 60);
      int last = nodesAt(held, MINUTES - 1);
      assertThat(last).isGreaterThan(2);
      assertThat(nodesAt(held, MINUTES - CALM)).isEqualTo(last);
      assertThat(held.outcome().evictions()).isZero();
      assertThat(held.outcome().budgetNodeMinutes()).isGreaterThan(CALM);
      assertThat(held.outcome().shortMinutes()).isLessThanOrEqualTo(free.outcome().shortMinutes());
    }
  }

  @Test
  void aBudgetThatIsNeverUsedUpChangesNothing() {
    FleetOutcome free = run(Optional.empty(), 60).outcome();
    FleetOutcome wide =
        run(Optional.of(new DisruptionBudget(MAX_UNAVAILABLE, 100, true)), 60).outcome();
    assertThat(wide).isEqualTo(free);
    assertThat(wide.hash()).isEqualTo(free.hash());
  }

  /** One at a time: never is more than one missing for a move, and all nodes go in the end. */
  @Test
  void aBudgetOfOneMovesPodsOneByOne() {
    FleetReplay one = run(Optional.of(new DisruptionBudget(MAX_UNAVAILABLE, 1, false)), 120);
    assertThat(nodesAt(one, MINUTES - 1)).isEqualTo(2);
    Timeline t = one.timeline().orElseThrow();
    for (int m = CALM; m < MINUTES; m++) {
      assertThat(t.spec()[m] - t.ready()[m]).as("minute %d", m).isLessThanOrEqualTo(1);
    }
    FleetReplay free = run(Optional.empty(), 120);
    assertThat(one.outcome().evictions()).isPositive();
    assertThat(one.outcome().nodeHours()).isGreaterThan(free.outcome().nodeHours());
  }
}
