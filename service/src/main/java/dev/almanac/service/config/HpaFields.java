package dev.almanac.service.config;

import dev.almanac.collector.promql.PromQl;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.MetricSpec.MetricId;
import dev.almanac.predictor.scaling.hpa.MetricTarget;
import dev.almanac.predictor.scaling.hpa.ScalingRules;
import dev.almanac.predictor.scaling.hpa.ScalingRules.Policy;
import dev.almanac.predictor.scaling.hpa.ScalingRules.PolicyType;
import dev.almanac.predictor.scaling.hpa.ScalingRules.SelectPolicy;
import dev.almanac.service.config.CalendarTypes.Entries;
import dev.almanac.service.config.FieldType.Choice;
import dev.almanac.service.config.FieldType.Line;
import dev.almanac.service.config.FieldType.Name;
import dev.almanac.service.config.FieldType.Seconds;
import dev.almanac.service.config.FieldType.TextMap;
import dev.almanac.service.config.FieldType.WholeNumber;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * HPA v2's {@code metrics} and {@code behavior} with the API's own names, and the PromQL that
 * answers a metric. What is valid there and cannot be honoured here is refused with the reason.
 */
final class HpaFields {
  /** An HPA with more metrics or policies than this is a mistake. */
  private static final int MOST = 20;

  private static final Pattern METRIC_NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern LABEL_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  private HpaFields() {}

  // ---------------------------------------------------------------- behavior

  private static final Field<PolicyType> POLICY_TYPE =
      Field.of(
              "type",
              new Choice<>(
                  words("Pods", PolicyType.PODS, "Percent", PolicyType.PERCENT), List.of()),
              "Pods",
              "What `value` counts.")
          .required("write Pods or Percent");

  private static final Field<Integer> POLICY_VALUE =
      Field.of("value", new WholeNumber(1, 1_000_000), "4", "Change allowed per period.")
          .required("");

  private static final Field<Duration> POLICY_PERIOD =
      Field.of(
              "periodSeconds",
              new Seconds(1, (int) ScalingRules.LONGEST_PERIOD.toSeconds()),
              "60",
              "How far back earlier changes count.")
          .required("");

  static final Schema POLICY_ENTRY =
      Schema.ofEntry(List.of(POLICY_TYPE, POLICY_VALUE, POLICY_PERIOD));

  /** The fields of one direction. */
  record Direction(
      Field<Duration> window,
      Field<SelectPolicy> select,
      Field<List<Document>> policies,
      Field<BigDecimal> tolerance) {

    static Direction of(String path, String window, String policies) {
      SequencedMap<String, SelectPolicy> selects =
          words("Max", SelectPolicy.MAX, "Min", SelectPolicy.MIN);
      selects.put("Disabled", SelectPolicy.DISABLED);
      return new Direction(
          Field.of(
              path + ".stabilizationWindowSeconds",
              new Seconds(0, (int) ScalingRules.LONGEST_WINDOW.toSeconds()),
              "600",
              "Where `behavior` leaves it out, %s.".formatted(window)),
          Field.of(
              path + ".selectPolicy",
              new Choice<>(selects, List.of()),
              "Min",
              "Where `behavior` leaves it out, `Max`."),
          Field.of(
              path + ".policies",
              new Entries(POLICY_ENTRY, MOST),
              "[{type: Pods, value: 4, periodSeconds: 60}]",
              "Where `behavior` leaves it out, %s.".formatted(policies)),
          Field.of(
              path + ".tolerance",
              new Quantity(),
              "0.05",
              "In place of `spec.tolerance` in this direction."));
    }

    /** The rules of a sound document; what it leaves out is the API's default. */
    ScalingRules rules(Document doc, ScalingRules defaults) {
      return new ScalingRules(
          doc.given(window).orElse(defaults.stabilizationWindow()),
          doc.given(select).orElse(defaults.select()),
          doc.given(policies).map(Direction::read).orElse(defaults.policies()),
          doc.given(tolerance)
              .map(width -> OptionalDouble.of(width.doubleValue()))
              .orElse(defaults.tolerance()));
    }

    private static List<Policy> read(List<Document> entries) {
      return entries.stream()
          .map(e -> new Policy(e.get(POLICY_TYPE), e.get(POLICY_VALUE), e.get(POLICY_PERIOD)))
          .toList();
    }
  }

  // ---------------------------------------------------------------- metrics

  private static final String PER_POD =
      "needs a value of each pod, which is not read yet; give a query of the sum over all pods as"
          + " spec.demand, or an External metric";

  private static final Field<String> METRIC_TYPE =
      Field.of(
              "type",
              new Choice<>(
                  words("External", "external", "Object", "object"),
                  List.of("Resource", "ContainerResource", "Pods")),
              "External",
              "Which of the blocks below says the rest.")
          .required("write External or Object");

  private static final Field<String> OBJECT_API =
      Field.of("object.describedObject.apiVersion", Name.apiVersion(), "v1", "Not read.");

  private static final Field<String> OBJECT_KIND =
      Field.of(
              "object.describedObject.kind",
              Name.kind(),
              "Service",
              "In lower case, the label of the series that holds the object's name.")
          .requiredInBlock();

  private static final Field<String> OBJECT_NAME =
      Field.of(
              "object.describedObject.name",
              Name.subdomain(),
              "checkout",
              "The value of that label.")
          .requiredInBlock();

  /** The fields that a metric has, whichever its type. */
  private record Source(
      Field<String> name,
      Field<Map<String, String>> labels,
      Field<String> target,
      Field<BigDecimal> value,
      Field<BigDecimal> average) {

    static Source of(String block) {
      return new Source(
          Field.of(
                  block + ".metric.name",
                  new Line(253),
                  "jobs_waiting",
                  "Name of the series; those that match are summed.")
              .requiredInBlock(),
          Field.of(
              block + ".metric.selector.matchLabels",
              new TextMap(),
              "{queue: mails}",
              "Labels of the series."),
          Field.of(
                  block + ".target.type",
                  new Choice<>(words("Value", "value", "AverageValue", "averageValue"), List.of()),
                  "AverageValue",
                  "`Value` compares the sum, `AverageValue` the sum per replica.")
              .requiredInBlock(),
          Field.of(block + ".target.value", new Quantity(), "\"500\"", "For type `Value`."),
          Field.of(
              block + ".target.averageValue",
              new Quantity(),
              "\"30\"",
              "For type `AverageValue`."));
    }

    List<Field<?>> fields() {
      return List.of(name, labels, target, value, average);
    }
  }

  private static final Source EXTERNAL = Source.of("external");
  private static final Source OBJECT = Source.of("object");

  static final Schema METRIC_ENTRY =
      Schema.ofEntry(
          List.of(
              METRIC_TYPE,
              EXTERNAL.name(),
              EXTERNAL.labels(),
              EXTERNAL.target(),
              EXTERNAL.value(),
              EXTERNAL.average(),
              OBJECT_API,
              OBJECT_KIND,
              OBJECT_NAME,
              OBJECT.name(),
              OBJECT.labels(),
              OBJECT.target(),
              OBJECT.value(),
              OBJECT.average(),
              Schema.refused("resource", PER_POD),
              Schema.refused("containerResource", PER_POD),
              Schema.refused("pods", PER_POD)));

  static final Entries METRICS = new Entries(METRIC_ENTRY, MOST);

  /** Tells what no field can tell by itself. */
  static void check(Document metric) {
    Optional<String> type = metric.given(METRIC_TYPE);
    if (type.isEmpty()) {
      return;
    }
    boolean external = type.get().equals("external");
    String other = external ? "object" : "external";
    if (metric.has(other)) {
      metric.problem(other, "does not belong to this type of metric; remove it");
    }
    if (!metric.has(type.get())) {
      metric.problem(type.get(), "is missing; it says which metric and its target");
      return;
    }
    Source source = external ? EXTERNAL : OBJECT;
    for (Field<?> field : List.of(source.name(), source.target())) {
      if (!metric.has(Schema.parent(field.path()))) {
        metric.problem(Schema.parent(field.path()), "is missing");
      }
    }
    if (!external && !metric.has("object.describedObject")) {
      metric.problem("object.describedObject", "is missing");
    }
    checkTarget(metric, source);
    metric
        .given(source.labels())
        .ifPresent(labels ->
            labels.keySet().stream()
                .filter(label -> !LABEL_NAME.matcher(label).matches())
                .forEach(label ->
                    metric.problem(
                        source.labels().path(),
                        Shown.quoted(label) + " cannot be a label in PromQL")));
  }

  private static void checkTarget(Document metric, Source source) {
    Optional<String> type = metric.given(source.target());
    for (Field<BigDecimal> field : List.of(source.value(), source.average())) {
      boolean wanted = type.isPresent() && field.path().endsWith("." + type.get());
      if (type.isPresent() && wanted != metric.has(field.path())) {
        metric.problem(
            field.path(), wanted ? "is missing" : "does not belong to this type of target");
      }
      metric
          .given(field)
          .filter(value -> milli(value) == 0)
          .ifPresent(_ -> metric.problem(field.path(), "must be above 0"));
    }
  }

  /** A metric of a sound document. */
  static MetricSpec metric(Document metric) {
    boolean external = metric.get(METRIC_TYPE).equals("external");
    Source source = external ? EXTERNAL : OBJECT;
    MetricTarget target =
        metric.get(source.target()).equals("value")
            ? new MetricTarget.Value(milli(metric.get(source.value())))
            : new MetricTarget.AverageValue(milli(metric.get(source.average())));
    Map<String, String> labels = new LinkedHashMap<>();
    if (!external && !metric.get(OBJECT_KIND).equals("Namespace")) {
      // As adapters do: the label is the kind in lower case.
      labels.put(metric.get(OBJECT_KIND).toLowerCase(Locale.ROOT), metric.get(OBJECT_NAME));
    }
    metric.given(source.labels()).ifPresent(labels::putAll);
    MetricId id = new MetricId(metric.get(source.name()), matchers(labels));
    return external
        ? new MetricSpec.External(id, target)
        : new MetricSpec.OfObject(
            metric.get(OBJECT_KIND) + " " + metric.get(OBJECT_NAME), id, target);
  }

  /** The question whose answer is the metric's value: the sum over all of its series. */
  static Workload.Metric query(MetricSpec metric, String namespace) {
    return switch (metric) {
      case MetricSpec.External(MetricId id, var _) ->
          new Workload.Metric(id.name(), sum(id.name(), id.selector()));
      case MetricSpec.OfObject(var _, MetricId id, var _) -> {
        String own = matchers(Map.of("namespace", namespace));
        yield new Workload.Metric(
            id.name(), sum(id.name(), id.selector().isEmpty() ? own : own + "," + id.selector()));
      }
      default -> throw new IllegalArgumentException("no single query answers " + metric);
    };
  }

  private static String sum(String name, String matchers) {
    if (METRIC_NAME.matcher(name).matches()) {
      return "sum(%s{%s})".formatted(name, matchers);
    }
    String byName = matchers(Map.of("__name__", name));
    return "sum({%s})".formatted(matchers.isEmpty() ? byName : byName + "," + matchers);
  }

  private static String matchers(Map<String, String> labels) {
    return labels.entrySet().stream()
        .map(e -> "%s=\"%s\"".formatted(e.getKey(), PromQl.escape(e.getValue())))
        .collect(Collectors.joining(","));
  }

  /** In milli-units, rounded up as the API does; what does not fit is as much as fits. */
  private static long milli(BigDecimal value) {
    return value
        .movePointRight(3)
        .setScale(0, RoundingMode.CEILING)
        .min(BigDecimal.valueOf(Long.MAX_VALUE))
        .longValueExact();
  }

  private static <T> SequencedMap<String, T> words(String a, T meansA, String b, T meansB) {
    SequencedMap<String, T> words = new LinkedHashMap<>();
    words.put(a, meansA);
    words.put(b, meansB);
    return words;
  }
}
