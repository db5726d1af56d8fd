package dev.almanac.service.telemetry;

import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Actuation;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.Trust;
import dev.almanac.predictor.scaling.shadow.Ledger;
import dev.almanac.service.loop.TickListener;
import dev.almanac.service.loop.WorkloadTick;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The service's own metrics, in the Prometheus text format. Names and labels are documented in
 * docs/reference/metrics.md; a test holds the two together. Labels per workload are bounded: the
 * first {@value #MOST_WORKLOADS} workloads have series of their own.
 */
public final class Telemetry implements TickListener {
  static final int MOST_WORKLOADS = 1_000;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter ticks = counter("almanac_ticks", "Ticks of the control loop.");
  private final Counter decisions =
      counter("almanac_decisions", "Decisions by reason code.", "reason");
  private final Counter skipped =
      counter("almanac_skipped", "Workloads left without a decision in a tick.", "cause");
  private final Counter readings =
      counter("almanac_readings", "Readings of demand by kind.", "kind");
  private final Counter writes = counter("almanac_writes", "Writes of replicas.", "result");
  private final Gauge workloads =
      gauge("almanac_workloads", "Workloads by stage of trust.", "stage");
  private final Gauge desired =
      gauge("almanac_desired_replicas", "Replicas asked for.", "namespace", "name");
  private final Gauge ready =
      gauge("almanac_ready_replicas", "Replicas that serve.", "namespace", "name");
  private final Gauge leadTime =
      gauge(
          "almanac_lead_time_seconds",
          "Time that a rise is ordered ahead, and the P90 of start-ups behind it.",
          "namespace",
          "name",
          "of");
  private final Gauge perReplica =
      gauge(
          "almanac_per_replica",
          "Demand that one replica serves, given or learned; NaN while it is not known.",
          "namespace",
          "name");
  private final Gauge price =
      gauge(
          "almanac_replica_hour_price",
          "Price of a replica for an hour, in the currency of its document.",
          "namespace",
          "name");
  private final Gauge trust =
      gauge(
          "almanac_trust",
          "Stage that a forecast has earned: 0 Shadow, 1 Floor, 2 Full.",
          "namespace",
          "name",
          "cause");
  private final Gauge demand =
      gauge("almanac_demand", "Newest demand, in the workload's own unit.", "namespace", "name");
  private final Histogram tickSeconds =
      Histogram.builder()
          .name("almanac_tick_duration_seconds")
          .help("Time that one tick over all workloads took.")
          .classicUpperBounds(.001, .005, .01, .05, .1, .25, .5, 1, 2.5, 5, 10)
          .classicOnly()
          .register(registry);

  private final Emitted emitted = new Emitted();

  /**
   * Registers everything, the JVM's own metrics included.
   *
   * @param clock the loop's: what was emitted too long before it is not shown any more
   */
  public Telemetry(InstantSource clock) {
    JvmMetrics.builder().register(registry);
    GaugeWithCallback.builder()
        .name("almanac_emitted_replicas")
        .help("Replicas that an autoscaler should follow; absent rather than old.")
        .labelNames("namespace", "name")
        .callback(gauge -> emitted.at(clock.instant(), gauge::call))
        .register(registry);
    for (ReasonCode reason : ReasonCode.values()) {
      decisions.initLabelValues(reason.name());
    }
  }

  /** Adds a counter that somebody else keeps. */
  public Telemetry count(String name, String help, LongSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(c -> c.call(value.getAsLong()))
        .register(registry);
    return this;
  }

  /**
   * Shows what ledgers came to, for the workloads that have series.
   *
   * @param ledgers by {@code namespace/name}
   */
  public Telemetry ledgers(Supplier<? extends Map<String, Ledger.Totals>> ledgers) {
    column(
        "almanac_ledger_replica_hours",
        "Replica-hours to date, held and as others would have held them.",
        ledgers,
        Ledger.Column::replicaHours);
    column(
        "almanac_ledger_short_minutes",
        "Minutes short of replicas to date, and as others would have been.",
        ledgers,
        Ledger.Column::shortMinutes);
    return this;
  }

  private void column(
      String name,
      String help,
      Supplier<? extends Map<String, Ledger.Totals>> ledgers,
      ToDoubleFunction<Ledger.Column> of) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("namespace", "name", "by")
        .callback(gauge ->
            ledgers
                .get()
                .forEach((id, totals) -> {
                  int slash = id.indexOf('/');
                  if (withSeries.contains(id) && totals.since().isPresent()) {
                    String namespace = id.substring(0, slash);
                    String workload = id.substring(slash + 1);
                    gauge.call(of.applyAsDouble(totals.held()), namespace, workload, "held");
                    gauge.call(of.applyAsDouble(totals.hpa()), namespace, workload, "hpa");
                    gauge.call(
                        of.applyAsDouble(totals.forecast()), namespace, workload, "forecast");
                    gauge.call(
                        of.applyAsDouble(totals.foresight()), namespace, workload, "foresight");
                  }
                }))
        .register(registry);
  }

  @Override
  public void ticked(Instant at, List<WorkloadTick> outcomes) {
    ticks.inc();
    for (WorkloadTick outcome : outcomes) {
      switch (outcome) {
        case WorkloadTick.Decided d -> decided(d);
        case WorkloadTick.Skipped s -> {
          skipped.labelValues(s.cause()).inc();
          readings.labelValues(s.demand().kind()).inc();
        }
      }
    }
  }

  /** Records how long a tick took. */
  public void tickTook(double seconds) {
    tickSeconds.observe(seconds);
  }

  /** Sets how many workloads there are at a stage. */
  public void workloads(String stage, int count) {
    workloads.labelValues(stage).set(count);
  }

  private void decided(WorkloadTick.Decided d) {
    decisions.labelValues(d.decision().reason().name()).inc();
    Reading now = d.observation().demand().now();
    readings.labelValues(now.kind()).inc();
    d.write().ifPresent(w -> writes.labelValues(w.kind()).inc());
    String namespace = d.workload().namespace();
    String name = d.workload().name();
    boolean series = mayHaveSeries(d.workload().id());
    if (series || d.policy().actuation() != Actuation.EMIT) {
      emitted.decided(d);
    }
    if (series) {
      desired.labelValues(namespace, name).set(d.desired());
      leadTime(namespace, name, d);
      trust(namespace, name, d.trust());
      d.workload()
          .replicaHourPrice()
          .ifPresent(value -> price.labelValues(namespace, name).set(value));
      perReplica.labelValues(namespace, name).set(d.policy().perReplica());
      ready.labelValues(namespace, name).set(d.observation().target().readyReplicas());
      demand
          .labelValues(namespace, name)
          .set(
              switch (now) {
                case Reading.Present(double value, var _) -> value;
                case Reading.Stale _,
                    Reading.Partial _,
                    Reading.Skewed _,
                    Reading.NoData _,
                    Reading.Invalid _ ->
                    Double.NaN;
              });
    }
  }

  private final java.util.Set<String> withSeries =
      java.util.concurrent.ConcurrentHashMap.newKeySet();

  private boolean mayHaveSeries(String id) {
    return withSeries.contains(id) || (withSeries.size() < MOST_WORKLOADS && withSeries.add(id));
  }

  /** One series a workload: that of the cause before goes when another comes. */
  private void trust(String namespace, String name, Trust now) {
    for (Trust.Cause cause : Trust.Cause.values()) {
      if (cause == now.cause()) {
        trust.labelValues(namespace, name, cause.name()).set(now.stage().ordinal());
      } else {
        trust.remove(namespace, name, cause.name());
      }
    }
  }

  private void leadTime(String namespace, String name, WorkloadTick.Decided d) {
    StartUpTimes times = d.observation().target().startUpTimes();
    leadTime
        .labelValues(namespace, name, "decisions")
        .set(Autoscaler.leadTime(d.policy(), times).toMillis() / 1000.0);
    if (times.onRunningNodes().samples() > 0) {
      leadTime
          .labelValues(namespace, name, "running_nodes")
          .set(times.onRunningNodes().p90().toMillis() / 1000.0);
    }
    if (times.onNewNodes().samples() > 0) {
      leadTime
          .labelValues(namespace, name, "new_nodes")
          .set(times.onNewNodes().p90().toMillis() / 1000.0);
    }
  }

  /** All metrics now, in the text format. */
  public byte[] scrape() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.builder().build().write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write metrics to memory", e);
    }
    return out.toByteArray();
  }

  /** The content type of {@link #scrape}. */
  public static String contentType() {
    return PrometheusTextFormatWriter.CONTENT_TYPE;
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  private Gauge gauge(String name, String help, String... labels) {
    return Gauge.builder().name(name).help(help).labelNames(labels).register(registry);
  }
}
