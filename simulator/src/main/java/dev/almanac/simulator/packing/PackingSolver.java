package dev.almanac.simulator.packing;

import dev.almanac.simulator.packing.LowerBound.Kind;
import dev.almanac.simulator.packing.PackingAnswer.Step;
import java.util.Optional;

/**
 * Packs pods into nodes: first every pod that can have a node has one, then the price is least.
 *
 * <p>A ladder of searches, each wider than the one before, ends as soon as the gap is small enough
 * or the work is done; then the configuration linear program where the groups are few, then
 * empty-and-repack with what work is left. The same instance and the same number of steps give the
 * same bytes.
 */
public final class PackingSolver {

  /** Rungs in the order of {@link Step}. Measured in docs/benchmarks/packing.md. */
  private static final FillRule[] LADDER = {
    new FillRule(2, 2, 150, 64, 0.5, 0, 0.8),
    new FillRule(2, 1, 0, 64, 0.5, 0, 0.8),
    new FillRule(2, 2, 3000, 100, 0.5, 0, 0.8),
    new FillRule(4, 2, 3000, 100, 0.3, 0, 0.8),
    new FillRule(1, 3, 20_000, 160, 0.5, 0, 0.8),
    new FillRule(2, 4, 60_000, 1000, 0.5, 0, 0.8),
  };

  /** The first rung where nearly all pods differ: a wider look costs less than the second rung. */
  private static final FillRule FIRST_OF_MANY = new FillRule(2, 2, 400, 100, 0.5, 0, 0.8);

  private static final int MANY_GROUPS = 20_000;

  /** Beyond this many groups the bounds that look at every pair of sizes are not tried. */
  private static final int DUAL_FEASIBLE_GROUPS = 2000;

  /** Rows up to which the configuration program ends in seconds. */
  private static final int LP_GROUPS = 200;

  /** Part of the work left after the ladder that the configuration program may use. */
  private static final double LP_SHARE = 0.3;

  private static final double CENT = 1e-9;

  private final Instance in;
  private final Instance relaxed;
  private final double target;
  private final Work work;
  private final double quantum;
  private final Fluid fluid;
  private LowerBound bound;
  private Packing best;
  private Step step = Step.QUICK_PASS;

  private PackingSolver(Instance in, Instance relaxed, double target, Work work) {
    this.in = in;
    this.relaxed = relaxed;
    this.target = target;
    this.work = work;
    quantum = PriceGrid.quantum(in.price);
    fluid = Fluid.of(in, Work.steps(Long.MAX_VALUE));
    bound = new LowerBound(0, Kind.NONE);
    best = climb(0).orElseThrow();
  }

  /**
   * Packs.
   *
   * @param in what to pack
   * @param target gap at which the search ends, such as 0.01 for 1 %; 0 searches for a proof
   * @param work what may be done; a first packing is found in any case
   */
  public static PackingAnswer solve(Instance in, double target, Work work) {
    return solve(in, in, target, work);
  }

  /**
   * Packs an instance whose groups were split for a search, such as a zone spread into zones.
   *
   * @param relaxed the instance before the split: the bound is for it, hence for every split
   */
  public static PackingAnswer solve(Instance in, Instance relaxed, double target, Work work) {
    if (!(target >= 0)) {
      throw new IllegalArgumentException("the target gap is " + target);
    }
    return new PackingSolver(in, relaxed, target, work).run();
  }

  private PackingAnswer run() {
    boundFluid();
    for (int rung = 1; rung < LADDER.length && !isGoodEnough() && !work.exhausted(); rung++) {
      if (rung == 1) {
        boundDualFeasible();
      }
      Step now = Step.values()[rung];
      if (now == Step.GREEDY && in.groups > DUAL_FEASIBLE_GROUPS) {
        continue; // another draw is worth its time only where a pass costs next to nothing
      }
      climb(rung).ifPresent(p -> keep(p, now));
    }
    if (!isGoodEnough() && !work.exhausted()) {
      proveAndRound();
    }
    if (!isGoodEnough() && !work.exhausted()) {
      double stopAt = bound.price() * (1 + target) + CENT;
      keep(EmptyAndRepack.improve(in, fluid, best, stopAt, 7, work), Step.REPACKING);
    }
    if (best.unplacedPods() > 0) {
      boundWhatIsPlaced();
    }
    return new PackingAnswer(best, bound, step);
  }

  private Optional<Packing> climb(int rung) {
    Work allowed = rung == 0 ? Work.steps(Long.MAX_VALUE) : work;
    FillRule rule = rung == 0 && in.groups > MANY_GROUPS ? FIRST_OF_MANY : LADDER[rung];
    Optional<Packing> found =
        new Packer(in, in.demand, in.typeLimit, fluid, rule, rung, allowed).run();
    if (rung == 0) {
      work.spend(allowed.done());
    }
    return found;
  }

  private void keep(Packing p, Step from) {
    if (p.beats(best)) {
      best = p;
      step = from;
    }
  }

  private boolean isGoodEnough() {
    return best.unplacedPods() == 0
        && best.price() <= bound.price() * (1 + target) + CENT * (1 + bound.price());
  }

  private void raise(double price, Kind kind) {
    bound = bound.or(PriceGrid.up(price, quantum), kind);
  }

  private void boundFluid() {
    Fluid of = relaxed == in ? fluid : Fluid.of(relaxed, Work.steps(Long.MAX_VALUE));
    raise(of.bound(), Kind.FLUID);
    double conflict = Conflicts.price(relaxed, relaxed.demand);
    if (conflict >= bound.price() && conflict > 0) {
      bound =
          new LowerBound(Math.max(bound.price(), PriceGrid.up(conflict, quantum)), Kind.CONFLICT);
    }
  }

  private void boundDualFeasible() {
    if (relaxed.types == 1 && relaxed.groups <= DUAL_FEASIBLE_GROUPS) {
      raise(DualFeasible.nodes(relaxed, relaxed.demand) * relaxed.price[0], Kind.DUAL_FEASIBLE);
    }
  }

  private void proveAndRound() {
    if (!ConfigurationLp.applies(relaxed, relaxed.dims == 1 ? 1000 : LP_GROUPS)
        || best.unplacedPods() > 0) {
      return;
    }
    boolean same = relaxed == in;
    ConfigurationLp lp =
        new ConfigurationLp(
            relaxed,
            relaxed.demand,
            same ? best.nodes() : java.util.List.of(),
            bound.price(),
            work.part(LP_SHARE));
    Fluid centre = same ? fluid : Fluid.of(relaxed, work);
    raise(lp.solve(best.price() - quantum * (1 - 1e-6), centre.value()), Kind.CONFIGURATION);
    if (same && !isGoodEnough() && ConfigurationLp.canRound(in)) {
      lp.round(fluid, LADDER[Step.ONE_PASS.ordinal()], 1).ifPresent(p -> keep(p, Step.LP_ROUNDING));
    }
  }

  /** With pods left over, the bound that can be compared is the one of the others. */
  private void boundWhatIsPlaced() {
    int[] placed = in.demand.clone();
    for (int g = 0; g < placed.length; g++) {
      placed[g] -= best.unplaced()[g];
    }
    bound = new LowerBound(0, Kind.NONE);
    raise(Fluid.of(in, placed, in.typeLimit, Work.steps(Long.MAX_VALUE)).bound(), Kind.FLUID);
  }
}
