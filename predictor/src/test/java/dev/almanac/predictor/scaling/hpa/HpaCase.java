package dev.almanac.predictor.scaling.hpa;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.predictor.conformance.CaseFields;
import dev.almanac.predictor.conformance.Differences;
import dev.almanac.predictor.scaling.hpa.Condition.Status;
import dev.almanac.predictor.scaling.hpa.Condition.Type;
import dev.almanac.predictor.scaling.hpa.History.Recommendation;
import dev.almanac.predictor.scaling.hpa.HpaInput.Gates;
import dev.almanac.predictor.scaling.hpa.HpaInput.Scale;
import dev.almanac.predictor.scaling.hpa.HpaInput.ScaleUpdate;
import dev.almanac.predictor.scaling.hpa.HpaInput.Selector;
import dev.almanac.predictor.scaling.hpa.MetricSpec.MetricId;
import dev.almanac.predictor.scaling.hpa.PerPodMetric.Context;
import dev.almanac.predictor.scaling.hpa.Pod.Container;
import dev.almanac.predictor.scaling.hpa.Pod.Kind;
import dev.almanac.predictor.scaling.hpa.Pod.Phase;
import dev.almanac.predictor.scaling.hpa.Pod.Ready;
import dev.almanac.predictor.scaling.hpa.PodGroups.PodTiming;
import dev.almanac.predictor.scaling.hpa.PodRequests.Request;
import dev.almanac.predictor.scaling.hpa.PodUsage.ContainerUsage;
import dev.almanac.predictor.scaling.hpa.Proposal.Current;
import dev.almanac.predictor.scaling.hpa.Proposal.Failed;
import dev.almanac.predictor.scaling.hpa.Proposal.Replicas;
import dev.almanac.predictor.scaling.hpa.RateLimit.Limited;
import dev.almanac.predictor.scaling.hpa.ScalingRules.Policy;
import dev.almanac.predictor.scaling.hpa.ScalingRules.PolicyType;
import dev.almanac.predictor.scaling.hpa.ScalingRules.SelectPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * One conformance case: reads its input, runs the rule, and lists what differs from what is
 * expected.
 */
final class HpaCase {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final Duration DEFAULT_DOWN_WINDOW = Duration.ofMinutes(5);

  private static final String[] POD = {
    "name",
    "phase",
    "deleting",
    "ready",
    "start_age_s",
    "ready_transition_age_s",
    "containers",
    "metric_age_s",
    "metric_window_s",
    "value_m"
  };
  private static final String[] CONTAINER = {"name", "cpu_request_m", "cpu_usage_m"};
  private static final String[] RULES = {
    "stabilization_window_s", "select_policy", "policies", "tolerance"
  };
  private static final String[] RECOMMENDATION = {"age_s", "replicas"};
  private static final String[] EVENT = {"age_s", "change"};

  private final CaseFields fields;

  HpaCase(JsonNode node) {
    fields =
        new CaseFields(node, "case", "id", "kind", "origin", "source", "input", "expected", "note");
    fields.text("id");
    fields.optionalText("note");
    String origin = fields.text("origin");
    if (!Set.of("extracted", "derived").contains(origin)) {
      throw new IllegalArgumentException("case.origin: unexpected value " + origin);
    }
    CaseFields source = fields.object("source", "file", "test");
    source.text("file");
    source.text("test");
  }

  /** The differences, as {@code name expected -> actual}; empty when the case conforms. */
  List<String> run() {
    return switch (fields.text("kind")) {
      case "resource_utilization" -> resourceUtilization();
      case "pods_metric" -> podsMetric();
      case "total_metric_value" -> totalMetric("current_replicas", "target_value_m", "usage_m");
      case "total_metric_average" ->
          totalMetric("status_replicas", "target_average_m", "average_value_m");
      case "group_pods" -> groupPods();
      case "pod_requests" -> podRequests();
      case "stabilize_default" -> stabilizeDefault();
      case "stabilize_behavior" -> stabilizeBehavior();
      case "rate_limit_behavior" -> rateLimitBehavior();
      case "rate_limit_default" -> rateLimitDefault();
      case "scale_limit" -> scaleLimit();
      case "store_scale_event" -> storeScaleEvent();
      case "reconcile" -> reconcile();
      case String kind -> throw new IllegalArgumentException("case.kind: unexpected value " + kind);
    };
  }

  private List<String> resourceUtilization() {
    CaseFields in =
        input(
            "current_replicas",
            "target_utilization_percent",
            "resource",
            "container",
            "tolerance",
            "cpu_initialization_period_s",
            "initial_readiness_delay_s",
            "pods",
            "extra_metrics");
    String resource = in.text("resource");
    var target = new MetricTarget.Utilization(in.int32("target_utilization_percent"));
    MetricSpec metric =
        in.optionalText("container")
            .<MetricSpec>map(c -> new MetricSpec.ContainerResource(resource, c, target))
            .orElseGet(() -> new MetricSpec.Resource(resource, target));
    return difference(
        MetricProposals.of(metric, usage(in), context(in), 0),
        "utilization_percent",
        "average_value_m");
  }

  private List<String> podsMetric() {
    CaseFields in =
        input(
            "current_replicas",
            "target_average_m",
            "tolerance",
            "cpu_initialization_period_s",
            "initial_readiness_delay_s",
            "pods",
            "extra_metrics");
    var metric =
        new MetricSpec.Pods(
            new MetricId("m", ""), new MetricTarget.AverageValue(in.integer("target_average_m")));
    return difference(MetricProposals.of(metric, perPod(in), context(in), 0), "average_value_m");
  }

  private List<String> totalMetric(String replicas, String target, String value) {
    CaseFields in = input("source_type", replicas, "values_m", target, "tolerance", "pods");
    long milli = in.integer(target);
    MetricTarget wanted =
        target.equals("target_value_m")
            ? new MetricTarget.Value(milli)
            : new MetricTarget.AverageValue(milli);
    MetricId id = new MetricId("m", "");
    MetricSpec metric =
        switch (in.text("source_type")) {
          case "External" -> new MetricSpec.External(id, wanted);
          case "Object" -> new MetricSpec.OfObject("Ingress", id, wanted);
          case String other ->
              throw new IllegalArgumentException("source_type: unexpected value " + other);
        };
    Context context =
        new Context(
            pods(in, "cpu"),
            in.int32(replicas),
            tolerance(in),
            new PodTiming(NOW, Duration.ZERO, Duration.ZERO),
            true);
    return difference(
        MetricProposals.of(
            metric, new MetricAnswer.Total(in.integers("values_m")), context, in.int32(replicas)),
        value);
  }

  private List<String> groupPods() {
    CaseFields in =
        input("resource", "cpu_initialization_period_s", "initial_readiness_delay_s", "pods");
    String resource = in.text("resource");
    PodGroups groups =
        PodGroups.of(
            pods(in, resource),
            PodSamples.byPod(perPod(in).samples()),
            resource.equals("cpu"),
            timing(in));
    CaseFields out = expected("ready_count", "unready", "missing", "ignored");
    Differences d = new Differences();
    d.compare("ready_count", out.integer("ready_count"), (long) groups.readyCount());
    d.compare("unready", names(out, "unready"), new TreeSet<>(groups.unready()));
    d.compare("missing", names(out, "missing"), new TreeSet<>(groups.missing()));
    d.compare("ignored", names(out, "ignored"), new TreeSet<>(groups.ignored()));
    return d.list();
  }

  private List<String> podRequests() {
    CaseFields in =
        input("pod_level_resources_enabled", "pod_level_cpu_request_m", "container", "containers");
    List<Container> containers = new ArrayList<>();
    for (CaseFields c : in.objects("containers", "name", "type", "cpu_request_m")) {
      containers.add(
          new Container(
              c.text("name"), constant(Kind.class, c.text("type")), cpu(c, "cpu_request_m")));
    }
    Pod pod =
        new Pod(
            "p0",
            Phase.RUNNING,
            false,
            Ready.TRUE,
            NOW,
            Optional.of(NOW),
            containers,
            cpu(in, "pod_level_cpu_request_m"));
    Request request =
        PodRequests.of(
            pod, "cpu", in.optionalText("container"), in.bool("pod_level_resources_enabled"));
    CaseFields out = expected("cpu_request_m", "error");
    Differences d = new Differences();
    switch (request) {
      case Request.Known(long milli) -> {
        d.compare("error", out.optionalText("error"), Optional.empty());
        d.compare("cpu_request_m", out.optionalInteger("cpu_request_m"), OptionalLong.of(milli));
      }
      case Request.Unknown(var why) -> {
        if (!out.has("error")) {
          d.compare("error", "none", why);
        }
      }
    }
    return d.list();
  }

  private List<String> stabilizeDefault() {
    CaseFields in = input("desired", "downscale_window_s", "recommendations");
    Ages earlier = replicasWithAges(in);
    double window = in.integer("downscale_window_s");
    int stable =
        DefaultBehavior.stabilize(in.int32("desired"), earlier.seconds(), earlier.values(), window);
    int slot = DefaultBehavior.slotFor(earlier.seconds(), window);
    CaseFields out = expected("stabilized", "history_length");
    Differences d = new Differences();
    d.compare("stabilized", out.integer("stabilized"), (long) stable);
    d.compareIfGiven(out, "history_length", (long) Math.max(earlier.values().length, slot + 1));
    return d.list();
  }

  private List<String> stabilizeBehavior() {
    CaseFields in =
        input(
            "current_replicas",
            "desired",
            "recommendations",
            "scale_up_window_s",
            "scale_down_window_s");
    Ages earlier = replicasWithAges(in);
    double up = in.integer("scale_up_window_s");
    double down = in.integer("scale_down_window_s");
    int desired = in.int32("desired");
    int stable =
        Stabilization.stabilize(
            in.int32("current_replicas"), desired, earlier.seconds(), earlier.values(), up, down);
    List<Long> history = new ArrayList<>();
    for (int replicas : earlier.values()) {
      history.add((long) replicas);
    }
    int slot = Stabilization.slotFor(earlier.seconds(), up, down);
    if (slot == history.size()) {
      history.add((long) desired);
    } else {
      history.set(slot, (long) desired);
    }
    CaseFields out = expected("stabilized", "history_values");
    Differences d = new Differences();
    d.compare("stabilized", out.integer("stabilized"), (long) stable);
    if (out.has("history_values")) {
      d.compare("history_values", out.integers("history_values"), history);
    }
    return d.list();
  }

  private List<String> rateLimitBehavior() {
    CaseFields in =
        input(
            "current_replicas",
            "desired",
            "min_replicas",
            "max_replicas",
            "scale_up",
            "scale_down",
            "scale_up_events",
            "scale_down_events");
    int current = in.int32("current_replicas");
    Limited limited =
        RateLimit.limit(
            current,
            in.int32("desired"),
            in.int32("min_replicas"),
            in.int32("max_replicas"),
            limit(in, current, true, upRules(in.optionalObject("scale_up", RULES))),
            limit(
                in,
                current,
                false,
                downRules(in.optionalObject("scale_down", RULES), DEFAULT_DOWN_WINDOW)));
    return difference(limited);
  }

  private List<String> rateLimitDefault() {
    CaseFields in =
        input(
            "current_replicas",
            "desired",
            "min_replicas",
            "max_replicas",
            "scale_up_limit_factor",
            "scale_up_limit_minimum");
    return difference(
        DefaultBehavior.limit(
            in.int32("desired"),
            in.int32("min_replicas"),
            in.int32("max_replicas"),
            DefaultBehavior.scaleUpLimit(
                in.int32("current_replicas"),
                in.number("scale_up_limit_factor"),
                in.number("scale_up_limit_minimum"))));
  }

  private List<String> scaleLimit() {
    CaseFields in =
        input("direction", "current_replicas", "rules", "scale_up_events", "scale_down_events");
    Optional<CaseFields> rules = in.optionalObject("rules", RULES);
    int current = in.int32("current_replicas");
    int limit =
        switch (in.text("direction")) {
          case "up" -> limit(in, current, true, upRules(rules));
          case "down" -> limit(in, current, false, downRules(rules, DEFAULT_DOWN_WINDOW));
          case String other ->
              throw new IllegalArgumentException("direction: unexpected value " + other);
        };
    Differences d = new Differences();
    d.compare("limit", expected("limit").integer("limit"), (long) limit);
    return d.list();
  }

  private List<String> storeScaleEvent() {
    CaseFields in = input("change", "events", "rules", "sum_period_s");
    List<ScaleEvent> log = events(in, "events");
    Ages ages = Ages.of(log, NOW, ScaleEvent::at, ScaleEvent::change);
    long sum = RateLimit.changeWithin(in.integer("sum_period_s"), ages.seconds(), ages.values());
    int change = in.int32("change");
    // Which direction's defaults a rules object would need is not said; it is complete here.
    List<ScaleEvent> after =
        in.optionalObject("rules", RULES)
            .map(r -> ScaleEvents.store(log, NOW, change, upRules(Optional.of(r)).longestPeriod()))
            .orElse(log);
    CaseFields out = expected("sum_before", "events_after");
    List<String> wanted = new ArrayList<>();
    for (CaseFields event : out.objects("events_after", "change", "outdated")) {
      wanted.add(event.integer("change") + (event.bool("outdated") ? " outdated" : ""));
    }
    List<String> actual = new ArrayList<>();
    for (ScaleEvent event : after) {
      actual.add(event.change() + (event.outdated() ? " outdated" : ""));
    }
    Differences d = new Differences();
    d.compareIfGiven(out, "sum_before", sum);
    d.compare("events_after", wanted, actual);
    return d.list();
  }

  private List<String> reconcile() {
    CaseFields in =
        input(
            "min_replicas",
            "max_replicas",
            "spec_replicas",
            "status_replicas",
            "metrics",
            "pods",
            "extra_metrics",
            "controller_tolerance",
            "cpu_initialization_period_s",
            "initial_readiness_delay_s",
            "downscale_window_s",
            "scale_up_limit_factor",
            "scale_up_limit_minimum",
            "behavior",
            "recommendations",
            "previous_conditions",
            "gates",
            "faults");
    Optional<CaseFields> faults =
        in.optionalObject(
            "faults", "scale_get", "scale_update", "selector", "other_autoscaler_overlap");
    CaseFields gates = in.object("gates", "scale_to_zero", "configurable_tolerance");
    Duration downWindow = seconds(in, "downscale_window_s");
    List<MetricSpec> metrics = new ArrayList<>();
    List<MetricAnswer> answers = new ArrayList<>();
    readMetrics(in, metrics, answers);
    int spec = in.int32("spec_replicas");
    HpaInput input =
        new HpaInput(
            NOW,
            new HpaSettings(
                in.number("controller_tolerance"),
                seconds(in, "cpu_initialization_period_s"),
                seconds(in, "initial_readiness_delay_s"),
                downWindow,
                in.number("scale_up_limit_factor"),
                in.number("scale_up_limit_minimum")),
            new Gates(gates.bool("scale_to_zero"), gates.bool("configurable_tolerance"), true),
            new HpaSpec(
                in.int32("min_replicas"),
                in.int32("max_replicas"),
                metrics,
                in.optionalObject("behavior", "scale_up", "scale_down")
                    .map(b ->
                        new Behavior(
                            upRules(b.optionalObject("scale_up", RULES)),
                            downRules(b.optionalObject("scale_down", RULES), downWindow)))),
            scale(in, faults, spec),
            pods(in, "cpu"),
            answers,
            update(faults));
    HpaStatus status = new HpaStatus(spec, spec, Optional.empty(), List.of(), conditions(in));
    Optional<History> history =
        in.has("recommendations")
            ? Optional.of(new History(recommendations(in), List.of(), List.of()))
            : Optional.empty();
    HpaState state = new HpaState(status, history);
    return difference(Hpa.reconcile(input, state));
  }

  private static void readMetrics(
      CaseFields in, List<MetricSpec> metrics, List<MetricAnswer> answers) {
    for (CaseFields m :
        in.objects(
            "metrics",
            "type",
            "resource",
            "container",
            "target_utilization_percent",
            "target_average_m",
            "target_value_m",
            "values_m",
            "fault")) {
      MetricId id = new MetricId("m", "");
      MetricTarget target = target(m);
      MetricAnswer total = new MetricAnswer.Total(m.integers("values_m"));
      String type = m.text("type");
      metrics.add(
          switch (type) {
            case "Resource" -> new MetricSpec.Resource(m.text("resource"), target);
            case "ContainerResource" ->
                new MetricSpec.ContainerResource(m.text("resource"), m.text("container"), target);
            case "Pods" -> new MetricSpec.Pods(id, target);
            case "Object" -> new MetricSpec.OfObject("Ingress", id, target);
            case "External" -> new MetricSpec.External(id, target);
            case "Unknown" -> new MetricSpec.Unknown("Unknown");
            default -> throw new IllegalArgumentException("metrics.type: unexpected " + type);
          });
      MetricAnswer answer =
          switch (type) {
            case "Resource", "ContainerResource" -> usage(in);
            case "Pods" -> perPod(in);
            default -> total;
          };
      answers.add(m.optionalText("fault").<MetricAnswer>map(HpaCase::unavailable).orElse(answer));
    }
  }

  private static MetricAnswer unavailable(String fault) {
    if (!fault.equals("error")) {
      throw new IllegalArgumentException("metrics.fault: unexpected value " + fault);
    }
    return new MetricAnswer.Unavailable("fault of the case");
  }

  private static MetricTarget target(CaseFields metric) {
    if (metric.has("target_average_m")) {
      return new MetricTarget.AverageValue(metric.integer("target_average_m"));
    }
    if (metric.has("target_value_m")) {
      return new MetricTarget.Value(metric.integer("target_value_m"));
    }
    if (metric.has("target_utilization_percent")) {
      return new MetricTarget.Utilization(metric.int32("target_utilization_percent"));
    }
    return new MetricTarget.Unset();
  }

  private static Scale scale(CaseFields in, Optional<CaseFields> faults, int spec) {
    Optional<String> get = fault(faults, "scale_get", Set.of("error"));
    if (get.isPresent()) {
      return new Scale.Unreadable("fault of the case");
    }
    Optional<String> selector = fault(faults, "selector", Set.of("missing", "unparsable"));
    Optional<String> overlap =
        fault(faults, "other_autoscaler_overlap", Set.of("none", "full", "partial"));
    Selector state =
        selector
            .map(s -> constant(Selector.class, s))
            .orElse(overlap.orElse("none").equals("none") ? Selector.VALID : Selector.SHARED);
    return new Scale.Read(spec, in.int32("status_replicas"), state);
  }

  private static ScaleUpdate update(Optional<CaseFields> faults) {
    return switch (fault(faults, "scale_update", Set.of("error", "conflict_once")).orElse("")) {
      case "error" -> ScaleUpdate.REFUSED;
      case "conflict_once" -> new ScaleUpdate(1, true);
      default -> ScaleUpdate.ACCEPTED;
    };
  }

  private static Optional<String> fault(
      Optional<CaseFields> faults, String name, Set<String> known) {
    Optional<String> value = faults.flatMap(f -> f.optionalText(name));
    value.ifPresent(v -> {
      if (!known.contains(v)) {
        throw new IllegalArgumentException("faults." + name + ": unexpected value " + v);
      }
    });
    return value;
  }

  private static List<Condition> conditions(CaseFields in) {
    List<Condition> list = new ArrayList<>();
    in.textLists("previous_conditions")
        .forEach((type, pair) ->
            list.add(
                new Condition(
                    type(type),
                    constant(Status.class, pair.get(0)),
                    pair.get(1),
                    NOW.minusSeconds(60))));
    return list;
  }

  private static Type type(String text) {
    for (Type type : Type.values()) {
      if (type.text().equals(text)) {
        return type;
      }
    }
    throw new IllegalArgumentException("conditions: unexpected type " + text);
  }

  // Parts of inputs.

  private static Context context(CaseFields in) {
    String resource = in.optionalText("resource").orElse("cpu");
    return new Context(
        pods(in, resource), in.int32("current_replicas"), tolerance(in), timing(in), true);
  }

  private static Tolerance tolerance(CaseFields in) {
    CaseFields tolerance = in.object("tolerance", "scale_up", "scale_down");
    return new Tolerance(tolerance.number("scale_down"), tolerance.number("scale_up"));
  }

  private static PodTiming timing(CaseFields in) {
    return new PodTiming(
        NOW, seconds(in, "cpu_initialization_period_s"), seconds(in, "initial_readiness_delay_s"));
  }

  private static List<Pod> pods(CaseFields in, String resource) {
    List<Pod> pods = new ArrayList<>();
    for (CaseFields p : in.objects("pods", POD)) {
      List<Container> containers = new ArrayList<>();
      for (CaseFields c : p.objects("containers", CONTAINER)) {
        Map<String, Long> requests =
            c.has("cpu_request_m") ? Map.of(resource, c.integer("cpu_request_m")) : Map.of();
        containers.add(new Container(c.text("name"), Kind.MAIN, requests));
      }
      Ready ready = p.has("ready") ? (p.bool("ready") ? Ready.TRUE : Ready.FALSE) : Ready.ABSENT;
      pods.add(
          new Pod(
              p.text("name"),
              constant(Phase.class, p.text("phase")),
              p.has("deleting") && p.bool("deleting"),
              ready,
              ago(p.optionalInteger("ready_transition_age_s").orElse(0)),
              p.has("start_age_s") ? Optional.of(ago(p.integer("start_age_s"))) : Optional.empty(),
              containers,
              Map.of()));
    }
    return pods;
  }

  /** Usage of the pods that have a sample, then of the pods that are not in the list. */
  private static MetricAnswer.Usage usage(CaseFields in) {
    List<PodUsage> report = new ArrayList<>();
    for (CaseFields p : in.objects("pods", POD)) {
      if (p.has("metric_age_s")) {
        report.add(usage(p, p.text("name"), CONTAINER));
      }
    }
    for (CaseFields extra : in.objects("extra_metrics", "pod", "containers", "value_m")) {
      if (extra.has("containers")) {
        report.add(usage(extra, extra.text("pod"), "name", "cpu_usage_m"));
      }
    }
    return new MetricAnswer.Usage(report);
  }

  private static PodUsage usage(CaseFields sample, String pod, String... container) {
    List<ContainerUsage> containers = new ArrayList<>();
    for (CaseFields c : sample.objects("containers", container)) {
      containers.add(new ContainerUsage(c.text("name"), c.optionalInteger("cpu_usage_m")));
    }
    return new PodUsage(pod, sampledAt(sample), window(sample), containers);
  }

  private static MetricAnswer.PerPod perPod(CaseFields in) {
    List<PodSample> samples = new ArrayList<>();
    for (CaseFields p : in.objects("pods", POD)) {
      if (p.has("value_m")) {
        samples.add(new PodSample(p.text("name"), sampledAt(p), window(p), p.integer("value_m")));
      }
    }
    if (in.has("extra_metrics")) {
      for (CaseFields extra : in.objects("extra_metrics", "pod", "containers", "value_m")) {
        if (extra.has("value_m")) {
          samples.add(
              new PodSample(
                  extra.text("pod"), NOW, Duration.ofMinutes(1), extra.integer("value_m")));
        }
      }
    }
    return new MetricAnswer.PerPod(samples);
  }

  private static Instant sampledAt(CaseFields sample) {
    return ago(sample.optionalInteger("metric_age_s").orElse(0));
  }

  private static Duration window(CaseFields sample) {
    return Duration.ofSeconds(sample.optionalInteger("metric_window_s").orElse(60));
  }

  private static Map<String, Long> cpu(CaseFields fields, String name) {
    return fields.has(name) ? Map.of("cpu", fields.integer(name)) : Map.of();
  }

  private static ScalingRules upRules(Optional<CaseFields> given) {
    return given
        .map(g -> override(ScalingRules.scaleUpDefault(), g))
        .orElseGet(ScalingRules::scaleUpDefault);
  }

  private static ScalingRules downRules(Optional<CaseFields> given, Duration window) {
    ScalingRules defaults = ScalingRules.scaleDownDefault(window);
    return given.map(g -> override(defaults, g)).orElse(defaults);
  }

  private static ScalingRules override(ScalingRules defaults, CaseFields given) {
    ScalingRules rules = defaults;
    if (given.has("stabilization_window_s")) {
      rules = rules.withStabilizationWindow(seconds(given, "stabilization_window_s"));
    }
    if (given.has("select_policy")) {
      rules = rules.withSelect(constant(SelectPolicy.class, given.text("select_policy")));
    }
    if (given.has("tolerance")) {
      rules = rules.withTolerance(given.number("tolerance"));
    }
    if (given.has("policies")) {
      List<Policy> policies = new ArrayList<>();
      for (CaseFields p : given.objects("policies", "type", "value", "period_s")) {
        policies.add(
            new Policy(
                constant(PolicyType.class, p.text("type")),
                p.int32("value"),
                seconds(p, "period_s")));
      }
      rules = rules.withPolicies(policies);
    }
    return rules;
  }

  private static int limit(CaseFields in, int current, boolean up, ScalingRules rules) {
    Ages ups = Ages.of(events(in, "scale_up_events"), NOW, ScaleEvent::at, ScaleEvent::change);
    Ages downs = Ages.of(events(in, "scale_down_events"), NOW, ScaleEvent::at, ScaleEvent::change);
    return up
        ? RateLimit.upLimit(
            current, rules, ups.seconds(), ups.values(), downs.seconds(), downs.values())
        : RateLimit.downLimit(
            current, rules, ups.seconds(), ups.values(), downs.seconds(), downs.values());
  }

  private static List<ScaleEvent> events(CaseFields in, String name) {
    List<ScaleEvent> log = new ArrayList<>();
    for (CaseFields event : in.objects(name, EVENT)) {
      log.add(new ScaleEvent(ago(event.integer("age_s")), event.int32("change"), false));
    }
    return log;
  }

  private static List<Recommendation> recommendations(CaseFields in) {
    List<Recommendation> list = new ArrayList<>();
    for (CaseFields r : in.objects("recommendations", RECOMMENDATION)) {
      list.add(new Recommendation(ago(r.integer("age_s")), r.int32("replicas")));
    }
    return list;
  }

  private static Ages replicasWithAges(CaseFields in) {
    return Ages.of(recommendations(in), NOW, Recommendation::at, Recommendation::replicas);
  }

  private static Instant ago(long seconds) {
    return NOW.minusSeconds(seconds);
  }

  private static Duration seconds(CaseFields in, String name) {
    return Duration.ofSeconds(in.integer(name));
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String text) {
    return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
  }

  // Expectations.

  private CaseFields input(String... allowed) {
    return fields.object("input", allowed);
  }

  private CaseFields expected(String... allowed) {
    return fields.object("expected", allowed);
  }

  private static Set<String> names(CaseFields out, String name) {
    return new TreeSet<>(out.texts(name));
  }

  private List<String> difference(Proposal proposal, String... values) {
    List<String> allowed = new ArrayList<>(List.of(values));
    allowed.addAll(List.of("replicas", "error"));
    CaseFields out = expected(allowed.toArray(String[]::new));
    Differences d = new Differences();
    switch (proposal) {
      case Failed failed -> {
        if (!out.has("error")) {
          d.compare("error", "none", failed);
        }
      }
      case Replicas(int replicas, Current current) -> {
        d.compare("error", out.optionalText("error"), Optional.empty());
        d.compare("replicas", out.optionalInteger("replicas"), OptionalLong.of(replicas));
        Map<String, Long> actual = new LinkedHashMap<>();
        switch (current) {
          case Current.Utilization(int percent, long average) -> {
            actual.put("utilization_percent", (long) percent);
            actual.put("average_value_m", average);
          }
          case Current.Average(long milli) -> actual.put("average_value_m", milli);
          case Current.Value(long milli) -> actual.put("usage_m", milli);
          case Current.Unknown() -> {}
        }
        for (String name : values) {
          d.compareIfGiven(out, name, actual.get(name));
        }
      }
    }
    return d.list();
  }

  private List<String> difference(Limited limited) {
    CaseFields out = expected("replicas", "limit_reason");
    Differences d = new Differences();
    d.compare("replicas", out.integer("replicas"), (long) limited.replicas());
    if (out.has("limit_reason")) {
      d.compare("limit_reason", out.text("limit_reason"), limited.reason().text());
    }
    return d.list();
  }

  private List<String> difference(HpaResult result) {
    CaseFields out = expected("desired_replicas", "rescaled", "error", "action", "conditions");
    Differences d = new Differences();
    d.compare("desired_replicas", out.int32("desired_replicas"), result.desiredReplicas());
    d.compare("rescaled", out.bool("rescaled"), result.rescaled());
    d.compare("error", out.bool("error"), result.error().isPresent());
    d.compare("action", out.text("action"), result.action().name().toLowerCase(Locale.ROOT));
    Map<String, List<String>> actual = new LinkedHashMap<>();
    for (Condition c : result.next().status().conditions()) {
      actual.put(c.type().text(), List.of(c.status().text(), c.reason()));
    }
    out.textLists("conditions")
        .forEach((type, pair) -> d.compare(type(type).text(), pair, actual.get(type)));
    return d.list();
  }
}
