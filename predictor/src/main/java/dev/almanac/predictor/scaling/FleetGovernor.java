package dev.almanac.predictor.scaling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The second pure function: takes all decisions of a tick and keeps what the whole fleet may do at
 * once inside a budget. Rises always pass; falls share a budget of removals, the longest waiting
 * first, so that nobody starves. A fall that does not fit is cut to what is left of the budget. One
 * to {@code maxReplicas} is never cut, because every write must lie inside the bounds; it is
 * charged all the same.
 */
public final class FleetGovernor {

  /**
   * What a fleet may do in one tick.
   *
   * @param removalShare share of all replicas that may be removed in one tick, in (0, 1]
   * @param removalsAtLeast removals that are allowed however small the fleet is, at least 1
   */
  public record Budget(double removalShare, int removalsAtLeast) {
    /** A tenth of the fleet a tick, and always ten replicas. */
    public static final Budget DEFAULT = new Budget(0.1, 10);

    /** Refuses a budget that would stop all falls. */
    public Budget {
      if (!(removalShare > 0 && removalShare <= 1) || removalsAtLeast < 1) {
        throw new IllegalArgumentException("budget must allow some removals");
      }
    }
  }

  /**
   * One workload's part of a tick.
   *
   * @param current its size now
   * @param decision what its step decided
   * @param ticksWaiting for how many ticks in a row a fall of it has been cut, 0 at first
   */
  public record Request(int current, Decision decision, int ticksWaiting) {}

  /**
   * Applies the budget.
   *
   * @param requests in any fixed order; equal claims are served in this order
   * @return one decision a request, in the same order
   */
  public List<Decision> admit(List<Request> requests, Budget budget) {
    long fleet = 0;
    List<Integer> falls = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      Request r = requests.get(i);
      fleet += r.current();
      if (r.decision().replicasOr(r.current()) < r.current()) {
        falls.add(i);
      }
    }
    long left =
        Math.max(budget.removalsAtLeast(), (long) Math.floor(fleet * budget.removalShare()));
    falls.sort(Comparator.comparingInt((Integer i) -> -requests.get(i).ticksWaiting()));
    List<Decision> admitted = new ArrayList<>(requests.stream().map(Request::decision).toList());
    for (int i : falls) {
      Request r = requests.get(i);
      int wanted = r.current() - r.decision().replicasOr(r.current());
      boolean whole = r.decision().reason() == ReasonCode.MAX_REPLICAS;
      int allowed = whole ? wanted : (int) Math.clamp(left, 0, wanted);
      left -= allowed;
      if (allowed < wanted) {
        admitted.set(
            i, Decision.of(r.current() - allowed, ReasonCode.FLEET_BUDGET, StageName.GUARDS));
      }
    }
    return admitted;
  }
}
