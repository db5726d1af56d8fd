package dev.almanac.service.loop;

import dev.almanac.predictor.capacity.Capacity;
import dev.almanac.predictor.capacity.LearnedCapacity;
import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.forecast.Forecaster;
import dev.almanac.predictor.metrics.MetricSource;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.PricedForecast;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Trust;
import dev.almanac.predictor.scaling.shadow.PricedModel;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.config.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fitted model of each workload, refitted hourly off the tick path. A tick takes whatever model
 * is there; it never waits for a fit.
 */
public final class Models {
  private static final Logger LOG = LoggerFactory.getLogger(Models.class);

  /** Step of the history, of the recent samples and of the forecast. */
  public static final Duration STEP = Duration.ofMinutes(1);

  /**
   * How much history a fit reads: enough for a week's season, with one more week to learn it on.
   */
  public static final Duration HISTORY = Duration.ofDays(21);

  private static final Duration REFIT = Duration.ofHours(1);
  private static final Duration RETRY = Duration.ofMinutes(1);

  private final Forecaster forecaster;
  private final Function<String, MetricSource> sources;
  private final Executor fits;
  private final Map<String, Fit> byWorkload = new ConcurrentHashMap<>();
  private final AtomicLong fitted = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  /** A workload's model and when to look at it again. */
  private static final class Fit {
    volatile Optional<FittedModel> model = Optional.empty();
    volatile Instant due;
    volatile boolean running;
    volatile String trouble = "not fitted yet";
    volatile Workload workload;
    volatile LearnedCapacity capacity = LearnedCapacity.none();
    volatile Optional<PricedModel> priced = Optional.empty();
    volatile StartUpTimes startUpTimes = StartUpTimes.none();

    Fit(Instant due, Workload workload) {
      this.due = due;
      this.workload = workload;
    }
  }

  /**
   * Starts without models.
   *
   * @param fits where fits run: a bounded pool, since a fit keeps a core busy; a direct executor in
   *     virtual time
   */
  public Models(Forecaster forecaster, Function<String, MetricSource> sources, Executor fits) {
    this.forecaster = forecaster;
    this.sources = sources;
    this.fits = fits;
  }

  /** The model of a workload, empty until its first fit has succeeded. */
  public Optional<FittedModel> of(Workload workload) {
    Fit fit = byWorkload.get(workload.id());
    return fit == null ? Optional.empty() : fit.model;
  }

  /** The windows ahead of a workload, from its recent demand; empty until they are fitted. */
  public Optional<PricedForecast> windows(Workload workload, TimeSeries recent) {
    Fit fit = byWorkload.get(workload.id());
    return fit == null ? Optional.empty() : fit.priced.flatMap(p -> p.forecast(recent));
  }

  /** What is known of how much demand a replica of a workload serves. */
  public LearnedCapacity capacity(Workload workload) {
    Fit fit = byWorkload.get(workload.id());
    return fit == null ? LearnedCapacity.none() : fit.capacity;
  }

  /** A workload's policy, with the capacity that was learned where it gives none. */
  public ScalingPolicy policy(Workload workload) {
    return withCapacity(workload, capacity(workload));
  }

  private static ScalingPolicy withCapacity(Workload workload, LearnedCapacity learned) {
    ScalingPolicy policy = workload.policy();
    return policy.capacity().isPresent() || learned.perReplica().isEmpty()
        ? policy
        : policy.withPerReplica(learned.perReplica().getAsDouble());
  }

  /** How far a workload's forecasts have earned to be followed. */
  public Trust trust(Workload workload) {
    if (workload.policy().capacity().isEmpty() && capacity(workload).perReplica().isEmpty()) {
      return Trust.CAPACITY_UNKNOWN;
    }
    Fit fit = byWorkload.get(workload.id());
    return fit == null
        ? Trust.NOT_SCORED
        : fit.priced.map(PricedModel::trust).orElse(Trust.NOT_SCORED);
  }

  /** Tells how long pods were seen to take; the next fit looks so far ahead. */
  public void measured(Workload workload, StartUpTimes times) {
    Fit fit = byWorkload.get(workload.id());
    if (fit != null) {
      fit.startUpTimes = times;
    }
  }

  /** Why there is no model, or why the last refit failed; empty when all is well. */
  public String trouble(Workload workload) {
    Fit fit = byWorkload.get(workload.id());
    return fit == null ? "not fitted yet" : fit.trouble;
  }

  /** Fits that succeeded. */
  public long fitted() {
    return fitted.get();
  }

  /** Fits that failed or found no history. */
  public long failed() {
    return failed.get();
  }

  /** Forgets workloads that are no longer configured. */
  public void retain(Collection<String> ids) {
    byWorkload.keySet().retainAll(ids);
  }

  /**
   * Starts the fits that are due, spread over the hour by workload, and those of workloads whose
   * calendar has changed; returns at once.
   */
  public void refitDue(Collection<Workload> workloads, Instant now) {
    for (Workload workload : workloads) {
      Fit fit = byWorkload.computeIfAbsent(workload.id(), _ -> new Fit(now, workload));
      boolean due = !now.isBefore(fit.due) || !workload.equals(fit.workload);
      if (!fit.running && due) {
        fit.running = true;
        fit.workload = workload;
        fits.execute(() -> refit(workload, fit, now));
      }
    }
  }

  private void refit(Workload workload, Fit fit, Instant now) {
    try {
      SeriesReading reading =
          sources.apply(workload.sourceName()).past(workload.query(), now, HISTORY, STEP);
      TimeSeries history = reading.seriesOrEmpty();
      if (history.lastPresent() < 0) {
        retryLater(workload, fit, now, "no history: " + describe(reading));
        return;
      }
      fit.model = Optional.of(forecaster.fit(history, workload.calendar()));
      fit.capacity = learn(workload, fit.capacity, history, now);
      ScalingPolicy policy = withCapacity(workload, fit.capacity);
      Duration leadTime = Autoscaler.leadTime(policy, fit.startUpTimes);
      fit.priced =
          PricedModel.next(fit.priced, history, workload.calendar(), policy, leadTime, now);
      fit.trouble = "";
      fit.due = now.plus(REFIT).plus(jitter(workload));
      fitted.incrementAndGet();
    } catch (RuntimeException e) {
      LOG.warn("fitting {} failed; the last model stays until it expires", workload.id(), e);
      retryLater(workload, fit, now, "fit failed: " + e.getMessage());
    } finally {
      fit.running = false;
    }
  }

  /** Looks at how busy pods were, where the policy does not say what one of them serves. */
  private LearnedCapacity learn(
      Workload workload, LearnedCapacity last, TimeSeries demand, Instant now) {
    if (workload.policy().capacity().isPresent() || workload.usage().isEmpty()) {
      return LearnedCapacity.none();
    }
    Workload.Usage usage = workload.usage().get();
    LearnedCapacity next =
        last.next(
            demand,
            history(workload, usage.pods(), now),
            history(workload, usage.query(), now),
            usage.most(),
            usage.ceiling(),
            now);
    if (!next.capacity().equals(last.capacity())) {
      LOG.info("{}: capacity of a replica: {}", workload.id(), describe(next.capacity()));
    }
    return next;
  }

  private TimeSeries history(Workload workload, String template, Instant now) {
    return sources
        .apply(workload.sourceName())
        .past(workload.filled(template), now, HISTORY, STEP)
        .seriesOrEmpty();
  }

  private static String describe(Capacity capacity) {
    return switch (capacity) {
      case Capacity.Learned l ->
          "%.4g, between %.4g and %.4g, from %d minutes"
              .formatted(l.perReplica(), l.low(), l.high(), l.minutes());
      case Capacity.Refused(var why, String detail) -> "not known (%s): %s".formatted(why, detail);
    };
  }

  private void retryLater(Workload workload, Fit fit, Instant now, String why) {
    if (!why.equals(fit.trouble)) {
      LOG.warn("{}: {}; trying again in {} s", workload.id(), why, RETRY.toSeconds());
    }
    fit.trouble = why;
    fit.due = now.plus(RETRY);
    failed.incrementAndGet();
  }

  private static String describe(SeriesReading reading) {
    return switch (reading) {
      case SeriesReading.NoData(String detail) -> detail;
      case SeriesReading.Invalid(String detail) -> detail;
      case SeriesReading.Present _, SeriesReading.Partial _ -> "all samples are absent";
    };
  }

  /** Up to six minutes, fixed by the workload's name, so that a fleet does not refit at once. */
  private static Duration jitter(Workload workload) {
    return Duration.ofSeconds(Math.floorMod(workload.id().hashCode(), 360));
  }
}
