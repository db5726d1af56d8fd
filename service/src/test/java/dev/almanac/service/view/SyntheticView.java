package dev.almanac.service.view;

import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.service.view.FleetSummary.StageCounts;
import dev.almanac.service.view.SyntheticWorkload.Plan;
import dev.almanac.service.view.WorkloadDetail.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntToDoubleFunction;

/** A made-up fleet that stands still until {@link #tick} moves its time. */
public final class SyntheticView implements LiveView {
  /** A Tuesday, some hours after the morning rise. */
  public static final Instant NOW = Instant.parse("2026-03-10T11:24:00Z");

  private static final Instant START = NOW.minus(Duration.ofDays(7)).minus(Duration.ofMinutes(684));
  private static final int NOW_MINUTE = (int) Duration.between(START, NOW).toMinutes();

  private final Map<WorkloadName, SyntheticWorkload> workloads = new LinkedHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final int furtherRows;
  private volatile Instant now = NOW;
  private volatile boolean paused;

  /** The six workloads. */
  public static SyntheticView sixWorkloads() {
    SyntheticView view = new SyntheticView(0);
    view.add(
        plan("shop", "web", Stage.FULL, 62, 3, 60, 10, 0.028, SyntheticView::morning)
            .promise(30, 11, 17)
            .order(1));
    view.add(
        plan("search", "api", Stage.FULL, 40, 4, 24, 3, 0.05, m -> 0.36 * morning(m - 35))
            .promise(30, 27, 33)
            .order(2));
    view.add(
        plan("jobs", "mailer", Stage.FLOOR, 12, 2, 10, 2, 0.06, m -> 38 + 12 * wave(m, 600))
            .silentSince(NOW_MINUTE - 4)
            .promise(30, 0, 0)
            .order(3));
    view.add(
        plan("shop", "checkout", Stage.FLOOR, 25, 2, 30, 3, 0.05, m -> 150 + 60 * wave(m, 840))
            .promise(30, 2, 3)
            .order(4));
    view.add(
        plan("media", "resize", Stage.SHADOW, 8, 1, 20, 2, 0.25, m -> 16 + 3 * wave(m, 700))
            .order(5));
    view.add(
        plan("data", "ingest", Stage.SHADOW, 300, 2, 12, 4, 0.08, m -> m % 60 < 9 ? 860 : 620)
            .order(6));
    return view;
  }

  /** A fleet of that many rows, without histories. */
  public static SyntheticView rows(int count) {
    return new SyntheticView(count);
  }

  /** Nothing to show. */
  public static SyntheticView empty() {
    return new SyntheticView(0);
  }

  private SyntheticView(int furtherRows) {
    this.furtherRows = furtherRows;
  }

  private static double wave(int minute, int peak) {
    return Math.cos(2 * Math.PI * (minute % 1440 - peak) / 1440.0);
  }

  /** Quiet nights, a steep rise from eight, a noon dip, evenings that fade. */
  private static double morning(int minute) {
    int m = Math.floorMod(minute, 1440);
    double rise = 1 / (1 + Math.exp(-(m - 530) / 10.0));
    double fall = 1 / (1 + Math.exp((m - 1130) / 55.0));
    double lunch = 1 - 0.16 * Math.exp(-Math.pow((m - 745) / 40.0, 2));
    double ripple = 1 + 0.05 * Math.sin(m / 23.0);
    int day = Math.floorDiv(minute, 1440);
    return 230 + (1750 + 40 * day) * rise * fall * lunch * ripple;
  }

  private record Draft(Plan plan) {
    Draft promise(double budget, double used, double pace) {
      return with(
          Optional.of(new Promise(budget, used, pace)), plan.silentFromMinute(), plan.riskOrder());
    }

    Draft silentSince(int minute) {
      return with(plan.promise(), Optional.of(minute), plan.riskOrder());
    }

    Plan order(int order) {
      return with(plan.promise(), plan.silentFromMinute(), order).plan;
    }

    private Draft with(Optional<Promise> promise, Optional<Integer> silent, int order) {
      return new Draft(
          new Plan(
              plan.name(),
              plan.stage(),
              plan.perReplica(),
              plan.min(),
              plan.max(),
              plan.leadMinutes(),
              plan.noise(),
              plan.demandByMinute(),
              promise,
              silent,
              order));
    }
  }

  private static Draft plan(
      String namespace,
      String name,
      Stage stage,
      double perReplica,
      int min,
      int max,
      int leadMinutes,
      double noise,
      IntToDoubleFunction demand) {
    return new Draft(
        new Plan(
            new WorkloadName(namespace, name),
            stage,
            perReplica,
            min,
            max,
            leadMinutes,
            noise,
            demand,
            Optional.empty(),
            Optional.empty(),
            0));
  }

  private void add(Plan plan) {
    workloads.put(
        plan.name(), new SyntheticWorkload(plan, START.getEpochSecond(), 17 + workloads.size()));
  }

  /** Moves time and tells the listeners. */
  public void tick(Duration step) {
    now = now.plus(step);
    listeners.forEach(Runnable::run);
  }

  /** Switches all writing off. */
  public void pause() {
    paused = true;
    listeners.forEach(Runnable::run);
  }

  /** How many listen. */
  public int listeners() {
    return listeners.size();
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public Overview overview() {
    Instant at = now;
    List<WorkloadRow> rows = new ArrayList<>();
    workloads.values().forEach(w -> rows.add(w.row(at)));
    for (int i = 0; i < furtherRows; i++) {
      rows.add(furtherRow(i, at));
    }
    StageCounts stages =
        new StageCounts(
            (int) rows.stream().filter(r -> r.stage() == Stage.SHADOW).count(),
            (int) rows.stream().filter(r -> r.stage() == Stage.FLOOR).count(),
            (int) rows.stream().filter(r -> r.stage() == Stage.FULL).count());
    Optional<Duration> age =
        rows.stream()
            .flatMap(r -> r.evidence().newest().stream())
            .min(Instant::compareTo)
            .map(oldest -> Duration.between(oldest, at));
    return new Overview(
        new FleetSummary(
            at, 1, Optional.empty(), age, stages, Optional.of("almanac-0"), true, paused),
        rows);
  }

  private static WorkloadRow furtherRow(int i, Instant at) {
    int size = 2 + i % 37;
    return new WorkloadRow(
        new WorkloadName("team-" + i % 40, "service-" + i),
        Stage.values()[i % 3],
        Optional.of(new Replicas(size, size + (i % 5 == 0 ? 1 : 0), size)),
        ReasonCode.STEADY,
        Optional.empty(),
        Optional.of(new WorkloadRow.Next("peaks", Optional.of(at.plusSeconds(600L + i)))),
        new ShortMinutes(i % 9, i % 70),
        new Evidence(Evidence.Kind.FRESH, Optional.of(at.minusSeconds(9))),
        i);
  }

  @Override
  public Optional<WorkloadDetail> workload(WorkloadName workload, Instant from) {
    return Optional.ofNullable(workloads.get(workload)).map(w -> w.detail(from, now, "req/s"));
  }

  @Override
  public Optional<Why> why(WorkloadName workload, Instant at) {
    return Optional.ofNullable(workloads.get(workload)).flatMap(w -> w.why(at, now));
  }

  @Override
  public Subscription onTick(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
