package dev.almanac.predictor.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.scaling.FleetGovernor.Budget;
import dev.almanac.predictor.scaling.FleetGovernor.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetGovernorTest {
  private final FleetGovernor governor = new FleetGovernor();

  @Test
  void risesAlwaysPass() {
    Request rise = request(10, 40, 0);
    assertThat(governor.admit(List.of(rise, rise), new Budget(0.01, 1)))
        .containsExactly(rise.decision(), rise.decision());
  }

  @Test
  void fallsShareTheBudgetAndTheLastOneIsCut() {
    List<Decision> admitted =
        governor.admit(List.of(request(20, 14, 0), request(20, 14, 0)), new Budget(0.2, 1));
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

  private static Request request(int current, int wanted, int waiting) {
    return new Request(
        current, Decision.of(wanted, ReasonCode.REACTIVE, StageName.REACTIVE), waiting);
  }
}
