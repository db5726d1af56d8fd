package dev.almanac.predictor.scaling.shadow;

import dev.almanac.predictor.cluster.Surroundings;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Actuation;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Guards;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ReactiveRule;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Signals;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.StepCaps;
import dev.almanac.predictor.scaling.Trust;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What one workload held, beside what plain HPA, the forecast alone and perfect foresight would
 * have held on the same demand, tick by tick: replica-hours and minutes short, to date. Its memory
 * does not grow. Not for use by two threads at once.
 */
public final class Ledger {
  /*
   * The counterfactuals are runs of the very step that decides, each with a state, a size and
   * starting pods of its own: demand does not depend on replicas that suffice, so the same
   * observation holds for them but for the size in it.
   *
   *   plain HPA   stage Shadow without a forecast, its falls in one step; on demand at the policy's
   *               target utilization, as in the replay that prices are chosen by
   *   forecast    stage Full, as if all trust were earned
   *   foresight   the most that is needed until a replica ordered now would be Ready, inside the
   *               bounds: the cheapest plan that is never short; known one lead time later, and all
   *               columns wait for it, so that they count the same ticks
   *
   * Nobody's guards, floors and switches count in them: those are the owner's, not a policy's. A tick
   * with unknown demand counts in no column, as does a workload that is switched off.
   */

  /** A lead time of more ticks is cut: rings stay small at short intervals. */
  private static final int MOST_LAG = 512;

  /** HPA has no caps but those of its behavior. */
  private static final StepCaps NO_CAPS =
      new StepCaps(Duration.ofMinutes(1), Integer.MAX_VALUE, 0, 1);

  private final Autoscaler autoscaler = new Autoscaler();
  private final World hpa = new World();
  private final World forecast = new World();

  private Totals totals;
  private Optional<ScalingPolicy> policy = Optional.empty();
  private Optional<ScalingPolicy> hpaPolicy = Optional.empty();
  private Optional<ScalingPolicy> forecastPolicy = Optional.empty();
  private Optional<Instant> last = Optional.empty();

  // The ticks that wait for foresight, rings of one lead time and a tick.
  private int[] needed = new int[1];
  private int[][] sizes = new int[3][1];
  private int[][] lacking = new int[3][1];
  private int waiting;
  private int next;

  /**
   * What one way of deciding came to.
   *
   * @param replicaHours that were asked for, Ready or not
   * @param shortMinutes in which demand needed more replicas than were Ready
   */
  public record Column(double replicaHours, double shortMinutes) {
    /** Nothing yet. */
    public static final Column NONE = new Column(0, 0);

    /** Refuses what no time can come to. */
    public Column {
      if (!(replicaHours >= 0 && shortMinutes >= 0)
          || Double.isInfinite(replicaHours + shortMinutes)) {
        throw new IllegalArgumentException(
            "finite and >= 0, were %s and %s".formatted(replicaHours, shortMinutes));
      }
    }

    private Column plus(int replicas, boolean isShort, double minutes) {
      return new Column(
          replicaHours + replicas * minutes / 60, shortMinutes + (isShort ? minutes : 0));
    }
  }

  /**
   * The columns, over the same ticks.
   *
   * @param since the first tick that counts; empty before it
   * @param hours that have been counted
   * @param held what was held, whoever decided
   * @param hpa what plain HPA would have held
   * @param forecast what the forecast alone would have held
   * @param foresight what perfect foresight would have held
   */
  public record Totals(
      Optional<Instant> since,
      double hours,
      Column held,
      Column hpa,
      Column forecast,
      Column foresight) {
    /** Nothing has been counted. */
    public static final Totals NONE =
        new Totals(Optional.empty(), 0, Column.NONE, Column.NONE, Column.NONE, Column.NONE);
  }

  /**
   * The tick of one counterfactual.
   *
   * @param replicas asked for
   * @param ready that would serve
   * @param isShort whether demand, if known, needs more
   */
  public record Held(int replicas, int ready, boolean isShort) {}

  /** A size that only one way of deciding has moved. */
  private static final class World {
    AutoscalerState state = AutoscalerState.cold();
    StartingPods pods = new StartingPods(0, 0);
    boolean begun;

    void begin(int size, int lag) {
      pods = new StartingPods(begun ? pods.size() : size, lag);
      begun = true;
    }
  }

  /** A ledger that goes on from what an earlier one came to. */
  public Ledger(Totals from) {
    this.totals = from;
  }

  /** What has come of it so far. */
  public Totals totals() {
    return totals;
  }

  /**
   * One tick, in the order of time.
   *
   * @param by the policy that decided
   * @param o what it knew
   * @return what plain HPA would have now; empty while the workload is switched off, or what a
   *     replica serves is not known
   */
  public Optional<Held> tick(ScalingPolicy by, Observation o) {
    int size = o.target().specReplicas();
    if (size == 0 || by.capacity().isEmpty()) {
      waiting = 0;
      return Optional.empty();
    }
    begin(by, o, size);
    double demand =
        o.demand().now() instanceof Reading.Present(double value, var _) ? value : Double.NaN;
    int need = Double.isNaN(demand) ? -1 : ShadowReplay.needed(demand / by.perReplica());
    add(0, size, o.target().readyReplicas(), need);
    Held byHpa = run(hpa, 1, hpaPolicy.orElseThrow(), withoutForecast(o), need);
    run(forecast, 2, forecastPolicy.orElseThrow(), o.with(Trust.EARNED), need);
    needed[next] = need;
    next = (next + 1) % needed.length;
    if (++waiting == needed.length) {
      settle(by, o.at());
      waiting--;
    }
    return Optional.of(byHpa);
  }

  private void begin(ScalingPolicy by, Observation o, int size) {
    if (policy.isEmpty() || !policy.get().equals(by)) {
      policy = Optional.of(by);
      hpaPolicy = Optional.of(alone(by, Stage.SHADOW, NO_CAPS));
      forecastPolicy = Optional.of(alone(by, Stage.FULL, by.stepCaps()));
    }
    Duration lead = Autoscaler.leadTime(by, o.target().startUpTimes());
    int lag = (int) Math.min(MOST_LAG, Math.ceilDiv(lead.toMillis(), by.interval().toMillis()));
    if (needed.length != lag + 1 || !hpa.begun) {
      hpa.begin(size, lag);
      forecast.begin(size, lag);
      needed = new int[lag + 1];
      sizes = new int[3][lag + 1];
      lacking = new int[3][lag + 1];
      waiting = 0;
      next = 0;
    }
    Duration gap = by.interval().multipliedBy(2);
    if (last.isPresent() && (!o.at().isAfter(last.get()) || o.at().isAfter(last.get().plus(gap)))) {
      waiting = 0; // nobody knows what was needed in between
    }
    last = Optional.of(o.at());
  }

  /** A policy's rule without what its owner has put around it. */
  private static ScalingPolicy alone(ScalingPolicy p, Stage stage, StepCaps caps) {
    ReactiveRule rule = p.reactive();
    return new ScalingPolicy(
        p.minReplicas(),
        p.maxReplicas(),
        stage,
        p.capacity(),
        rule.metrics().isEmpty() ? rule : rule.withMetrics(List.of()),
        p.interval(),
        p.maxAge(),
        p.leadTime(),
        p.risk(),
        caps,
        Guards.NONE,
        List.of(),
        Actuation.SCALE);
  }

  private static Observation withoutForecast(Observation o) {
    return new Observation(
        o.at(),
        o.target(),
        List.of(),
        o.demand(),
        Optional.empty(),
        Optional.empty(),
        o.trust(),
        Limits.none(),
        Signals.none());
  }

  private Held run(World world, int column, ScalingPolicy by, Observation o, int need) {
    world.pods.tick();
    int size = world.pods.size();
    int ready = world.pods.ready();
    add(column, size, ready, need);
    TargetFacts real = o.target();
    TargetFacts facts =
        new TargetFacts(
            size,
            size,
            ready,
            false,
            real.resourceVersion(),
            real.observedAt(),
            real.startUpTimes(),
            Surroundings.none());
    var step =
        autoscaler.step(
            by,
            new Observation(
                o.at(),
                facts,
                List.of(),
                o.demand(),
                o.forecast(),
                o.priced(),
                o.trust(),
                Limits.none(),
                Signals.none()),
            world.state);
    world.state = step.next();
    world.pods.resize(
        Math.clamp(
            step.decision().proposed(),
            Math.max(1, Math.min(by.minReplicas(), by.maxReplicas())),
            by.maxReplicas()));
    return new Held(size, ready, need > ready);
  }

  private void add(int column, int size, int ready, int need) {
    sizes[column][next] = size;
    lacking[column][next] = Math.max(0, need - ready);
  }

  /** Counts the oldest tick: all that its foresight needs is known. */
  private void settle(ScalingPolicy by, Instant at) {
    int oldest = next; // the ring is full
    if (needed[oldest] < 0) {
      return;
    }
    int most = Arrays.stream(needed).max().orElseThrow();
    int foreseen = Math.clamp(most, Math.max(1, by.minReplicas()), by.maxReplicas());
    double minutes = by.interval().toMillis() / 60_000.0;
    totals =
        new Totals(
            totals.since().isPresent() ? totals.since() : Optional.of(at),
            totals.hours() + minutes / 60,
            totals.held().plus(sizes[0][oldest], lacking[0][oldest] > 0, minutes),
            totals.hpa().plus(sizes[1][oldest], lacking[1][oldest] > 0, minutes),
            totals.forecast().plus(sizes[2][oldest], lacking[2][oldest] > 0, minutes),
            totals.foresight().plus(foreseen, needed[oldest] > foreseen, minutes));
  }
}
