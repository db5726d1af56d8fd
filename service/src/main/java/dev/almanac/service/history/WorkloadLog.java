package dev.almanac.service.history;

import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Trace;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.config.Workload;
import dev.almanac.service.loop.Models;
import dev.almanac.service.loop.WorkloadTick;
import dev.almanac.service.view.DecisionLine;
import dev.almanac.service.view.Evidence;
import dev.almanac.service.view.Fan;
import dev.almanac.service.view.History;
import dev.almanac.service.view.Replicas;
import dev.almanac.service.view.ShortMinutes;
import dev.almanac.service.view.Why;
import dev.almanac.service.view.WorkloadDetail;
import dev.almanac.service.view.WorkloadName;
import dev.almanac.service.view.WorkloadRow;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.outcome.Tally;
import dev.almanac.simulator.policy.HpaSettings;
import dev.almanac.simulator.policy.HpaShadow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** What is remembered of one workload. Every method holds this object's lock. */
final class WorkloadLog {
  private static final Duration FAN = Duration.ofHours(12);
  private static final int FAN_STRIDE = 5;
  private static final double[] FAN_LEVELS = {0.1, 0.5, 0.9, 0.95, 0.99};
  private static final Duration FAN_LIFE = Duration.ofMinutes(1);
  private static final Duration SHADOW_TICK = Duration.ofSeconds(15);
  private static final Autoscaler AUTOSCALER = new Autoscaler();

  private final WorkloadHistory ticks;
  private final int mostDecisions;
  private final Deque<Kept> decisions = new ArrayDeque<>();
  private final Deque<Issued> issued = new ArrayDeque<>();
  private final Score score = new Score();

  private Optional<Workload> workload = Optional.empty();
  private Optional<WorkloadTick> newest = Optional.empty();
  private Optional<WorkloadTick.Decided> newestDecided = Optional.empty();
  private Optional<HpaShadow> hpa = Optional.empty();
  private Optional<Instant> newestSample = Optional.empty();
  private Optional<Instant> troubleSince = Optional.empty();
  private Optional<Forecast> fan = Optional.empty();
  private Instant fanAt = Instant.MIN;

  /** A decision that is listed, with all that its explanation needs. */
  private record Kept(
      DecisionLine line,
      ScalingPolicy policy,
      Observation observation,
      AutoscalerState before,
      Decision decision) {}

  /** A forecast for an instant, made one lead time before it. */
  private record Issued(long epochMillis, double p90, double p95) {}

  /** What has been counted so far. */
  private static final class Score {
    Optional<Instant> since = Optional.empty();
    double shortMinutes;
    double hpaShortMinutes;
    double replicaMinutes;
    double hpaReplicaMinutes;
    long scored;
    long below90;
    long below95;
  }

  WorkloadLog(int mostTicks, int mostDecisions) {
    this.ticks = new WorkloadHistory(mostTicks);
    this.mostDecisions = mostDecisions;
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
    int needed = Double.isNaN(demand) ? -1 : Tally.replicasFor(demand, policy.perReplica());
    int ready = facts.readyReplicas();
    Optional<HpaShadow.Tick> plain = plainHpa(d, demand);
    boolean isShort = needed > ready;
    byte flags =
        (byte)
            ((isShort ? WorkloadHistory.SHORT : 0)
                | (plain.filter(HpaShadow.Tick::isShort).isPresent()
                    ? WorkloadHistory.HPA_SHORT
                    : 0));
    double issuedForNow = issuedFor(at, demand);
    ticks.add(
        at,
        demand,
        issuedForNow,
        ready,
        d.desired(),
        needed,
        plain.map(HpaShadow.Tick::ready).orElse(-1),
        flags);
    count(d, isShort, needed, plain);
    issue(d);
    keep(d);
  }

  /** Plain HPA beside us, on the same demand and with the same start-up time. */
  private Optional<HpaShadow.Tick> plainHpa(WorkloadTick.Decided d, double demand) {
    if (!d.policy().interval().equals(SHADOW_TICK)) {
      return Optional.empty(); // the shadow knows one sync period only
    }
    TargetFacts facts = d.observation().target();
    if (hpa.isEmpty() && facts.specReplicas() > 0) {
      Duration lead = Autoscaler.leadTime(d.policy(), facts.startUpTimes());
      hpa =
          Optional.of(
              new HpaShadow(
                  HpaSettings.of(d.policy()), new StartUpLag.Fixed(lead), facts.specReplicas()));
    }
    return hpa.map(shadow -> shadow.step(demand, demand));
  }

  private void count(
      WorkloadTick.Decided d, boolean isShort, int needed, Optional<HpaShadow.Tick> plain) {
    score.since = Optional.of(score.since.orElse(d.at()));
    double minutes = d.policy().interval().toMillis() / 60_000.0;
    score.replicaMinutes += d.desired() * minutes;
    if (needed >= 0 && isShort) {
      score.shortMinutes += minutes;
    }
    plain.ifPresent(tick -> {
      score.hpaReplicaMinutes += tick.desired() * minutes;
      score.hpaShortMinutes += tick.isShort() ? minutes : 0;
    });
  }

  /** Remembers what this tick's forecast says for the instant one lead time ahead. */
  private void issue(WorkloadTick.Decided d) {
    if (d.observation().forecast().isEmpty()) {
      return;
    }
    Forecast f = d.observation().forecast().get();
    Duration lead = Autoscaler.leadTime(d.policy(), d.observation().target().startUpTimes());
    Instant target = d.at().plus(lead);
    long ahead = Duration.between(f.origin(), target).toSeconds();
    int step = (int) Math.clamp(Math.ceilDiv(ahead, (long) f.stepSeconds()) - 1, 0, f.steps() - 1);
    int p90 = f.levelIndex(0.9);
    int p95 = f.levelIndex(0.95);
    if (p90 >= 0 && p95 >= 0 && issued.size() < 1_000) {
      issued.add(
          new Issued(target.toEpochMilli(), f.quantiles()[p90][step], f.quantiles()[p95][step]));
    }
  }

  /** The p90 that was issued for this instant, scored against what came; NaN without one. */
  private double issuedFor(long epochMillis, double demand) {
    Optional<Issued> found = Optional.empty();
    while (!issued.isEmpty() && issued.peek().epochMillis() <= epochMillis) {
      found = Optional.of(issued.remove());
    }
    if (found.isEmpty()) {
      return Double.NaN;
    }
    if (!Double.isNaN(demand)) {
      score.scored++;
      score.below90 += demand <= found.get().p90() ? 1 : 0;
      score.below95 += demand <= found.get().p95() ? 1 : 0;
    }
    return found.get().p90();
  }

  /** Lists a decision that changed the size, the reason or the hold. */
  private void keep(WorkloadTick.Decided d) {
    int from = d.observation().target().specReplicas();
    Decision decision = d.decision();
    boolean hold = decision.answer() instanceof Decision.Answer.Hold;
    int to = hold ? from : decision.proposed();
    boolean news =
        decisions.isEmpty()
            || to != from
            || decisions.peek().line().hold() != hold
            || decisions.peek().line().reason() != decision.reason();
    if (!news) {
      return;
    }
    DecisionLine line =
        new DecisionLine(
            Instant.ofEpochMilli(d.at().toEpochMilli()),
            from,
            to,
            hold,
            decision.reason(),
            text(d));
    decisions.push(new Kept(line, d.policy(), d.observation(), d.before(), decision));
    while (decisions.size() > mostDecisions) {
      decisions.removeLast();
    }
  }

  private static String text(WorkloadTick.Decided d) {
    List<Trace.Line> lines = AUTOSCALER.explain(d.policy(), d.observation(), d.before());
    String last = "";
    for (Trace.Line line : lines) {
      if (line.stage() == d.decision().binding()) {
        last = line.text();
      }
    }
    return last.isEmpty() && !lines.isEmpty() ? lines.getLast().text() : last;
  }

  // ---------------------------------------------------------------- what the page asks for

  synchronized WorkloadRow row(WorkloadName name, Instant now, Models models) {
    Workload w = workload.orElseThrow();
    Optional<Forecast> ahead = forecast(now, models);
    boolean shortNow = ticks.size() > 0 && ticks.has(ticks.size() - 1, WorkloadHistory.SHORT);
    boolean atMax = newestDecided.filter(d -> d.desired() >= d.policy().maxReplicas()).isPresent();
    Optional<WorkloadRow.Hold> hold = hold();
    return new WorkloadRow(
        name,
        w.policy().stage(),
        replicas(),
        newestDecided.map(d -> d.decision().reason()).orElse(ReasonCode.NO_DATA),
        hold,
        next(w, now, ahead),
        new ShortMinutes(score.shortMinutes, hpa.isEmpty() ? Double.NaN : score.hpaShortMinutes),
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
      case CONFLICT -> "set by " + d.observation().limits().otherWriter();
      default -> d.decision().reason().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    };
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
      case Reading.NoData _ -> Evidence.Kind.NO_DATA;
      case Reading.Invalid _ -> Evidence.Kind.INVALID;
    };
  }

  private static Optional<WorkloadRow.Next> next(
      Workload w, Instant now, Optional<Forecast> forecast) {
    if (forecast.isEmpty()) {
      return Optional.empty();
    }
    Forecast f = forecast.get();
    double[] median = f.quantiles()[1];
    double[] high = f.quantiles()[4];
    int peak = 0;
    for (int h = 0; h < median.length; h++) {
      if (high[h] / w.policy().perReplica() > w.policy().maxReplicas()
          && f.instantAt(h).isAfter(now)) {
        return Optional.of(new WorkloadRow.Next("at max", Optional.of(f.instantAt(h))));
      }
      if (median[h] > median[peak]) {
        peak = h;
      }
    }
    boolean rises = median[peak] > 1.2 * median[0];
    return Optional.of(
        rises
            ? new WorkloadRow.Next("peaks", Optional.of(f.instantAt(peak)))
            : new WorkloadRow.Next("steady", Optional.empty()));
  }

  synchronized WorkloadDetail detail(WorkloadName name, Instant from, Instant now, Models models) {
    Workload w = workload.orElseThrow();
    ScalingPolicy policy = w.policy();
    Optional<Forecast> ahead = forecast(now, models);
    List<DecisionLine> lines = new ArrayList<>(decisions.size());
    decisions.forEach(k -> lines.add(k.line()));
    return new WorkloadDetail(
        name,
        policy.stage(),
        replicas(),
        policy.minReplicas(),
        policy.maxReplicas(),
        now,
        w.unit(),
        policy.perReplica(),
        evidence(),
        notice(w, models),
        history(from, policy),
        ahead.map(f -> fanOf(f, now)),
        cards(ahead, now),
        promise(policy, now),
        lines);
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
      case Reading.Stale _, Reading.Partial _, Reading.Present _ -> {
        String trouble = models.trouble(w);
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
  private Optional<Forecast> forecast(Instant now, Models models) {
    if (Duration.between(fanAt, now).compareTo(FAN_LIFE) < 0) {
      return fan;
    }
    fanAt = now;
    TimeSeries recent =
        newestDecided
            .map(WorkloadTick.Decided::recent)
            .orElse(TimeSeries.empty(Instant.EPOCH, Duration.ofMinutes(1)));
    fan =
        recent.lastPresent() < 0
            ? Optional.empty()
            : models
                .of(workload.orElseThrow())
                .map(m -> m.forecast(recent, steps(m.stepSeconds()), FAN_LEVELS))
                .filter(f -> now.isBefore(f.expires()));
    return fan;
  }

  private static int steps(int stepSeconds) {
    return (int) (FAN.toSeconds() / stepSeconds);
  }

  private static Fan fanOf(Forecast f, Instant now) {
    int first = 0;
    while (first < f.steps() - 1 && !f.instantAt(first).isAfter(now)) {
      first++;
    }
    int points = Math.ceilDiv(f.steps() - first, FAN_STRIDE);
    double[][] paths = new double[f.levels().length][points];
    for (int i = 0; i < paths.length; i++) {
      for (int p = 0; p < points; p++) {
        paths[i][p] = f.quantiles()[i][first + p * FAN_STRIDE];
      }
    }
    return new Fan(
        f.instantAt(first).getEpochSecond(),
        f.stepSeconds() * FAN_STRIDE,
        paths[0],
        paths[1],
        paths[2],
        paths[4]);
  }

  private WorkloadDetail.Cards cards(Optional<Forecast> ahead, Instant now) {
    double p95 = Double.NaN;
    if (ahead.isPresent()) {
      Forecast f = ahead.get();
      Instant end = now.plus(Duration.ofHours(1));
      p95 = f.quantiles()[3][0];
      for (int h = 1; h < f.steps() && !f.instantAt(h).isAfter(end); h++) {
        p95 = Math.max(p95, f.quantiles()[3][h]);
      }
    }
    boolean compared = hpa.isPresent() && score.hpaReplicaMinutes > 0;
    return new WorkloadDetail.Cards(
        score.since,
        new ShortMinutes(score.shortMinutes, compared ? score.hpaShortMinutes : Double.NaN),
        compared ? 100 * (score.replicaMinutes / score.hpaReplicaMinutes - 1) : Double.NaN,
        ticks.size() == 0 ? Double.NaN : ticks.demand(ticks.size() - 1),
        p95,
        score.scored == 0 ? Double.NaN : 100.0 * score.below90 / score.scored,
        score.scored == 0 ? Double.NaN : 100.0 * score.below95 / score.scored);
  }

  private Optional<WorkloadDetail.Promise> promise(ScalingPolicy policy, Instant now) {
    return LiveHistory.promisedMinutes(policy.risk())
        .map(budget -> {
          double days =
              score.since.map(s -> Duration.between(s, now).toMinutes() / 1440.0).orElse(0.0);
          double pace = days < 0.25 ? Double.NaN : score.shortMinutes / days * 30;
          return new WorkloadDetail.Promise(budget, score.shortMinutes, pace);
        });
  }

  synchronized Optional<Why> why(Instant at) {
    return decisions.stream()
        .filter(k -> k.line().at().equals(at))
        .findFirst()
        .or(() -> newestDecided.filter(d -> d.at().equals(at)).map(WorkloadLog::keptOf))
        .map(WorkloadLog::explain);
  }

  private static Kept keptOf(WorkloadTick.Decided d) {
    int from = d.observation().target().specReplicas();
    boolean hold = d.decision().answer() instanceof Decision.Answer.Hold;
    DecisionLine line =
        new DecisionLine(
            d.at(), from, hold ? from : d.decision().proposed(), hold, d.decision().reason(), "");
    return new Kept(line, d.policy(), d.observation(), d.before(), d.decision());
  }

  private static Why explain(Kept kept) {
    List<Why.Line> lines = new ArrayList<>();
    for (Trace.Line line : AUTOSCALER.explain(kept.policy(), kept.observation(), kept.before())) {
      lines.add(
          new Why.Line(
              line.stage(),
              line.text(),
              line.replicas(),
              line.stage() == kept.decision().binding()));
    }
    DecisionLine d = kept.line();
    return new Why(d.at(), d.from(), d.to(), d.hold(), d.reason(), lines, nearest(kept));
  }

  /** The bound that is nearest to the decision, when it is within a quarter of the size. */
  private static Optional<String> nearest(Kept kept) {
    int to = kept.line().to();
    int max = kept.policy().maxReplicas();
    int min = kept.policy().minReplicas();
    int margin = Math.max(1, to / 4);
    if (max - to <= margin) {
      return Optional.of(max == to ? "at maxReplicas " + max : "maxReplicas is " + max);
    }
    return to - min <= margin
        ? Optional.of(min == to ? "at minReplicas " + min : "minReplicas is " + min)
        : Optional.empty();
  }
}
