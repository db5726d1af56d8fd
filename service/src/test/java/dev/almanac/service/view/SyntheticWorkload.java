package dev.almanac.service.view;

import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.StageName;
import dev.almanac.predictor.scaling.Trust;
import dev.almanac.predictor.scaling.shadow.Ledger;
import dev.almanac.service.view.Evidence.Kind;
import dev.almanac.service.view.WorkloadDetail.Cards;
import dev.almanac.service.view.WorkloadDetail.Notice;
import dev.almanac.service.view.WorkloadDetail.Promise;
import dev.almanac.service.view.WorkloadRow.Hold;
import dev.almanac.service.view.WorkloadRow.Next;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Eight days of one made-up workload, a point a minute: demand with noise, a forecast that knows
 * its shape, a plain HPA at 70 % and a size bought ahead, both with the same start-up time.
 */
final class SyntheticWorkload {
  static final int STEP_SECONDS = 60;
  static final int MINUTES = 8 * 24 * 60;

  /** What is different from one workload to the next. */
  record Plan(
      WorkloadName name,
      Stage stage,
      double perReplica,
      int min,
      int max,
      int leadMinutes,
      double noise,
      IntToDoubleFunction demandByMinute,
      Optional<Promise> promise,
      Optional<Integer> silentFromMinute,
      int riskOrder) {}

  final Plan plan;
  private final long start;
  private final double[] demand;
  private final double[] needed;
  private final double[] issuedP90;
  private final double[] desired;
  private final double[] ready;
  private final double[] hpa;
  private final boolean[] isShort;
  private final boolean[] hpaShort;

  SyntheticWorkload(Plan plan, long startEpochSecond, long seed) {
    this.plan = plan;
    this.start = startEpochSecond;
    Random random = new Random(seed);
    double drift = 0;
    demand = new double[MINUTES];
    for (int i = 0; i < MINUTES; i++) {
      drift = 0.9 * drift + plan.noise * 0.45 * random.nextGaussian();
      double jitter = plan.noise * 0.4 * random.nextGaussian();
      demand[i] = Math.max(0, plan.demandByMinute.applyAsDouble(i) * (1 + drift + jitter));
    }
    plan.silentFromMinute.ifPresent(from -> Arrays.fill(demand, from, MINUTES, Double.NaN));
    needed = Arrays.stream(demand).map(d -> d / plan.perReplica).toArray();
    issuedP90 =
        IntStream.range(0, MINUTES).mapToDouble(i -> quantile(i, plan.leadMinutes, 1.28)).toArray();
    double[] hpaWants = hpaWants();
    double[] ours = ours();
    desired = new double[MINUTES];
    for (int i = 0; i < MINUTES; i++) {
      desired[i] =
          switch (plan.stage) {
            case SHADOW -> hpaWants[i];
            case FLOOR -> Math.max(hpaWants[i], ours[i]);
            case FULL -> ours[i];
          };
    }
    hpa = started(hpaWants);
    ready = started(desired);
    isShort = missing(ready);
    hpaShort = missing(hpa);
  }

  private double quantile(int minute, int ahead, double z) {
    double spread = plan.noise * Math.min(4.5, 1.15 + 0.16 * Math.sqrt(ahead));
    return plan.demandByMinute.applyAsDouble(minute) * Math.exp(z * spread - 0.2 * spread * spread);
  }

  private double[] hpaWants() {
    double[] wants = new double[MINUTES];
    double now = Math.ceil(needed[0] / 0.7);
    double[] raw = new double[MINUTES];
    for (int i = 0; i < MINUTES; i++) {
      double seen = demand[Math.max(0, i - 1)];
      double target = Math.ceil(seen / (plan.perReplica * 0.7));
      boolean within = Math.abs(seen / (plan.perReplica * 0.7 * now) - 1) <= 0.1;
      raw[i] = Double.isNaN(seen) || within ? now : Math.clamp(target, plan.min, plan.max);
      double highest = raw[i];
      for (int j = Math.max(0, i - 5); j < i; j++) {
        highest = Math.max(highest, raw[j]);
      }
      now = raw[i] > now ? raw[i] : Math.min(now, highest);
      wants[i] = now;
    }
    return wants;
  }

  private double[] ours() {
    double[] wants = new double[MINUTES];
    double now = plan.min;
    int above = 0;
    for (int i = 0; i < MINUTES; i++) {
      double most = 0;
      for (int ahead = 0; ahead <= plan.leadMinutes + 3; ahead++) {
        most = Math.max(most, quantile(Math.min(MINUTES - 1, i + ahead), ahead, 1.65));
      }
      double seen = demand[Math.max(0, i - 1)];
      double want = Math.ceil(Math.max(most, Double.isNaN(seen) ? 0 : seen) / plan.perReplica);
      want = Math.clamp(want, plan.min, plan.max);
      if (Double.isNaN(seen)) {
        want = now;
      }
      above = want < now ? above + 1 : 0;
      if (want > now || above >= 8) {
        now = want > now ? want : Math.max(want, now - Math.max(1, Math.floor(now / 8)));
        above = 0;
      }
      wants[i] = now;
    }
    return wants;
  }

  /** A replica serves once it has been wanted for the whole start-up time. */
  private double[] started(double[] wanted) {
    double[] serving = new double[MINUTES];
    for (int i = 0; i < MINUTES; i++) {
      serving[i] = wanted[i];
      for (int j = Math.max(0, i - plan.leadMinutes); j < i; j++) {
        serving[i] = Math.min(serving[i], wanted[j]);
      }
    }
    return serving;
  }

  private boolean[] missing(double[] serving) {
    boolean[] missing = new boolean[MINUTES];
    for (int i = 0; i < MINUTES; i++) {
      missing[i] = needed[i] > serving[i];
    }
    return missing;
  }

  private int at(Instant now) {
    return Math.clamp((now.getEpochSecond() - start) / STEP_SECONDS, 0, MINUTES - 1);
  }

  private Instant instant(int minute) {
    return Instant.ofEpochSecond(start + (long) minute * STEP_SECONDS);
  }

  private boolean silent(int minute) {
    return Double.isNaN(demand[minute]);
  }

  private Evidence evidence(int minute) {
    return silent(minute)
        ? new Evidence(Kind.NO_DATA, plan.silentFromMinute.map(m -> instant(m - 1)))
        : new Evidence(Kind.FRESH, Optional.of(instant(minute).minusSeconds(12)));
  }

  private Replicas replicas(int i) {
    return new Replicas((int) desired[i], (int) desired[i], (int) ready[i]);
  }

  WorkloadRow row(Instant now) {
    int i = at(now);
    Optional<Hold> hold =
        silent(i)
            ? Optional.of(
                new Hold(
                    "no data from cluster-prometheus", plan.silentFromMinute.map(this::instant)))
            : Optional.empty();
    return new WorkloadRow(
        plan.name,
        plan.stage,
        Optional.of(replicas(i)),
        silent(i) ? ReasonCode.NO_DATA : reason(i),
        hold,
        next(i),
        shortMinutes(i),
        evidence(i),
        plan.riskOrder);
  }

  private ReasonCode reason(int i) {
    if (plan.stage == Stage.SHADOW) {
      return ReasonCode.SHADOW;
    }
    return desired[i] == desired[Math.max(0, i - 1)] ? ReasonCode.STEADY : ReasonCode.FORECAST;
  }

  private Optional<Next> next(int i) {
    if (silent(i)) {
      return Optional.empty();
    }
    int peak = i;
    for (int j = i; j < Math.min(MINUTES, i + 240); j++) {
      double wanted = quantile(j, j - i, 1.65) / plan.perReplica;
      if (wanted > plan.max && desired[i] < plan.max) {
        return Optional.of(new Next("at max", Optional.of(instant(j))));
      }
      if (quantile(j, 0, 0) > quantile(peak, 0, 0)) {
        peak = j;
      }
    }
    return quantile(peak, 0, 0) > 1.1 * quantile(i, 0, 0)
        ? Optional.of(new Next("peaks", Optional.of(instant(peak))))
        : Optional.of(new Next("steady", Optional.empty()));
  }

  private ShortMinutes shortMinutes(int i) {
    return new ShortMinutes(count(isShort, i), count(hpaShort, i));
  }

  private static double count(boolean[] flags, int end) {
    return IntStream.range(0, end + 1).filter(j -> flags[j]).count();
  }

  WorkloadDetail detail(Instant from, Instant now, String unit) {
    int i = at(now);
    int first = Math.clamp(Math.ceilDiv(from.getEpochSecond() - start, STEP_SECONDS), 0, i + 1);
    History history =
        new History(
            start + (long) first * STEP_SECONDS,
            STEP_SECONDS,
            Arrays.copyOfRange(demand, first, i + 1),
            Arrays.copyOfRange(issuedP90, first, i + 1),
            Arrays.copyOfRange(needed, first, i + 1),
            Arrays.copyOfRange(ready, first, i + 1),
            Arrays.copyOfRange(desired, first, i + 1),
            Arrays.copyOfRange(hpa, first, i + 1),
            Arrays.copyOfRange(isShort, first, i + 1),
            Arrays.copyOfRange(hpaShort, first, i + 1));
    Optional<Notice> notice =
        silent(i)
            ? Optional.of(
                new Notice(
                    "No data from cluster-prometheus: holding %.0f replicas".formatted(desired[i]),
                    plan.silentFromMinute.map(this::instant),
                    "connection refused by prometheus.monitoring:9090",
                    "start it, or name another address in MetricSource cluster-prometheus; decisions"
                        + " resume by themselves"))
            : Optional.empty();
    return new WorkloadDetail(
        plan.name,
        plan.stage,
        Optional.of(Trust.NOT_SCORED),
        Optional.of(replicas(i)),
        plan.min,
        plan.max,
        now,
        unit,
        plan.perReplica,
        Optional.empty(),
        Optional.of(
            new WorkloadDetail.LeadTime(
                Duration.ofMinutes(plan.leadMinutes),
                false,
                37,
                Optional.of(Duration.ofSeconds(48)),
                Optional.empty())),
        evidence(i),
        notice,
        history,
        silent(i) ? Optional.empty() : Optional.of(fan(i)),
        cards(i),
        plan.promise,
        ledger(i),
        0.04,
        decisions(i));
  }

  private Fan fan(int i) {
    int n = Math.min(6 * 60, MINUTES - 1 - i);
    double last = Math.log(demand[i] / plan.demandByMinute.applyAsDouble(i));
    double[][] paths = new double[4][n];
    double[] z = {-1.28, 0, 1.28, 2.33};
    for (int h = 0; h < n; h++) {
      // The last surprise fades within half an hour.
      double carried = Math.exp(last * Math.exp(-h / 30.0));
      for (int q = 0; q < z.length; q++) {
        paths[q][h] = carried * quantile(i + 1 + h, h + 1, z[q]);
      }
    }
    return new Fan(
        instant(i + 1).getEpochSecond(), STEP_SECONDS, paths[0], paths[1], paths[2], paths[3]);
  }

  private Cards cards(int i) {
    double ours = 0;
    double theirs = 0;
    double held = 0;
    double held95 = 0;
    double scored = 0;
    for (int j = 0; j <= i; j++) {
      ours += desired[j];
      theirs += hpa[j];
      if (!silent(j)) {
        scored++;
        held += demand[j] <= issuedP90[j] ? 1 : 0;
        held95 += demand[j] <= quantile(j, plan.leadMinutes, 1.65) ? 1 : 0;
      }
    }
    double nextHour = Double.NaN;
    if (!silent(i)) {
      nextHour =
          IntStream.range(1, 61)
              .mapToDouble(h -> quantile(i + h, h, 1.65))
              .max()
              .orElse(Double.NaN);
    }
    return new Cards(
        Optional.of(instant(0)),
        shortMinutes(i),
        100 * (ours / theirs - 1),
        demand[i],
        nextHour,
        100 * held / scored,
        100 * held95 / scored);
  }

  private Ledger.Totals ledger(int i) {
    double hours = (i + 1) / 60.0;
    double replicas = plan.min + 4;
    return new Ledger.Totals(
        Optional.of(instant(0)),
        hours,
        new Ledger.Column(replicas * hours, shortMinutes(i).almanac()),
        new Ledger.Column((replicas + 1) * hours, shortMinutes(i).plainHpa()),
        new Ledger.Column((replicas - 0.5) * hours, shortMinutes(i).almanac()),
        new Ledger.Column((replicas - 2) * hours, 0));
  }

  private List<DecisionLine> decisions(int i) {
    List<DecisionLine> list = new ArrayList<>();
    for (int j = Math.max(1, i - 2 * 1440); j <= i; j++) {
      int from = (int) desired[j - 1];
      int to = (int) desired[j];
      if (silent(j) && !silent(j - 1)) {
        list.add(
            new DecisionLine(
                instant(j), from, from, true, ReasonCode.NO_DATA, "no demand: connection refused"));
      } else if (from != to) {
        ReasonCode reason = plan.stage == Stage.SHADOW ? ReasonCode.REACTIVE : ReasonCode.FORECAST;
        String text =
            to > from
                ? "p95 of the window's maximum is %s, needs %d".formatted(show(windowMax(j)), to)
                : "need has stayed below %d for 8 min".formatted(from);
        list.add(new DecisionLine(instant(j), from, to, false, reason, text));
      }
    }
    Collections.reverse(list);
    return list;
  }

  private double windowMax(int i) {
    return IntStream.rangeClosed(0, plan.leadMinutes + 3)
        .mapToDouble(h -> quantile(Math.min(MINUTES - 1, i + h), h, 1.65))
        .max()
        .orElse(Double.NaN);
  }

  Optional<Why> why(Instant at, Instant now) {
    int i = at(at);
    if (i < 1 || at.isAfter(now)) {
      return Optional.empty();
    }
    int from = (int) desired[i - 1];
    int to = (int) desired[i];
    boolean hold = silent(i);
    int reactive = (int) Math.clamp(Math.ceil(needed[i] / 0.7), plan.min, plan.max);
    List<Why.Line> lines = new ArrayList<>();
    lines.add(
        hold
            ? line(StageName.EVIDENCE, "no demand: connection refused; none: NO_DATA", from)
            : line(
                StageName.EVIDENCE,
                "demand %s, 12 s old; up, down".formatted(show(demand[i])),
                from));
    if (!hold) {
      lines.add(
          line(
              StageName.REACTIVE,
              "%s at %s a replica x 70 %% -> %d"
                  .formatted(show(demand[i]), show(plan.perReplica), reactive),
              reactive));
      lines.add(
          line(
              StageName.NEED,
              "highest demand within %d min 0 s: p95 %s, needs %d"
                  .formatted(plan.leadMinutes + 3, show(windowMax(i)), to),
              to));
      lines.add(
          line(
              StageName.HOLD,
              to > from
                  ? "%d is below the band, rise to %d".formatted(from, to)
                  : "%d is above the band, decision 32 of 40: wait".formatted(from),
              to));
      lines.add(
          line(
              StageName.MERGE,
              "stage %s: forecast %d, reactive %d".formatted(plan.stage, to, reactive),
              to));
    }
    lines.add(
        line(
            StageName.GUARDS,
            hold ? "NO_DATA (binding)" : "bounds %d to %d kept".formatted(plan.min, plan.max),
            to));
    StageName binding = hold ? StageName.GUARDS : from == to ? StageName.HOLD : StageName.NEED;
    return Optional.of(
        new Why(
            instant(i),
            from,
            to,
            hold,
            hold ? ReasonCode.NO_DATA : ReasonCode.FORECAST,
            lines.stream()
                .map(l -> new Why.Line(l.stage(), l.text(), l.replicas(), l.stage() == binding))
                .toList(),
            hold
                ? Optional.of("any reading of demand would end the hold")
                : Optional.of(
                    "%d once the window's p95 passes %s"
                        .formatted(to + 1, show(to * plan.perReplica)))));
  }

  private static Why.Line line(StageName stage, String text, int replicas) {
    return new Why.Line(stage, text, replicas, false);
  }

  private static String show(double value) {
    return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.1f", value);
  }
}
