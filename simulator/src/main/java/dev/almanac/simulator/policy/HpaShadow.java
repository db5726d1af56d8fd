package dev.almanac.simulator.policy;

import dev.almanac.predictor.scaling.hpa.ExternalMetric;
import dev.almanac.simulator.cluster.Pods;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.outcome.Tally;
import java.util.Arrays;

/**
 * A plain HPA that runs beside another policy, tick by tick, with pods of its own. One step is one
 * sync of 15 s. Not safe for several threads.
 */
public final class HpaShadow {
  /*
   * The rules of HPA with default behavior on a grid of exactly one sync period (Kubernetes 1.37,
   * replica_calculator.go and horizontal.go):
   *
   *   raw   = size inside the tolerance band, else ceil(measured / (perReplica target))
   *   top   = highest raw answer of the last downWindow, younger than it: an answer exactly as old
   *           as the window is forgotten
   *   want  = min(max(size, raw), top)                  the size never crosses itself
   *   want <= max(size + 4, 2 size)                     Pods 4 and Percent 100 in 15 s
   *
   * A down policy of Percent 100 in 15 s never binds. An HPA without a behavior block (what the
   * reactive stage of a decision follows) differs in three points: an answer exactly as old as the
   * window still counts, an old answer may raise the size, and the limit is max(2 size, 4).
   *
   * The metrics API would round demand up to thousandths of its unit. Here a billionth of a pod is
   * the unit, so that the same workload measured in other units gives the same replicas.
   */

  private static final double UNITS_PER_POD = 1e9;
  private static final int FORGOTTEN = -1;

  private final HpaSettings settings;
  private final long targetUnits;
  private final Pods pods;
  private final int[] recent;
  private int tick;

  /**
   * An HPA over pods that are all Ready.
   *
   * @param replicas pods at first, at least 0; none means switched off, as in HPA
   */
  public HpaShadow(HpaSettings settings, StartUpLag lag, int replicas) {
    this.settings = settings;
    this.targetUnits = Math.max(1, Math.round(settings.target() * UNITS_PER_POD));
    this.pods = new Pods(replicas, lag);
    long syncs = Math.ceilDiv(settings.downWindow().toSeconds(), DemandTrace.TICK_SECONDS);
    this.recent = new int[(int) Math.max(1, syncs)];
    Arrays.fill(recent, FORGOTTEN);
  }

  /**
   * What stands in one tick.
   *
   * @param desired replicas asked for
   * @param ready pods that serve
   * @param missing Ready pods that demand needs beyond these; 0 when demand is unknown
   */
  public record Tick(int desired, int ready, int missing) {
    /** Whether demand needs more pods than are Ready. */
    public boolean isShort() {
      return missing > 0;
    }
  }

  /**
   * Runs one tick: pods whose time has come are Ready, then the HPA decides, then the tick is
   * judged.
   *
   * @param measured demand as the metric shows it now, at least 0; NaN when it shows nothing, which
   *     changes nothing
   * @param demand demand during this tick, NaN when unknown
   */
  public Tick step(double measured, double demand) {
    long now = 1000L * DemandTrace.TICK_SECONDS * tick;
    pods.advanceTo(now);
    if (pods.spec() > 0) {
      pods.resize(want(measured), now);
    }
    tick++;
    int missing =
        Double.isNaN(demand)
            ? 0
            : Math.max(0, Tally.replicasFor(demand, settings.perReplica()) - pods.ready());
    return new Tick(pods.spec(), pods.ready(), missing);
  }

  private int want(double measured) {
    int size = pods.spec();
    if (size > settings.maxReplicas() || size < settings.minReplicas()) {
      remember(FORGOTTEN); // HPA goes to the bound at once and asks no metric
      return Math.clamp(size, settings.minReplicas(), settings.maxReplicas());
    }
    if (Double.isNaN(measured)) {
      remember(FORGOTTEN); // a failed metric leaves no recommendation
      return size;
    }
    int raw =
        ExternalMetric.averageValue(
            Math.round(measured / settings.perReplica() * UNITS_PER_POD), // saturates
            targetUnits,
            size,
            settings.tolerance(),
            settings.tolerance());
    remember(raw);
    int top = raw;
    for (int answer : recent) {
      top = Math.max(top, answer);
    }
    return HpaRule.settle(size, raw, top, settings.minReplicas(), settings.maxReplicas());
  }

  private void remember(int answer) {
    // The first sync remembers the present size too: after a restart nothing falls for a window.
    recent[tick % recent.length] = tick == 0 ? Math.max(answer, pods.spec()) : answer;
  }
}
