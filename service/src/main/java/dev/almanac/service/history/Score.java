package dev.almanac.service.history;

import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.Risk;
import dev.almanac.predictor.scaling.shadow.Ledger;
import dev.almanac.service.loop.WorkloadTick;
import dev.almanac.service.view.ShortMinutes;
import dev.almanac.service.view.WorkloadDetail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What has been counted of one workload since its first decision: minutes short and
 * replica-minutes, beside those of a plain HPA, and how often demand stayed below what the forecast
 * had promised one lead time ahead. Not for use by two threads at once.
 */
final class Score {
  /** Forecasts that wait for their instant; a lead time has far fewer ticks. */
  private static final int MOST_ISSUED = 1_000;

  /** Before so much of a day has been seen, a pace would be an accident. */
  private static final double FEWEST_DAYS = 0.25;

  private static final double DAYS_PER_MONTH = 30;

  private final Deque<Issued> issued = new ArrayDeque<>();
  private Optional<Instant> since = Optional.empty();
  private double shortMinutes;
  private double hpaShortMinutes;
  private double replicaMinutes;
  private double hpaReplicaMinutes;
  private long scored;
  private long below90;
  private long below95;

  /** A forecast for an instant, made one lead time before it. */
  private record Issued(long epochMillis, double p90, double p95) {}

  /** Counts a decision and the time until the next one. */
  void count(WorkloadTick.Decided d, boolean isShort, Optional<Ledger.Held> plain) {
    since = Optional.of(since.orElse(d.at()));
    double minutes = d.policy().interval().toMillis() / 60_000.0;
    replicaMinutes += d.desired() * minutes;
    shortMinutes += isShort ? minutes : 0;
    plain.ifPresent(tick -> {
      hpaReplicaMinutes += tick.replicas() * minutes;
      hpaShortMinutes += tick.isShort() ? minutes : 0;
    });
  }

  /** Remembers what this tick's forecast says for the instant one lead time ahead. */
  void issue(WorkloadTick.Decided d) {
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
    if (p90 >= 0 && p95 >= 0 && issued.size() < MOST_ISSUED) {
      issued.add(
          new Issued(target.toEpochMilli(), f.quantiles()[p90][step], f.quantiles()[p95][step]));
    }
  }

  /** The p90 that was issued for this instant, scored against what came; NaN without one. */
  double issuedFor(long epochMillis, double demand) {
    Optional<Issued> found = Optional.empty();
    while (!issued.isEmpty() && issued.peek().epochMillis() <= epochMillis) {
      found = Optional.of(issued.remove());
    }
    if (found.isEmpty()) {
      return Double.NaN;
    }
    if (!Double.isNaN(demand)) {
      scored++;
      below90 += demand <= found.get().p90() ? 1 : 0;
      below95 += demand <= found.get().p95() ? 1 : 0;
    }
    return found.get().p90();
  }

  private boolean compared() {
    return hpaReplicaMinutes > 0;
  }

  ShortMinutes shortMinutes() {
    return new ShortMinutes(shortMinutes, compared() ? hpaShortMinutes : Double.NaN);
  }

  /**
   * The figures over the charts.
   *
   * @param demandNow newest demand, NaN when it is not known
   * @param nextHourP95 NaN without a forecast
   */
  WorkloadDetail.Cards cards(double demandNow, double nextHourP95) {
    return new WorkloadDetail.Cards(
        since,
        shortMinutes(),
        compared() ? 100 * (replicaMinutes / hpaReplicaMinutes - 1) : Double.NaN,
        demandNow,
        nextHourP95,
        scored == 0 ? Double.NaN : 100.0 * below90 / scored,
        scored == 0 ? Double.NaN : 100.0 * below95 / scored);
  }

  /** The promise of a risk and what has been used of it; empty when it is none of short time. */
  Optional<WorkloadDetail.Promise> promise(Risk risk, Instant now) {
    if (!(risk instanceof Risk.ShortTimePerMonth(Duration budget))) {
      return Optional.empty();
    }
    double days = since.map(s -> Duration.between(s, now).toMinutes() / 1440.0).orElse(0.0);
    double pace = days < FEWEST_DAYS ? Double.NaN : shortMinutes / days * DAYS_PER_MONTH;
    return Optional.of(
        new WorkloadDetail.Promise(budget.toMillis() / 60_000.0, shortMinutes, pace));
  }
}
