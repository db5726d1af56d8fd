package dev.almanac.simulator.replay;

import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Step;
import dev.almanac.simulator.cluster.Pods;
import dev.almanac.simulator.cluster.StartUpLag;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The recorded decisions of one workload taken again in the simulator's world: what was read at
 * each of them is as it was recorded, the pods are virtual, and the production step decides by what
 * these pods look like. How far that leads away from the record is how wrong the virtual cluster
 * is.
 *
 * <p>Virtual pods start with the lead time of the step: the measured P90, or what the policy
 * assumes. A size that somebody else has set, or that was never written, is taken over from the
 * record. Not safe for several threads.
 */
public final class RecordedReplay {

  /**
   * How the virtual pods and the recorded ones compare, decision by decision.
   *
   * @param decisions that were taken again
   * @param same of these, with the recorded answer, reason and stage
   * @param meanReplicas recorded replicas asked for; NaN without decisions
   * @param replicasOff mean absolute difference of replicas asked for; NaN without decisions
   * @param readyOff mean absolute difference of Ready pods; NaN without decisions
   */
  public record Agreement(
      long decisions, long same, double meanReplicas, double replicasOff, double readyOff) {}

  private final Autoscaler autoscaler = new Autoscaler();
  private Optional<World> world = Optional.empty();
  private long decisions;
  private long same;
  private long replicas;
  private long replicasOff;
  private long readyOff;

  /** A workload of which nothing was recorded yet. */
  public RecordedReplay() {}

  /** What goes on between two decisions. */
  private static final class World {
    private Pods pods;
    private Duration lag;
    private AutoscalerState state;
    private ScalingPolicy policy;

    /** Replicas that the record must show next, unless somebody else writes. */
    private int asked;

    private Instant now;

    World(ScalingPolicy policy, AutoscalerState state, Observation first) {
      this.policy = policy;
      this.state = state;
      now = first.at();
      asked = first.target().specReplicas();
      lag = lag(policy, first.target());
      pods = new Pods(Math.min(first.target().readyReplicas(), asked), StartUpLag.fixed(lag));
      pods.resize(asked, now.toEpochMilli());
    }

    private static Duration lag(ScalingPolicy policy, TargetFacts facts) {
      Duration lead = Autoscaler.leadTime(policy, facts.startUpTimes());
      return lead.compareTo(StartUpLag.LONGEST) > 0 ? StartUpLag.LONGEST : lead;
    }

    /** Goes on to the next recorded decision. */
    void advance(ScalingPolicy next, AutoscalerState before, Observation recorded) {
      now = recorded.at().isAfter(now) ? recorded.at() : now; // a clock that was set back stands
      pods.advanceTo(now.toEpochMilli());
      if (!next.equals(policy)) {
        policy = next;
        state = before;
      }
      int spec = recorded.target().specReplicas();
      if (spec != asked) {
        pods.resize(spec, now.toEpochMilli());
      }
      Duration measured = lag(policy, recorded.target());
      if (pods.starting() == 0 && !measured.equals(lag)) {
        lag = measured;
        pods = new Pods(pods.spec(), StartUpLag.fixed(lag));
      }
    }

    /** The recorded facts with the virtual pods in place of the real ones. */
    Observation observe(Observation recorded) {
      TargetFacts facts = recorded.target();
      return recorded.with(
          new TargetFacts(
              pods.spec(),
              pods.spec(),
              pods.ready(),
              facts.rollout(),
              facts.resourceVersion(),
              facts.observedAt(),
              facts.startUpTimes(),
              facts.surroundings()));
    }
  }

  /**
   * The next decision of the record.
   *
   * @param policy it was decided by
   * @param before the state that it started from
   * @param recorded what was known
   * @param decision what was decided
   */
  public void add(
      ScalingPolicy policy, AutoscalerState before, Observation recorded, Decision decision) {
    World w = world.orElseGet(() -> new World(policy, before, recorded));
    world = Optional.of(w);
    w.advance(policy, before, recorded);
    TargetFacts facts = recorded.target();
    decisions++;
    replicas += facts.specReplicas();
    replicasOff += Math.abs((long) w.pods.spec() - facts.specReplicas());
    readyOff += Math.abs((long) w.pods.ready() - facts.readyReplicas());
    Step step = autoscaler.step(policy, w.observe(recorded), w.state);
    same += step.decision().equals(decision) ? 1 : 0;
    w.state = step.next();
    w.pods.resize(step.decision().replicasOr(w.pods.spec()), w.now.toEpochMilli());
    w.asked = decision.replicasOr(facts.specReplicas());
  }

  /** How far it led away from the record so far. */
  public Agreement agreement() {
    return new Agreement(decisions, same, mean(replicas), mean(replicasOff), mean(readyOff));
  }

  private double mean(long sum) {
    return decisions == 0 ? Double.NaN : (double) sum / decisions;
  }
}
