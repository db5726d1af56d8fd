package dev.almanac.predictor.scaling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The second pure function: takes all decisions of a tick and keeps what the whole fleet may do at
 * once inside a budget: of writes to the API server, and of removals. Rises go first and are never
 * cut; falls come after them. Among each the longest waiting goes first, so that nobody starves,
 * and among rises then the one that lacks the larger share. A fall that does not fit is cut to what
 * is left of the budget. One to {@code maxReplicas} is never cut, because every write must lie
 * inside the bounds; it is charged all the same.
 */
public final class FleetGovernor {

  /**
   * What a fleet may do in one tick.
   *
   * @param removalShare share of all replicas that may be removed in one tick, in (0, 1]
   * @param removalsAtLeast removals that are allowed however small the fleet is, at least 1
   * @param writes sizes that may be written in one tick, at least 1
   */
  public record Budget(double removalShare, int removalsAtLeast, int writes) {
    /**
     * A tenth of the fleet a tick, and always ten replicas; and as many writes as a client of the
     * API server that keeps to twenty a second gets through in an interval of 15 s.
     */
    public static final Budget DEFAULT = new Budget(0.1, 10, 300);

    /** Refuses a budget that would stop all falls. */
    public Budget {
      if (!(removalShare > 0 && removalShare <= 1) || removalsAtLeast < 1 || writes < 1) {
        throw new IllegalArgumentException("budget must allow some removals and writes");
      }
    }
  }

  /**
   * One workload's part of a tick.
   *
   * @param current its size now
   * @param decision what its step decided
   * @param ticksWaiting for how many ticks in a row its decision has been cut, 0 at first
   */
  public record Request(int current, Decision decision, int ticksWaiting) {
    private int wanted() {
      return decision.replicasOr(current);
    }

    /** Share of what it wants that it has. */
    private double served() {
      return (double) current / wanted();
    }
  }

  /**
   * Applies the budget.
   *
   * @param requests in any fixed order; equal claims are served in this order
   * @return one decision a request, in the same order
   */
  public List<Decision> admit(List<Request> requests, Budget budget) {
    long fleet = 0;
    List<Integer> rises = new ArrayList<>();
    List<Integer> falls = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      Request r = requests.get(i);
      fleet += r.current();
      int wanted = r.wanted();
      if (wanted != r.current()) {
        (wanted > r.current() ? rises : falls).add(i);
      }
    }
    List<Decision> admitted = new ArrayList<>(requests.stream().map(Request::decision).toList());
    Comparator<Integer> longestFirst =
        Comparator.comparingInt((Integer i) -> -requests.get(i).ticksWaiting());
    rises.sort(longestFirst.thenComparingDouble(i -> requests.get(i).served()));
    int writes = budget.writes();
    for (int i : rises) {
      if (writes > 0) {
        writes--;
      } else {
        admitted.set(i, Decision.waitForBudget(requests.get(i).current()));
      }
    }
    long left =
        Math.max(budget.removalsAtLeast(), (long) Math.floor(fleet * budget.removalShare()));
    falls.sort(longestFirst);
    for (int i : falls) {
      Request r = requests.get(i);
      int wanted = r.current() - r.wanted();
      boolean whole = r.decision().reason() == ReasonCode.MAX_REPLICAS;
      int allowed = whole ? wanted : writes == 0 ? 0 : (int) Math.clamp(left, 0, wanted);
      left -= allowed;
      writes -= allowed > 0 && writes > 0 ? 1 : 0;
      if (allowed < wanted) {
        admitted.set(
            i, Decision.of(r.current() - allowed, ReasonCode.FLEET_BUDGET, StageName.GUARDS));
      }
    }
    return admitted;
  }
}
