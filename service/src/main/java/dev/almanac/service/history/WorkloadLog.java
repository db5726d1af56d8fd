package dev.almanac.service.history;

import dev.almanac.predictor.capacity.Capacity;
import dev.almanac.predictor.cluster.Surroundings;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.shadow.Ledger;
import dev.almanac.service.config.Workload;
import dev.almanac.service.loop.Models;
import dev.almanac.service.loop.WorkloadTick;
import dev.almanac.service.view.Evidence;
import dev.almanac.service.view.History;
import dev.almanac.service.view.Replicas;
import dev.almanac.service.view.Why;
import dev.almanac.service.view.WorkloadDetail;
import dev.almanac.service.view.WorkloadName;
import dev.almanac.service.view.WorkloadRow;
import dev.almanac.simulator.outcome.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What is remembered of one workload. Every method holds this object's lock. */
final class WorkloadLog {
  private static final Duration AHEAD_LIFE = Duration.ofMinutes(1);

  private final WorkloadHistory ticks;
  private final KeptDecisions decisions;
  private final Score score = new Score();
  private final Ledger ledger;

  private Optional<Workload> workload = Optional.empty();
  private Optional<WorkloadTick> newest = Optional.empty();
  private Optional<WorkloadTick.Decided> newestDecided = Optional.empty();
  private Optional<Instant> newestSample = Optional.empty();
  private Optional<Instant> troubleSince = Optional.empty();
  private Optional<ForecastAhead> ahead = Optional.empty();
  private Instant aheadAt = Instant.MIN;

  WorkloadLog(int mostTicks, int mostDecisions, Ledger.Totals before) {
    this.ticks = new WorkloadHistory(mostTicks);
    this.decisions = new KeptDecisions(mostDecisions);
    this.ledger = new Ledger(before);
  }

  // ---------------------------------------------------------------- a tick

  synchronized void add(WorkloadTick tick) {
    workload = Optional.of(tick.workload());
    newest = Optional.of(tick);
    boolean trouble =
        switch (tick) {
          case WorkloadTick.Decided d -> {
            decided(d);
            yield d.decision().answer() instanceof Decision.Answer.Hold
                && d.decision().reason() != ReasonCode.SHADOW;
          }
          case WorkloadTick.Skipped _ -> true;
        };
    troubleSince = trouble ? Optional.of(troubleSince.orElse(tick.at())) : Optional.empty();
  }

  private void decided(WorkloadTick.Decided d) {
    newestDecided = Optional.of(d);
    TargetFacts facts = d.observation().target();
    ScalingPolicy policy = d.policy();
    long at = d.at().toEpochMilli();
    Reading now = d.observation().demand().now();
    double demand = Double.NaN;
    if (now instanceof Reading.Present(double value, Instant sampledAt)) {
      demand = value;
      newestSample = Optional.of(sampledAt);
    } else if (now instanceof Reading.Stale(double _, Instant sampledAt)) {
      newestSample = Optional.of(sampledAt);
    } else if (now instanceof Reading.Partial(double _, Instant sampledAt, String _)) {
      newestSample = Optional.of(sampledAt);
    }
    boolean known = !Double.isNaN(demand) && policy.capacity().isPresent();
    int needed = !known ? -1 : Tally.replicasFor(demand, policy.perReplica());
    int ready = facts.readyReplicas();
    Optional<Ledger.Held> plain = ledger.tick(policy, d.observation());
    boolean isShort = needed > ready;
    byte flags =
        (byte)
            ((isShort ? WorkloadHistory.SHORT : 0)
                | (plain.filter(Ledger.Held::isShort).isPresent() ? WorkloadHistory.HPA_SHORT : 0));
    double issuedForNow = score.issuedFor(at, demand);
    ticks.add(
        at,
        demand,
        issuedForNow,
        ready,
        d.desired(),
        needed,
        plain.map(Ledger.Held::ready).orElse(-1),
        flags);
    score.count(d, isShort, plain);
    score.issue(d);
    decisions.add(d);
  }

  synchronized Ledger.Totals ledger() {
    return ledger.totals();
  }

  // ---------------------------------------------------------------- what the page asks for

  synchronized WorkloadRow row(WorkloadName name, Instant now, Models models) {
    Workload w = workload.orElseThrow();
    boolean shortNow = ticks.size() > 0 && ticks.has(ticks.size() - 1, WorkloadHistory.SHORT);
    boolean atMax = newestDecided.filter(d -> d.desired() >= d.policy().maxReplicas()).isPresent();
    Optional<WorkloadRow.Hold> hold = hold();
    return new WorkloadRow(
        name,
        w.policy().stage(),
        replicas(),
        newestDecided.map(d -> d.decision().reason()).orElse(ReasonCode.NO_DATA),
        hold,
        ahead(now, models).map(ahead -> ahead.next(models.policy(w), now)),
        score.shortMinutes(),
        evidence(),
        hold.isPresent() ? 0 : shortNow ? 1 : atMax ? 2 : 3);
  }

  private Optional<Replicas> replicas() {
    return newestDecided.map(d ->
        new Replicas(
            d.observation().target().specReplicas(),
            d.decision().proposed(),
            d.observation().target().readyReplicas()));
  }

  private Optional<WorkloadRow.Hold> hold() {
    if (troubleSince.isEmpty()) {
      return Optional.empty();
    }
    return newest.map(tick ->
        switch (tick) {
          case WorkloadTick.Skipped s ->
              new WorkloadRow.Hold(s.cause().replace('_', ' '), troubleSince);
          case WorkloadTick.Decided d -> new WorkloadRow.Hold(words(d), troubleSince);
        });
  }

  private static String words(WorkloadTick.Decided d) {
    String source = d.workload().sourceName();
    return switch (d.decision().reason()) {
      case NO_DATA -> "no data from " + source;
      case INVALID -> "unusable data from " + source;
      case STALE -> "demand is stale";
      case PARTIAL -> "demand is incomplete";
      case PAUSED -> "paused";
      case CONFLICT -> "set by " + otherWriter(d);
      case KILL_SWITCH -> "kill switch";
      default -> d.decision().reason().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    };
  }

  private static String otherWriter(WorkloadTick.Decided d) {
    Surroundings surroundings = d.observation().target().surroundings();
    String manager = d.after().guards().foreignWriter();
    return surroundings.otherScaler().isEmpty()
        ? manager.isEmpty() ? "somebody else" : manager
        : surroundings.otherScaler();
  }

  private Evidence evidence() {
    Evidence.Kind kind =
        newest
            .map(tick ->
                switch (tick) {
                  case WorkloadTick.Skipped s -> kindOf(s.demand());
                  case WorkloadTick.Decided d -> kindOf(d.observation().demand().now());
                })
            .orElse(Evidence.Kind.NO_DATA);
    return new Evidence(kind, newestSample);
  }

  private static Evidence.Kind kindOf(Reading reading) {
    return switch (reading) {
      case Reading.Present _ -> Evidence.Kind.FRESH;
      case Reading.Stale _ -> Evidence.Kind.STALE;
      case Reading.Partial _ -> Evidence.Kind.PARTIAL;
      case Reading.Skewed _ -> Evidence.Kind.SKEWED;
      case Reading.NoData _ -> Evidence.Kind.NO_DATA;
      case Reading.Invalid _ -> Evidence.Kind.INVALID;
    };
  }

  synchronized WorkloadDetail detail(WorkloadName name, Instant from, Instant now, Models models) {
    Workload w = workload.orElseThrow();
    ScalingPolicy policy = w.policy();
    Optional<ForecastAhead> ahead = ahead(now, models);
    return new WorkloadDetail(
        name,
        policy.stage(),
        newestDecided.map(WorkloadTick.Decided::trust),
        replicas(),
        policy.minReplicas(),
        policy.maxReplicas(),
        now,
        w.unit(),
        models.policy(w).perReplica(),
        capacity(w, models),
        newestDecided.map(
            d -> WorkloadDetail.LeadTime.of(policy, d.observation().target().startUpTimes())),
        evidence(),
        notice(w, models),
        history(from, policy),
        ahead.map(a -> a.fan(now)),
        score.cards(
            ticks.size() == 0 ? Double.NaN : ticks.demand(ticks.size() - 1),
            ahead.map(a -> a.nextHourP95(now)).orElse(Double.NaN)),
        score.promise(policy.risk(), now),
        ledger.totals(),
        w.replicaHourPrice().orElse(Double.NaN),
        decisions.lines());
  }

  /** What was learned, where the policy gives nothing. */
  private static Optional<WorkloadDetail.LearnedCapacity> capacity(Workload w, Models models) {
    return w.policy().capacity().isPresent()
        ? Optional.empty()
        : Optional.of(WorkloadDetail.LearnedCapacity.of(models.capacity(w)));
  }

  private Optional<WorkloadDetail.Notice> notice(Workload w, Models models) {
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    return switch (newest.get()) {
      case WorkloadTick.Skipped s ->
          Optional.of(
              new WorkloadDetail.Notice(
                  "No decision for " + w.target(),
                  troubleSince,
                  s.detail(),
                  "check the target with: almanac doctor"));
      case WorkloadTick.Decided d -> decidedNotice(d, w, models);
    };
  }

  private Optional<WorkloadDetail.Notice> decidedNotice(
      WorkloadTick.Decided d, Workload w, Models models) {
    int size = d.observation().target().specReplicas();
    String source = w.sourceName();
    return switch (d.observation().demand().now()) {
      case Reading.NoData(String detail) ->
          Optional.of(
              new WorkloadDetail.Notice(
                  "No data from %s: holding %d replicas".formatted(source, size),
                  troubleSince,
                  detail,
                  "check the source and the query with: almanac doctor"));
      case Reading.Invalid(String detail) ->
          Optional.of(
              new WorkloadDetail.Notice(
                  "Unusable data from %s: holding %d replicas".formatted(source, size),
                  troubleSince,
                  detail,
                  "the query must yield one series of finite numbers from 0 on"));
      case Reading.Skewed(double _, Instant at) ->
          Optional.of(
              new WorkloadDetail.Notice(
                  "The clocks of %s and of Almanac disagree: nothing falls".formatted(source),
                  troubleSince,
                  "its newest sample is of %s, and it is %s here".formatted(at, d.at()),
                  "set both by NTP"));
      case Reading.Stale _, Reading.Partial _, Reading.Present _ -> {
        String trouble = models.trouble(w);
        if (d.policy().capacity().isEmpty()
            && models.capacity(w).capacity() instanceof Capacity.Refused(var _, String why)) {
          yield Optional.of(
              new WorkloadDetail.Notice(
                  "Nobody knows yet what a replica serves: the reactive rule decides alone, by usage",
                  Optional.empty(),
                  why,
                  "wait until it is learned, or give demand.perReplica"));
        }
        yield d.observation().forecast().isEmpty() && !trouble.isEmpty()
            ? Optional.of(
                new WorkloadDetail.Notice(
                    "No forecast yet: the reactive rule decides alone",
                    Optional.empty(),
                    trouble,
                    "a fit is tried again every minute; see almanac doctor"))
            : Optional.empty();
      }
    };
  }

  private History history(Instant from, ScalingPolicy policy) {
    int step = (int) Math.max(1, policy.interval().toSeconds());
    int first = ticks.firstFrom(from.toEpochMilli());
    int n = ticks.size() - first;
    long start = n <= 0 ? from.getEpochSecond() : ticks.at(first) / 1000;
    int points = n <= 0 ? 0 : (int) ((ticks.at(ticks.size() - 1) / 1000 - start) / step) + 1;
    double[][] lines = new double[6][points];
    for (double[] line : lines) {
      java.util.Arrays.fill(line, Double.NaN);
    }
    boolean[] isShort = new boolean[points];
    boolean[] hpaShort = new boolean[points];
    for (int i = first; i < ticks.size(); i++) {
      int at = (int) ((ticks.at(i) / 1000 - start) / step);
      lines[0][at] = ticks.demand(i);
      lines[1][at] = ticks.issued(i);
      lines[2][at] = absentBelowZero(ticks.needed(i));
      lines[3][at] = ticks.ready(i);
      lines[4][at] = ticks.desired(i);
      lines[5][at] = absentBelowZero(ticks.hpa(i));
      isShort[at] = ticks.has(i, WorkloadHistory.SHORT);
      hpaShort[at] = ticks.has(i, WorkloadHistory.HPA_SHORT);
    }
    return new History(
        start, step, lines[0], lines[1], lines[2], lines[3], lines[4], lines[5], isShort, hpaShort);
  }

  private static double absentBelowZero(int replicas) {
    return replicas < 0 ? Double.NaN : replicas;
  }

  /** The forecast that is drawn, made again at most once a minute of the loop's time. */
  private Optional<ForecastAhead> ahead(Instant now, Models models) {
    if (Duration.between(aheadAt, now).compareTo(AHEAD_LIFE) >= 0) {
      aheadAt = now;
      ahead =
          newestDecided.flatMap(
              d -> models.of(d.workload()).flatMap(m -> ForecastAhead.of(m, d.recent(), now)));
    }
    return ahead;
  }

  synchronized Optional<Why> why(Instant at) {
    return decisions.why(at);
  }
}
