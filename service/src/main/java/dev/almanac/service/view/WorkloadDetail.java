package dev.almanac.service.view;

import dev.almanac.predictor.capacity.Capacity;
import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.Trust;
import dev.almanac.predictor.scaling.shadow.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One workload over a range of time.
 *
 * @param workload its name
 * @param stage how far its policy lets a forecast be followed
 * @param trust how far its forecasts have earned to be, empty before the first decision
 * @param replicas its sizes, empty while the target has not been seen
 * @param minReplicas lower bound of its policy
 * @param maxReplicas upper bound of its policy
 * @param now the loop's present
 * @param demandUnit unit of demand as people write it, for example {@code req/s}; may be empty
 * @param perReplica demand that one replica serves, NaN while it is not known
 * @param capacity what was learned of that, empty where the policy gives it
 * @param leadTime how far ahead a rise is ordered, empty while the target has not been seen
 * @param evidence what the last decision knew
 * @param notice what a person should do something about, empty when nothing is wrong
 * @param history what was, up to now
 * @param fan what is forecast, empty without a usable forecast
 * @param cards the four figures over the charts
 * @param promise the promise and its pace, empty when none was made
 * @param ledger what was held beside what others would have held, over restarts
 * @param replicaHourPrice price of a replica for an hour, NaN where nobody says
 * @param decisions newest first, at most {@link #MAX_DECISIONS}; only those that changed the size,
 *     the reason or the hold
 */
public record WorkloadDetail(
    WorkloadName workload,
    Stage stage,
    Optional<Trust> trust,
    Optional<Replicas> replicas,
    int minReplicas,
    int maxReplicas,
    Instant now,
    String demandUnit,
    double perReplica,
    Optional<LearnedCapacity> capacity,
    Optional<LeadTime> leadTime,
    Evidence evidence,
    Optional<Notice> notice,
    History history,
    Optional<Fan> fan,
    Cards cards,
    Optional<Promise> promise,
    Ledger.Totals ledger,
    double replicaHourPrice,
    List<DecisionLine> decisions) {

  /** So many decisions are listed at most. */
  public static final int MAX_DECISIONS = 200;

  /** Copies the list and cuts it to its bound. */
  public WorkloadDetail {
    decisions = List.copyOf(decisions.subList(0, Math.min(MAX_DECISIONS, decisions.size())));
  }

  /** The same with another history and list of decisions. */
  public WorkloadDetail with(History otherHistory, List<DecisionLine> otherDecisions) {
    return new WorkloadDetail(
        workload,
        stage,
        trust,
        replicas,
        minReplicas,
        maxReplicas,
        now,
        demandUnit,
        perReplica,
        capacity,
        leadTime,
        evidence,
        notice,
        otherHistory,
        fan,
        cards,
        promise,
        ledger,
        replicaHourPrice,
        otherDecisions);
  }

  /**
   * How far ahead a rise is ordered, and what that rests on.
   *
   * @param ahead the time that decisions go by
   * @param fixed whether the policy fixes it, whatever is measured
   * @param samples start-ups that were measured
   * @param onRunningNodes 90 % point of pods that found a node at once; empty without one
   * @param onNewNodes 90 % point of pods that had to wait for a node; empty without one
   */
  public record LeadTime(
      Duration ahead,
      boolean fixed,
      int samples,
      Optional<Duration> onRunningNodes,
      Optional<Duration> onNewNodes) {

    /** Of a policy, with what was measured. */
    public static LeadTime of(ScalingPolicy policy, StartUpTimes measured) {
      return new LeadTime(
          Autoscaler.leadTime(policy, measured),
          policy.leadTime().fixed(),
          measured.samples(),
          p90(measured.onRunningNodes()),
          p90(measured.onNewNodes()));
    }

    private static Optional<Duration> p90(StartUpTimes.OnNodes nodes) {
      return nodes.samples() == 0 ? Optional.empty() : Optional.of(nodes.p90());
    }
  }

  /**
   * How much demand a replica serves, learned from how busy pods were.
   *
   * @param low the 5 % point of it, NaN while it is not known
   * @param high the 95 % point
   * @param minutes that it rests on
   * @param saturated minutes that were left out because pods were as busy as they can be
   * @param bounded whether pods have never carried more, so that more may be possible
   * @param drift usage of the last hours over what was expected, NaN when that cannot be told
   * @param refused why it is not known, empty when it is
   */
  public record LearnedCapacity(
      double low,
      double high,
      int minutes,
      int saturated,
      boolean bounded,
      double drift,
      String refused) {

    /** For people. */
    public static LearnedCapacity of(dev.almanac.predictor.capacity.LearnedCapacity known) {
      double drift = known.drift().orElse(Double.NaN);
      return switch (known.capacity()) {
        case Capacity.Learned l ->
            new LearnedCapacity(
                l.low(), l.high(), l.minutes(), l.saturated(), l.isBounded(), drift, "");
        case Capacity.Refused(var _, String detail) ->
            new LearnedCapacity(Double.NaN, Double.NaN, 0, 0, false, drift, detail);
      };
    }
  }

  /**
   * A state that a person should know of, with its cause and its cure.
   *
   * @param what for example {@code No data from cluster-prometheus: holding 5 replicas}
   * @param since when it began, empty when that is not known
   * @param cause for example {@code connection refused}; nothing secret, no body of an answer
   * @param fix what to do about it
   */
  public record Notice(String what, Optional<Instant> since, String cause, String fix) {}

  /**
   * Is it worth it.
   *
   * @param since where "so far" begins, empty when nothing has been counted
   * @param shortMinutes minutes short since then
   * @param podHoursAgainstHpaPercent pod-hours since then over plain HPA's, as a difference in
   *     percent: -7 is seven percent fewer; NaN when it is not known
   * @param demandNow newest demand; NaN when it is not known
   * @param nextHourP95 the 95 % point of the highest demand within the next hour; NaN without a
   *     forecast
   * @param p90HeldPercent share of samples at or below the p90 issued for them, in percent; NaN
   *     when none was scored
   * @param p95HeldPercent the same for p95
   */
  public record Cards(
      Optional<Instant> since,
      ShortMinutes shortMinutes,
      double podHoursAgainstHpaPercent,
      double demandNow,
      double nextHourP95,
      double p90HeldPercent,
      double p95HeldPercent) {}

  /**
   * A promise of at most so many short minutes a month.
   *
   * @param budgetMinutes what was promised
   * @param usedMinutes what has been used of it; NaN when it is not known
   * @param paceMinutes what a whole month at this pace would use; NaN when it is too early to say
   */
  public record Promise(double budgetMinutes, double usedMinutes, double paceMinutes) {}
}
