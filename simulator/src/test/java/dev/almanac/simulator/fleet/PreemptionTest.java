package dev.almanac.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.simulator.Traces;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who makes place for whom, on clusters small enough to do it by hand. */
class PreemptionTest {
  private static final int FIRST = 1_000_000_000;

  private static final DisruptionBudget NONE =
      new DisruptionBudget(DisruptionBudget.Bound.MAX_UNAVAILABLE, 0, false);

  private static FleetWorkload fixed(
      String name, String group, int priority, int pods, double cores) {
    return new FleetWorkload(
        name,
        FleetDemand.of(Traces.minutes(1, 1)),
        1,
        1,
        100,
        StartUpLag.fixed(Duration.ZERO),
        new Resources((long) (1_000 * cores), Fleets.GIB),
        group.isEmpty() ? List.of() : List.of(group),
        0,
        priority,
        new Control.Fixed(pods),
        Optional.empty());
  }

  /** Groups a, b and c of one node of 4 CPUs each. */
  private static FleetReplay standing(List<FleetWorkload> workloads, String... groups) {
    List<NodeGroup> nodes = new ArrayList<>();
    for (String g : groups) {
      nodes.add(Fleets.group(g, g, 1, 1, Duration.ZERO));
    }
    return new FleetReplay(
        new FleetScenario(
            Traces.START, 2, 0, 60, workloads, Optional.of(Supply.of(nodes)), List.of(), 1),
        new FitCache(),
        false);
  }

  /** Victims by name when one more pod of the last workload looks for a place on full nodes. */
  private static Map<String, Integer> victims(String[] groups, FleetWorkload... workloads) {
    FleetReplay replay = standing(List.of(workloads), groups);
    int last = workloads.length - 1;
    NodeRows n = replay.nodes.orElseThrow();
    // It has taken a place at the start: it comes anew, after all others have theirs.
    n.remove(
        last,
        workloads[last].control() instanceof Control.Fixed(int all)
            ? all - replay.pods.pending[last]
            : 0);
    for (int w = 0; w < last; w++) {
      int pending = replay.pods.pending[w];
      assertThat(n.place(w, pending)).as(workloads[w].name()).isEqualTo(pending);
    }
    assertThat(n.place(last, 1)).isZero();
    Map<String, Integer> victims = new TreeMap<>();
    boolean made =
        n.preempt(
            last,
            w ->
                workloads[w]
                    .budget()
                    .map(b -> b.allowed(replay.pods.spec[w], replay.pods.spec[w]))
                    .orElse(Integer.MAX_VALUE),
            (w, pods) -> victims.merge(workloads[w].name(), pods, Integer::sum));
    assertThat(made).isEqualTo(!victims.isEmpty());
    assertThat(n.place(last, 1)).isEqualTo(made ? 1 : 0);
    return victims;
  }

  private static final String[] AB = {"a", "b"};

  @Test
  void theFewestBrokenBudgetsComeFirst() {
    assertThat(
            victims(
                AB,
                fixed("guarded", "a", 1, 4, 1).with(NONE),
                fixed("free", "b", 9, 4, 1),
                fixed("high", "", 10, 1, 1)))
        .isEqualTo(Map.of("free", 1));
    // On one node it is the same: what a budget guards is reprieved first, whatever its priority.
    assertThat(
            victims(
                new String[] {"a"},
                fixed("guarded", "a", 1, 2, 1).with(NONE),
                fixed("free", "a", 9, 2, 1),
                fixed("high", "", 10, 1, 1)))
        .isEqualTo(Map.of("free", 1));
    // A budget is no promise: where nothing else helps it is broken.
    assertThat(
            victims(
                new String[] {"a"},
                fixed("guarded", "a", 1, 4, 1).with(NONE),
                fixed("high", "", 10, 1, 2)))
        .isEqualTo(Map.of("guarded", 2));
  }

  @Test
  void thenTheLeastImportantOfTheMostImportantVictims() {
    assertThat(
            victims(
                AB,
                fixed("nine", "a", 9, 4, 1),
                fixed("three", "b", 3, 4, 1),
                fixed("high", "", 10, 1, 2)))
        .isEqualTo(Map.of("three", 2));
  }

  @Test
  void thenTheSmallestSum() {
    assertThat(
            victims(
                AB,
                fixed("top-a", "a", FIRST, 2, 1),
                fixed("five-a", "a", 5, 1, 1),
                fixed("four", "a", 4, 1, 1),
                fixed("top-b", "b", FIRST, 2, 1),
                fixed("five-b", "b", 5, 1, 1),
                fixed("one", "b", 1, 1, 1),
                fixed("high", "", 10, 1, 2)))
        .isEqualTo(Map.of("five-b", 1, "one", 1));
    // One victim is a smaller sum than two, as no priority counts as negative.
    assertThat(
            victims(
                AB,
                fixed("small", "a", -5, 4, 1),
                fixed("large", "b", -5, 2, 2),
                fixed("high", "", 10, 1, 2)))
        .isEqualTo(Map.of("large", 1));
  }

  /** 147,483,648 + 2^31 = 2 * (-10^9 + 2^31): the sums are equal. */
  @Test
  void thenTheFewestVictimsAndThenTheFirst() {
    FleetWorkload[] three = {
      fixed("top-a", "a", FIRST, 2, 1),
      fixed("h-a", "a", 200_000_000, 1, 1),
      fixed("two-a", "a", -1_000_000_000, 2, 0.5)
    };
    FleetWorkload[] two = {
      fixed("top-b", "b", FIRST, 2, 1),
      fixed("h-b", "b", 200_000_000, 1, 1),
      fixed("one-b", "b", 147_483_648, 1, 1)
    };
    FleetWorkload high = fixed("high", "", FIRST, 1, 2);
    assertThat(victims(AB, three[0], three[1], three[2], two[0], two[1], two[2], high))
        .isEqualTo(Map.of("h-b", 1, "one-b", 1));
    assertThat(
            victims(
                AB, fixed("a", "a", 1, 4, 1), fixed("b", "b", 1, 4, 1), fixed("high", "", 2, 1, 1)))
        .isEqualTo(Map.of("a", 1));
  }

  @Test
  void noMoreGoThanMust() {
    assertThat(
            victims(
                new String[] {"a"},
                fixed("five", "a", 5, 2, 1),
                fixed("one", "a", 1, 2, 1),
                fixed("high", "", 10, 1, 1)))
        .isEqualTo(Map.of("one", 1));
    assertThat(
            victims(
                new String[] {"a"},
                fixed("five", "a", 5, 2, 1),
                fixed("two", "a", 2, 1, 1),
                fixed("one", "a", 1, 1, 1),
                fixed("high", "", 10, 1, 2)))
        .isEqualTo(Map.of("two", 1, "one", 1));
  }

  @Test
  void nobodyMakesPlaceForHisLike() {
    assertThat(
            victims(
                AB,
                fixed("same", "a", 10, 4, 1),
                fixed("low", "b", 0, 4, 1),
                fixed("high", "a", 10, 1, 1)))
        .isEmpty();
    // Lower ones are there, and all of them together are not enough.
    assertThat(
            victims(
                new String[] {"a"},
                fixed("same", "a", 10, 3, 1),
                fixed("low", "a", 1, 1, 1),
                fixed("high", "", 10, 1, 2)))
        .isEmpty();
  }

  /** Four places; the high one grows from 1 to 3 and back. */
  private static FleetReplay grown(int highPriority) {
    double[] values = new double[90];
    Arrays.fill(values, 1);
    Arrays.fill(values, 20, 60, 3);
    DemandTrace demand = Traces.minutes(values);
    DemandTrace steady = Traces.minutes(Arrays.stream(values).map(_ -> 3).toArray());
    Control hpa = new Control.Hpa(1, 0, Duration.ZERO);
    FleetWorkload base = Fleets.workload("high", demand, 1, 9, Duration.ZERO, hpa);
    FleetWorkload high =
        new FleetWorkload(
            "high",
            base.demand(),
            1,
            1,
            9,
            base.startUp(),
            base.requests(),
            List.of(),
            0,
            highPriority,
            hpa,
            Optional.empty());
    FleetWorkload low =
        Fleets.workload("low", steady, 1, 9, Duration.ofSeconds(60), new Control.Fixed(3));
    FleetReplay replay =
        new FleetReplay(
            new FleetScenario(
                demand.start(),
                90,
                0,
                60,
                List.of(low, high),
                Optional.of(
                    Supply.of(List.of(Fleets.group("a", "a", 1, 1, Duration.ofSeconds(60))))),
                List.of(),
                1),
            new FitCache(),
            true);
    return replay;
  }

  @Test
  void victimsWaitAndComeBack() {
    FleetReplay replay = grown(1);
    replay.runTo(40);
    assertThat(replay.pods.ready).containsExactly(1, 3);
    assertThat(replay.pods.pending).containsExactly(2, 0);
    replay.runTo(90);
    assertThat(replay.pods.ready).containsExactly(3, 1);
    FleetOutcome o = replay.outcome();
    assertThat(o.preemptions()).isEqualTo(2);
    assertThat(o.evictions()).isEqualTo(2);
    double waited = o.workloads().get(0).pendingPodMinutes();
    assertThat(o.workloads().get(1).pendingPodMinutes()).isZero();
    assertThat(waited).isBetween(2 * 39.0, 2 * 41.0);
    // Two pods are missing while they wait, and for the minute in which they start.
    assertThat(o.workloads().get(0).outcome().shortPodMinutes()).isEqualTo(waited + 2);
  }

  @Test
  void ofOnePriorityTheLateOneWaits() {
    FleetReplay replay = grown(0);
    replay.runTo(90);
    assertThat(replay.outcome().preemptions()).isZero();
    assertThat(replay.outcome().evictions()).isZero();
    assertThat(replay.outcome().workloads().get(0).pendingPodMinutes()).isZero();
    assertThat(replay.outcome().workloads().get(1).pendingPodMinutes()).isPositive();
  }

  /**
   * No pod waits for a place that one of lower priority has, if one node's worth of them would do.
   */
  @Test
  void noneWaitsWhereOnlyLowerOnesHavePlaces() {
    int waited = 0;
    for (int seed = 0; seed < 300; seed++) {
      FleetReplay replay;
      try {
        replay = new FleetReplay(Fleets.harsh(seed, 120), new FitCache(), false);
      } catch (IllegalArgumentException e) {
        continue; // its pods fit on no group
      }
      for (int m = 1; m <= 120; m++) {
        replay.runTo(m);
        for (int w = 0; w < replay.pods.rows; w++) {
          if (replay.pods.pending[w] > 0) {
            waited++;
            assertThat(replay.nodes.orElseThrow().preempt(w, _ -> Integer.MAX_VALUE, (_, _) -> {}))
                .as("seed %d minute %d", seed, m)
                .isFalse();
          }
        }
      }
    }
    assertThat(waited).isGreaterThan(1_000);
  }
}
