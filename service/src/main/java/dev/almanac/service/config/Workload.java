package dev.almanac.service.config;

import dev.almanac.collector.promql.PromQl;
import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.capacity.CapacityFit;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.metrics.MetricReading;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.hpa.ExternalMetric;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.MetricSpec.MetricId;
import dev.almanac.predictor.scaling.hpa.MetricTarget;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One PredictiveAutoscaler, checked.
 *
 * @param namespace its namespace, a DNS label
 * @param name its name, a DNS name; unique in its namespace
 * @param target what is scaled, in the same namespace; no two workloads share one
 * @param sourceName a key of {@link Configuration#sources}
 * @param queryTemplate an expression whose placeholders {@code $namespace} and {@code $name} stand
 *     for the target's, inside string literals only
 * @param unit the unit of the query's answer, for people
 * @param calendar what its history does not say about demand
 * @param policy what its owner wants
 * @param paused whether a person has switched decisions off
 * @param signals what is asked to judge whether a fall is safe
 * @param usage what capacity is learned from; read only where the policy gives none
 * @param replicaHourPrice price of a replica for an hour, above 0; empty where nobody says
 */
public record Workload(
    String namespace,
    String name,
    TargetRef target,
    String sourceName,
    String queryTemplate,
    String unit,
    DemandCalendar calendar,
    ScalingPolicy policy,
    boolean paused,
    SignalQueries signals,
    Optional<Usage> usage,
    OptionalDouble replicaHourPrice) {

  /**
   * Queries of the policy's guards, with the placeholders of the demand's.
   *
   * @param reportingPods how many pods the demand comes from; empty when that is not asked
   * @param vetoes one for each of the policy's vetoes, in its order
   */
  public record SignalQueries(String reportingPods, List<String> vetoes) {
    /** Nothing is asked. */
    public static final SignalQueries NONE = new SignalQueries("", List.of());

    /** Copies the list. */
    public SignalQueries {
      vetoes = List.copyOf(vetoes);
    }
  }

  /**
   * How busy pods are, which tells how much demand one of them serves.
   *
   * @param query usage of an average pod, with the placeholders of the demand's query
   * @param pods how many pods serve, likewise
   * @param most usage at which a pod just meets its objective, above 0
   * @param ceiling usage that no pod can exceed, at least {@code most}; infinite without one
   */
  public record Usage(String query, String pods, double most, double ceiling) {
    private static final MetricId METRIC = new MetricId("demand.usage", "");

    /** What the reactive rule follows: this share of the usage at which the objective holds. */
    public MetricSpec metric(double share) {
      return new MetricSpec.External(
          METRIC, new MetricTarget.Value(Math.max(1, ExternalMetric.milli(most * share))));
    }

    static boolean isOne(MetricSpec metric) {
      return metric instanceof MetricSpec.External(MetricId id, var _) && id.equals(METRIC);
    }
  }

  /** A workload whose capacity is given. */
  public Workload(
      String namespace,
      String name,
      TargetRef target,
      String sourceName,
      String queryTemplate,
      String unit,
      DemandCalendar calendar,
      ScalingPolicy policy,
      boolean paused,
      SignalQueries signals) {
    this(
        namespace,
        name,
        target,
        sourceName,
        queryTemplate,
        unit,
        calendar,
        policy,
        paused,
        signals,
        Optional.empty(),
        OptionalDouble.empty());
  }

  /** A workload whose demand is all that is asked for. */
  public Workload(
      String namespace,
      String name,
      TargetRef target,
      String sourceName,
      String queryTemplate,
      String unit,
      DemandCalendar calendar,
      ScalingPolicy policy,
      boolean paused) {
    this(
        namespace,
        name,
        target,
        sourceName,
        queryTemplate,
        unit,
        calendar,
        policy,
        paused,
        SignalQueries.NONE);
  }

  /** Where one metric of the reactive rule is read. */
  public sealed interface Metric {

    /**
     * One number by a query.
     *
     * @param name as the document gives it
     * @param query PromQL for one number
     */
    record Total(String name, String query) implements Metric {}

    /**
     * A number for each pod by a query.
     *
     * @param query PromQL for one series a pod, told apart by the label {@code pod}
     */
    record OfPods(MetricSpec spec, String query) implements Metric {}

    /** Usage of a resource, which the cluster reports of each container. */
    record Usage(MetricSpec spec, String resource) implements Metric {}
  }

  /** {@code namespace/name}. */
  public String id() {
    return namespace + "/" + name;
  }

  /** The query with its placeholders filled in. */
  public String query() {
    return filled(queryTemplate);
  }

  /** A query of this workload with its placeholders filled in. */
  public String filled(String template) {
    return PromQl.fill(template, Map.of("namespace", target.namespace(), "name", target.name()));
  }

  /**
   * Whether pods are as busy as they can be, by the readings of {@link #metrics}: then they serve
   * less than is asked of them.
   */
  public boolean isSaturated(List<MetricReading> readings) {
    List<MetricSpec> metrics = policy.reactive().metrics();
    return usage.isPresent()
        && !metrics.isEmpty()
        && Usage.isOne(metrics.getFirst())
        && !readings.isEmpty()
        && CapacityFit.isSaturated(
            readings.getFirst().reading().valueOrNaN(), usage.get().ceiling());
  }

  /** The metrics of the reactive rule beside the demand, in its order. */
  public List<Metric> metrics() {
    return policy.reactive().metrics().stream()
        .map(metric ->
            usage.isPresent() && Usage.isOne(metric)
                ? new Metric.Total("usage of a pod", filled(usage.get().query()))
                : HpaFields.source(metric, namespace))
        .toList();
  }
}
