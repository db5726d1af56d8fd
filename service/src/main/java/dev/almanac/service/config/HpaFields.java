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
import dev.almanac.service.config.FieldType.Lines;
import dev.almanac.service.config.FieldType.Name;
import dev.almanac.service.config.FieldType.Seconds;
import dev.almanac.service.config.FieldType.TextMap;
import dev.almanac.service.config.FieldType.WholeNumber;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /** The types of a metric, with the block that belongs to each. */
  private static final SequencedMap<String, String> TYPES = new LinkedHashMap<>();

  static {
    TYPES.put("Resource", "resource");
    TYPES.put("ContainerResource", "containerResource");
    TYPES.put("Pods", "pods");
    TYPES.put("Object", "object");
    TYPES.put("External", "external");
  }

  private static final Field<String> METRIC_TYPE =
      Field.of(
              "type",
              new Choice<>(TYPES, List.of()),
              "Resource",
              "Which of the blocks below says the rest.")
          .required("write Resource, ContainerResource, Pods, Object or External");

  /** Ten thousand times the requests: a mistake, which the API would take. */
  private static final int HIGHEST_PERCENT = 1_000_000;

  /** The fields of a metric about a resource, of whole pods or of one container of each. */
  private record Usage(
      Field<String> resource,
      Field<String> target,
      Field<Integer> percent,
      Field<BigDecimal> average) {

    static Usage of(String block) {
      return new Usage(
          Field.of(
                  block + ".name",
                  new Choice<>(words("cpu", "cpu", "memory", "memory"), List.of()),
                  "cpu",
                  "What metrics.k8s.io reports of each container.")
              .requiredInBlock(),
          Field.of(
                  block + ".target.type",
                  new Choice<>(
                      words("Utilization", "utilization", "AverageValue", "averageValue"),
                      List.of()),
                  "Utilization",
                  "`Utilization` compares with the requests, `AverageValue` a pod's average.")
              .requiredInBlock(),
          Field.of(
              block + ".target.averageUtilization",
              new WholeNumber(1, HIGHEST_PERCENT),
              "70",
              "Percent of the requests, for type `Utilization`."),
          Field.of(
              block + ".target.averageValue", new Quantity(), "500m", "For type `AverageValue`."));
    }

    List<Field<?>> fields() {
      return List.of(resource, target, percent, average);
    }

    MetricTarget target(Document metric) {
      return metric.get(target).equals("utilization")
          ? new MetricTarget.Utilization(metric.get(percent))
          : new MetricTarget.AverageValue(milli(metric.get(average)));
    }
  }

  private static final Usage RESOURCE = Usage.of("resource");
  private static final Usage CONTAINER_RESOURCE = Usage.of("containerResource");

  private static final Field<String> CONTAINER =
      Field.of("containerResource.container", Name.label(), "main", "The container's name.")
          .requiredInBlock();

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

  private static final Field<String> EXPRESSION_KEY =
      Field.of("key", new Line(253), "queue", "A label of the series.").required("");

  private static final Field<String> EXPRESSION_OPERATOR =
      Field.of(
              "operator",
              new Choice<>(operators(), List.of()),
              "NotIn",
              "As in Kubernetes, `NotIn` and `DoesNotExist` hold where the label is missing.")
          .required("write In, NotIn, Exists or DoesNotExist");

  private static final Field<List<String>> EXPRESSION_VALUES =
      Field.of("values", new Lines(100, 253), "[test, demo]", "For `In` and `NotIn`.");

  static final Schema EXPRESSION_ENTRY =
      Schema.ofEntry(List.of(EXPRESSION_KEY, EXPRESSION_OPERATOR, EXPRESSION_VALUES));

  /** How PromQL says what an operator asks of a label. */
  private static SequencedMap<String, String> operators() {
    SequencedMap<String, String> operators = words("In", "=~", "NotIn", "!~");
    operators.put("Exists", "!=");
    operators.put("DoesNotExist", "=");
    return operators;
  }

  /** The fields that a metric has, whichever its type. */
  private record Source(
      Field<String> name,
      Field<Map<String, String>> labels,
      Field<List<Document>> expressions,
      Field<String> target,
      Field<BigDecimal> value,
      Field<BigDecimal> average) {

    /** A metric with a Value or an AverageValue target. */
    static Source of(String block) {
      return of(
          block,
          "Name of the series; those that match are summed.",
          new Choice<>(words("Value", "value", "AverageValue", "averageValue"), List.of()),
          "`Value` compares the sum, `AverageValue` the sum per replica.");
    }

    /** A metric of each pod: it has an average only. */
    static Source ofPods(String block) {
      return of(
          block,
          "Name of the series; those of one pod, by the label `pod`, are summed.",
          new Choice<>(Map.of("AverageValue", "averageValue"), List.of()),
          "`AverageValue`: the average of the pods.");
    }

    private static Source of(
        String block, String nameMeans, Choice<String> targets, String targetMeans) {
      return new Source(
          Field.of(block + ".metric.name", new Line(253), "jobs_waiting", nameMeans)
              .requiredInBlock(),
          Field.of(
              block + ".metric.selector.matchLabels",
              new TextMap(),
              "{queue: mails}",
              "Labels of the series."),
          Field.of(
              block + ".metric.selector.matchExpressions",
              new Entries(EXPRESSION_ENTRY, MOST),
              "[{key: queue, operator: NotIn, values: [test, demo]}]",
              "More about labels of the series."),
          Field.of(block + ".target.type", targets, "AverageValue", targetMeans).requiredInBlock(),
          Field.of(block + ".target.value", new Quantity(), "\"500\"", "For type `Value`."),
          Field.of(
              block + ".target.averageValue",
              new Quantity(),
              "\"30\"",
              "For type `AverageValue`."));
    }

    List<Field<?>> fields() {
      return List.of(name, labels, expressions, target, value, average);
    }

    MetricId id(Document metric, Map<String, String> own) {
      Map<String, String> all = new LinkedHashMap<>(own);
      metric.given(labels).ifPresent(all::putAll);
      String more =
          metric.given(expressions).orElse(List.of()).stream()
              .map(HpaFields::matcher)
              .collect(Collectors.joining(","));
      return new MetricId(metric.get(name), joined(matchers(all), more));
    }

    MetricTarget target(Document metric) {
      return metric.get(target).equals("value")
          ? new MetricTarget.Value(milli(metric.get(value)))
          : new MetricTarget.AverageValue(milli(metric.get(average)));
    }
  }

  private static final Source EXTERNAL = Source.of("external");
  private static final Source OBJECT = Source.of("object");
  private static final Source PODS = Source.ofPods("pods");

  private static final String NO_SUM = "an average has no other target; write averageValue";

  static final Schema METRIC_ENTRY = Schema.ofEntry(metricFields());

  private static List<Field<?>> metricFields() {
    List<Field<?>> fields = new ArrayList<>();
    fields.add(METRIC_TYPE);
    fields.addAll(RESOURCE.fields());
    fields.add(CONTAINER);
    fields.addAll(CONTAINER_RESOURCE.fields());
    fields.addAll(PODS.fields().stream().filter(f -> f != PODS.value()).toList());
    fields.add(Schema.refused(PODS.value().path(), NO_SUM));
    fields.addAll(List.of(OBJECT_API, OBJECT_KIND, OBJECT_NAME));
    fields.addAll(OBJECT.fields());
    fields.addAll(EXTERNAL.fields());
    return List.copyOf(fields);
  }

  static final Entries METRICS = new Entries(METRIC_ENTRY, MOST);

  /** Tells what no field can tell by itself. */
  static void check(Document metric) {
    Optional<String> type = metric.given(METRIC_TYPE);
    if (type.isEmpty()) {
      return;
    }
    for (String block : TYPES.values()) {
      if (!block.equals(type.get()) && metric.has(block)) {
        metric.problem(block, "does not belong to this type of metric; remove it");
      }
    }
    if (!metric.has(type.get())) {
      metric.problem(type.get(), "is missing; it says which metric and its target");
      return;
    }
    switch (type.get()) {
      case "resource" -> check(metric, RESOURCE);
      case "containerResource" -> check(metric, CONTAINER_RESOURCE);
      case "pods" -> check(metric, PODS);
      case "object" -> {
        check(metric, OBJECT);
        if (!metric.has("object.describedObject")) {
          metric.problem("object.describedObject", "is missing");
        }
      }
      default -> check(metric, EXTERNAL);
    }
  }

  private static void check(Document metric, Usage usage) {
    requireParent(metric, usage.target());
    Optional<String> type = metric.given(usage.target());
    boolean percent = type.isPresent() && type.get().equals("utilization");
    checkIsGiven(metric, usage.percent(), type.isPresent(), percent);
    checkIsGiven(metric, usage.average(), type.isPresent(), !percent);
    checkAboveZero(metric, usage.average());
  }

  private static void check(Document metric, Source source) {
    requireParent(metric, source.name());
    requireParent(metric, source.target());
    checkTarget(metric, source);
    metric
        .given(source.labels())
        .ifPresent(labels ->
            labels.keySet().stream()
                .filter(label -> !LABEL_NAME.matcher(label).matches())
                .forEach(label -> metric.problem(source.labels().path(), noLabel(label))));
    metric.given(source.expressions()).orElse(List.of()).forEach(HpaFields::checkExpression);
  }

  private static void checkExpression(Document expression) {
    expression
        .given(EXPRESSION_KEY)
        .filter(key -> !LABEL_NAME.matcher(key).matches())
        .ifPresent(key -> expression.problem(EXPRESSION_KEY.path(), noLabel(key)));
    expression
        .given(EXPRESSION_OPERATOR)
        .ifPresent(operator -> {
          boolean wanted = operator.endsWith("~");
          if (wanted != expression.has(EXPRESSION_VALUES.path())) {
            expression.problem(
                EXPRESSION_VALUES.path(),
                wanted ? "is missing" : "does not belong to this operator");
          }
        });
  }

  private static String noLabel(String name) {
    return Shown.quoted(name) + " cannot be a label in PromQL";
  }

  private static void requireParent(Document metric, Field<?> field) {
    if (!metric.has(Schema.parent(field.path()))) {
      metric.problem(Schema.parent(field.path()), "is missing");
    }
  }

  private static void checkTarget(Document metric, Source source) {
    Optional<String> type = metric.given(source.target());
    boolean sum = type.isPresent() && type.get().equals("value");
    if (source != PODS) { // Of pods any `value` has been refused already.
      checkIsGiven(metric, source.value(), type.isPresent(), sum);
      checkAboveZero(metric, source.value());
    }
    checkIsGiven(metric, source.average(), type.isPresent(), !sum);
    checkAboveZero(metric, source.average());
  }

  private static void checkIsGiven(
      Document metric, Field<?> field, boolean typeKnown, boolean wanted) {
    if (typeKnown && wanted != metric.has(field.path())) {
      metric.problem(
          field.path(), wanted ? "is missing" : "does not belong to this type of target");
    }
  }

  private static void checkAboveZero(Document metric, Field<BigDecimal> field) {
    metric
        .given(field)
        .filter(value -> milli(value) == 0)
        .ifPresent(_ -> metric.problem(field.path(), "must be above 0"));
  }

  /** A metric of a sound document. */
  static MetricSpec metric(Document metric) {
    return switch (metric.get(METRIC_TYPE)) {
      case "resource" ->
          new MetricSpec.Resource(metric.get(RESOURCE.resource()), RESOURCE.target(metric));
      case "containerResource" ->
          new MetricSpec.ContainerResource(
              metric.get(CONTAINER_RESOURCE.resource()),
              metric.get(CONTAINER),
              CONTAINER_RESOURCE.target(metric));
      case "pods" -> new MetricSpec.Pods(PODS.id(metric, Map.of()), PODS.target(metric));
      case "object" -> {
        String kind = metric.get(OBJECT_KIND);
        String name = metric.get(OBJECT_NAME);
        // As adapters do: the label is the kind in lower case.
        Map<String, String> own =
            kind.equals("Namespace") ? Map.of() : Map.of(kind.toLowerCase(Locale.ROOT), name);
        yield new MetricSpec.OfObject(
            kind + " " + name, OBJECT.id(metric, own), OBJECT.target(metric));
      }
      default -> new MetricSpec.External(EXTERNAL.id(metric, Map.of()), EXTERNAL.target(metric));
    };
  }

  /** How the metric's value is to be had: from the pods, or by a query. */
  static Workload.Metric source(MetricSpec metric, String namespace) {
    return switch (metric) {
      case MetricSpec.Resource(String resource, var _) ->
          new Workload.Metric.Usage(metric, resource);
      case MetricSpec.ContainerResource(String resource, var _, var _) ->
          new Workload.Metric.Usage(metric, resource);
      case MetricSpec.Pods(MetricId id, var _) ->
          new Workload.Metric.OfPods(
              metric,
              "sum by (pod) (%s)".formatted(series(id, matchers(Map.of("namespace", namespace)))));
      case MetricSpec.OfObject(var _, MetricId id, var _) ->
          new Workload.Metric.Total(
              id.name(), "sum(%s)".formatted(series(id, matchers(Map.of("namespace", namespace)))));
      case MetricSpec.External(MetricId id, var _) ->
          new Workload.Metric.Total(id.name(), "sum(%s)".formatted(series(id, "")));
      case MetricSpec.Unknown _ ->
          throw new IllegalArgumentException("no configuration has " + metric);
    };
  }

  /** The series of a name, with the matchers of its selector and more. */
  private static String series(MetricId id, String more) {
    boolean plain = METRIC_NAME.matcher(id.name()).matches();
    String matchers =
        joined(plain ? "" : matchers(Map.of("__name__", id.name())), more, id.selector());
    return (plain ? id.name() : "") + "{" + matchers + "}";
  }

  private static String joined(String... matchers) {
    return Stream.of(matchers).filter(m -> !m.isEmpty()).collect(Collectors.joining(","));
  }

  /** A matcher of a sound expression; without values it compares with the empty text. */
  private static String matcher(Document expression) {
    String pattern =
        expression.given(EXPRESSION_VALUES).orElse(List.of()).stream()
            .map(PromQl::literalPattern)
            .collect(Collectors.joining("|"));
    return "%s%s\"%s\""
        .formatted(
            expression.get(EXPRESSION_KEY),
            expression.get(EXPRESSION_OPERATOR),
            PromQl.escape(pattern));
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
