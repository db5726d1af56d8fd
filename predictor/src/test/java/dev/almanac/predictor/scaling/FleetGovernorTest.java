package dev.almanac.predictor.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.scaling.FleetGovernor.Budget;
import dev.almanac.predictor.scaling.FleetGovernor.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FleetGovernorTest {
  private final FleetGovernor governor = new FleetGovernor();

  @Test
  void risesAlwaysPass() {
    Request rise = request(10, 40, 0);
    assertThat(governor.admit(List.of(rise, rise), new Budget(0.01, 1, 9)))
        .containsExactly(rise.decision(), rise.decision());
  }

  @Test
  void fallsShareTheBudgetAndTheLastOneIsCut() {
    List<Decision> admitted =
        governor.admit(List.of(request(20, 14, 0), request(20, 14, 0)), new Budget(0.2, 1, 9));
    assertThat(admitted.get(0).proposed()).isEqualTo(14);
    assertThat(admitted.get(1))
        .isEqualTo(Decision.of(18, ReasonCode.FLEET_BUDGET, StageName.GUARDS));
  }

  @Test
  void nobodyStarvesWhen500WorkloadsFallAtOnce() {
    int[] size = new int[500];
    int[] waiting = new int[500];
    Arrays.fill(size, 20);
    int longest = 0;
    for (int tick = 0; tick < 60; tick++) {
      List<Request> requests = new ArrayList<>();
      int before = Arrays.stream(size).sum();
      for (int i = 0; i < size.length; i++) {
        requests.add(request(size[i], 2, waiting[i]));
      }
      List<Decision> admitted = governor.admit(requests, Budget.DEFAULT);
      for (int i = 0; i < size.length; i++) {
        int next = admitted.get(i).proposed();
        waiting[i] = next == size[i] && size[i] > 2 ? waiting[i] + 1 : 0;
        longest = Math.max(longest, waiting[i]);
        size[i] = next;
      }
      int removed = before - Arrays.stream(size).sum();
      assertThat(removed).isLessThanOrEqualTo(Math.max(10, before / 10));
    }
    assertThat(longest).isLessThan(30);
    assertThat(size).containsOnly(2);
  }

  @Test
  void writesAreForTheLongestWaitingAndThenForWhoLacksMost() {
    Request far = request(10, 40, 0);
    Request near = request(10, 11, 0);
    Request waited = request(100, 101, 3);
    Request fall = request(20, 14, 9);
    List<Decision> admitted =
        governor.admit(List.of(near, far, waited, fall), new Budget(1, 10, 2));
    assertThat(admitted)
        .containsExactly(
            Decision.waitForBudget(10),
            far.decision(),
            waited.decision(),
            Decision.waitForBudget(20));
  }

  @Test
  void aBudgetIsKeptAndNobodyWaitsLongerThanTheFleetNeeds() {
    for (int seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int n = random.nextInt(1, 120);
      Budget budget =
          new Budget(random.nextDouble(0.02, 0.5), random.nextInt(1, 20), random.nextInt(1, 20));
      int[] size = new int[n];
      int[] goal = new int[n];
      int[] waiting = new int[n];
      for (int i = 0; i < n; i++) {
        size[i] = random.nextInt(1, 60);
        goal[i] = random.nextInt(1, 60);
      }
      int ticks = 0;
      while (!Arrays.equals(size, goal)) {
        assertThat(ticks++).as("seed %d", seed).isLessThan(4_000);
        tick(budget, size, goal, waiting, seed);
      }
    }
  }

  private void tick(Budget budget, int[] size, int[] goal, int[] waiting, int seed) {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < size.length; i++) {
      requests.add(request(size[i], goal[i], waiting[i]));
    }
    List<Decision> admitted = governor.admit(requests, budget);
    long removable =
        Math.max(
            budget.removalsAtLeast(),
            (long) Math.floor(Arrays.stream(size).sum() * budget.removalShare()));
    int writes = 0;
    long removed = 0;
    int leastWaitOfServedRise = Integer.MAX_VALUE;
    int mostWaitOfCutRise = -1;
    for (int i = 0; i < size.length; i++) {
      int next = admitted.get(i).proposed();
      assertThat(next)
          .isBetween(Math.min(size[i], goal[i]), Math.max(size[i], goal[i])); // never beyond
      writes += next != size[i] ? 1 : 0;
      removed += Math.max(0, size[i] - next);
      if (goal[i] > size[i]) {
        assertThat(next).as("a rise is whole or waits").isIn(size[i], goal[i]);
        if (next == goal[i]) {
          leastWaitOfServedRise = Math.min(leastWaitOfServedRise, waiting[i]);
        } else {
          mostWaitOfCutRise = Math.max(mostWaitOfCutRise, waiting[i]);
        }
      }
      waiting[i] = next == goal[i] ? 0 : waiting[i] + 1;
      size[i] = next;
    }
    assertThat(writes).as("seed %d", seed).isLessThanOrEqualTo(budget.writes());
    assertThat(removed).as("seed %d", seed).isLessThanOrEqualTo(removable);
    assertThat(mostWaitOfCutRise).as("seed %d", seed).isLessThanOrEqualTo(leastWaitOfServedRise);
  }

  private static Request request(int current, int wanted, int waiting) {
    return new Request(
        current, Decision.of(wanted, ReasonCode.REACTIVE, StageName.REACTIVE), waiting);
  }
}
