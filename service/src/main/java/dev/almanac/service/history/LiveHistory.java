package dev.almanac.service.history;

import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.shadow.Ledger;
import dev.almanac.service.config.Workload;
import dev.almanac.service.loop.Models;
import dev.almanac.service.loop.TickListener;
import dev.almanac.service.loop.WorkloadTick;
import dev.almanac.service.view.FleetSummary;
import dev.almanac.service.view.LiveView;
import dev.almanac.service.view.Overview;
import dev.almanac.service.view.Why;
import dev.almanac.service.view.WorkloadDetail;
import dev.almanac.service.view.WorkloadName;
import dev.almanac.service.view.WorkloadRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Remembers the ticks of every workload for the page, inside a fixed budget of memory: with few
 * workloads a week of ticks, with ten thousand about an hour.
 */
public final class LiveHistory implements LiveView, TickListener {
  private static final long HISTORY_BYTES = 64L << 20;
  private static final int MOST_TICKS = 7 * 5_760;
  private static final int FEWEST_TICKS = 120;
  private static final int ALL_DECISIONS = 20_000;

  private final Models models;
  private final double speed;
  private final Optional<String> replay;
  private final Map<WorkloadName, WorkloadLog> logs = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Map<String, Ledger.Totals> restored = new ConcurrentHashMap<>();
  private volatile Instant now = Instant.EPOCH;
  private volatile int expected = 1;

  /**
   * A history without workloads.
   *
   * @param models for the forecast that is drawn
   * @param speed seconds of the loop's time in a second
   * @param replay what is replayed, empty in a cluster
   */
  public LiveHistory(Models models, double speed, Optional<String> replay) {
    this.models = models;
    this.speed = speed;
    this.replay = replay;
  }

  /** Forgets workloads that are no longer managed, and shares the memory among those that are. */
  public void manage(Collection<Workload> workloads) {
    expected = Math.max(1, workloads.size());
    logs.keySet().retainAll(workloads.stream().map(LiveHistory::nameOf).toList());
    restored.keySet().retainAll(workloads.stream().map(Workload::id).toList());
  }

  /** Goes on from the ledgers of an earlier process, by {@code namespace/name}. */
  public void restore(Map<String, Ledger.Totals> ledgers) {
    restored.putAll(ledgers);
  }

  /** What each workload's ledger has come to, by {@code namespace/name}. */
  public SortedMap<String, Ledger.Totals> ledgers() {
    SortedMap<String, Ledger.Totals> ledgers = new TreeMap<>(restored);
    logs.forEach((name, log) -> ledgers.put(name.namespace() + "/" + name.name(), log.ledger()));
    return ledgers;
  }

  @Override
  public void ticked(Instant at, List<WorkloadTick> outcomes) {
    for (WorkloadTick outcome : outcomes) {
      Workload workload = outcome.workload();
      logs.computeIfAbsent(
              nameOf(workload),
              _ ->
                  new WorkloadLog(
                      (int)
                          Math.clamp(
                              HISTORY_BYTES / WorkloadHistory.BYTES_PER_TICK / expected,
                              FEWEST_TICKS,
                              MOST_TICKS),
                      Math.clamp(ALL_DECISIONS / expected, 5, WorkloadDetail.MAX_DECISIONS),
                      restored.getOrDefault(workload.id(), Ledger.Totals.NONE)))
          .add(outcome);
    }
    now = at;
    listeners.forEach(Runnable::run);
  }

  private static WorkloadName nameOf(Workload workload) {
    return new WorkloadName(workload.namespace(), workload.name());
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public Overview overview() {
    Instant at = now;
    List<WorkloadRow> rows =
        logs.entrySet().stream().map(e -> e.getValue().row(e.getKey(), at, models)).toList();
    return new Overview(summary(rows, at), rows);
  }

  private FleetSummary summary(List<WorkloadRow> rows, Instant at) {
    int[] stages = new int[Stage.values().length];
    Instant oldest = at;
    boolean unknown = rows.isEmpty();
    for (WorkloadRow row : rows) {
      stages[row.stage().ordinal()]++;
      Optional<Instant> newest = row.evidence().newest();
      unknown |= newest.isEmpty();
      oldest = newest.filter(oldest::isAfter).orElse(oldest);
    }
    return new FleetSummary(
        at,
        speed,
        replay,
        unknown ? Optional.empty() : Optional.of(Duration.between(oldest, at)),
        new FleetSummary.StageCounts(
            stages[Stage.SHADOW.ordinal()],
            stages[Stage.FLOOR.ordinal()],
            stages[Stage.FULL.ordinal()]),
        Optional.of("this process"),
        true,
        false);
  }

  @Override
  public Optional<WorkloadDetail> workload(WorkloadName workload, Instant from) {
    return Optional.ofNullable(logs.get(workload)).map(l -> l.detail(workload, from, now, models));
  }

  @Override
  public Optional<Why> why(WorkloadName workload, Instant at) {
    return Optional.ofNullable(logs.get(workload)).flatMap(l -> l.why(at));
  }

  @Override
  public Subscription onTick(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
