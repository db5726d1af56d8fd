package dev.almanac.actuator.hpa;

import dev.almanac.predictor.scaling.hpa.Behavior;
import dev.almanac.predictor.scaling.hpa.HpaSpec;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.MetricSpec.MetricId;
import dev.almanac.predictor.scaling.hpa.MetricTarget;
import dev.almanac.predictor.scaling.hpa.ScalingRules;
import dev.almanac.predictor.scaling.hpa.ScalingRules.Policy;
import dev.almanac.predictor.scaling.hpa.ScalingRules.PolicyType;
import dev.almanac.predictor.scaling.hpa.ScalingRules.SelectPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** HPAs of every kind, and the API objects that say the same. */
final class Specs {
  private Specs() {}

  /** The {@code i}th: the kind of its metrics goes round, the rest is random. */
  static HpaSpec of(int i, Duration downWindow, SplittableRandom random) {
    List<MetricSpec> metrics =
        switch (i % 12) {
          case 0 -> List.of(external(average(random)));
          case 1 -> List.of(external(value(random)));
          case 2 -> List.of(object(value(random)));
          case 3 -> List.of(object(average(random)));
          case 4 -> List.of(new MetricSpec.Pods(id(), average(random)));
          case 5 -> List.of(new MetricSpec.Resource("cpu", utilization(random)));
          case 6 -> List.of(new MetricSpec.Resource("cpu", average(random)));
          case 7 -> List.of(new MetricSpec.ContainerResource("cpu", "c2", utilization(random)));
          case 8 -> List.of(new MetricSpec.Resource("memory", average(random)));
          case 9 -> List.of(external(average(random)), new MetricSpec.Pods(id(), average(random)));
          case 10 ->
              List.of(
                  object(average(random)),
                  external(average(random)),
                  new MetricSpec.Resource("cpu", utilization(random)));
          default -> List.of(external(value(random)));
        };
    int min = i % 12 == 11 ? 0 : random.nextInt(1, 4);
    Optional<Behavior> behavior =
        i % 3 == 0
            ? Optional.empty()
            : Optional.of(new Behavior(rules(random, Duration.ZERO), rules(random, downWindow)));
    return new HpaSpec(min, random.nextInt(8, 13), metrics, behavior);
  }

  private static ScalingRules rules(SplittableRandom random, Duration window) {
    List<Policy> policies = new ArrayList<>();
    for (int n = random.nextInt(1, 3); n > 0; n--) {
      boolean pods = random.nextBoolean();
      policies.add(
          new Policy(
              pods ? PolicyType.PODS : PolicyType.PERCENT,
              pods ? random.nextInt(1, 4) : random.nextInt(10, 150),
              Duration.ofSeconds(random.nextInt(3, 12))));
    }
    int select = random.nextInt(8);
    return new ScalingRules(
        random.nextBoolean() ? window : Duration.ofSeconds(random.nextInt(0, 8)),
        select == 0 ? SelectPolicy.DISABLED : select < 4 ? SelectPolicy.MIN : SelectPolicy.MAX,
        policies,
        random.nextInt(3) == 0
            ? OptionalDouble.of(random.nextInt(0, 30) / 100.0)
            : OptionalDouble.empty());
  }

  private static MetricId id() {
    return new MetricId("m", "");
  }

  private static MetricSpec external(MetricTarget target) {
    return new MetricSpec.External(id(), target);
  }

  private static MetricSpec object(MetricTarget target) {
    return new MetricSpec.OfObject("Service", id(), target);
  }

  private static MetricTarget average(SplittableRandom random) {
    return new MetricTarget.AverageValue(random.nextLong(10_000, 900_000));
  }

  private static MetricTarget value(SplittableRandom random) {
    return new MetricTarget.Value(random.nextLong(10_000, 900_000));
  }

  private static MetricTarget utilization(SplittableRandom random) {
    return new MetricTarget.Utilization(random.nextInt(30, 130));
  }

  // ---------------------------------------------------------------- as API objects

  /** What an HPA exercises, for the table. */
  static void features(HpaSpec spec, Set<String> seen) {
    for (MetricSpec metric : spec.metrics()) {
      seen.add(
          "metric %s, target %s"
              .formatted(type(metric), metric.target().getClass().getSimpleName()));
    }
    if (spec.metrics().size() > 1) {
      seen.add("several metrics");
    }
    if (spec.minReplicas() == 0) {
      seen.add("scale to zero and back");
    }
    if (spec.behavior().isEmpty()) {
      seen.add("no behavior");
      return;
    }
    Behavior behavior = spec.behavior().get();
    features("scaleUp", behavior.scaleUp(), seen);
    features("scaleDown", behavior.scaleDown(), seen);
  }

  private static void features(String direction, ScalingRules rules, Set<String> seen) {
    seen.add("behavior %s, select %s".formatted(direction, rules.select()));
    rules.policies().forEach(p -> seen.add("behavior %s, %s".formatted(direction, p.type())));
    if (rules.stabilizationWindow().isPositive()) {
      seen.add("behavior %s, stabilization window".formatted(direction));
    }
    if (rules.tolerance().isPresent()) {
      seen.add("behavior %s, tolerance".formatted(direction));
    }
  }

  static String deployment(String app, int size) {
    return """
    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%1$s"},
     "spec":{"replicas":%2$d,"selector":{"matchLabels":{"app":"%1$s"}},
      "template":{"metadata":{"labels":{"app":"%1$s"}},
       "spec":{"containers":[{"name":"c1","image":"none"}]}}}}
    """
        .formatted(app, size);
  }

  static String hpa(String app, HpaSpec spec) {
    List<String> metrics = new ArrayList<>();
    for (MetricSpec metric : spec.metrics()) {
      metrics.add(metric(metric, app, metrics.size()));
    }
    return """
    {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"%1$s"},
     "spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"%1$s"},
      "minReplicas":%2$d,"maxReplicas":%3$d,"metrics":[%4$s]%5$s}}
    """
        .formatted(
            app,
            spec.minReplicas(),
            spec.maxReplicas(),
            String.join(",", metrics),
            spec.behavior()
                .map(b ->
                    ",\"behavior\":{\"scaleUp\":%s,\"scaleDown\":%s}"
                        .formatted(rules(b.scaleUp()), rules(b.scaleDown())))
                .orElse(""));
  }

  private static String rules(ScalingRules rules) {
    String policies =
        rules.policies().stream()
            .map(p ->
                "{\"type\":\"%s\",\"value\":%d,\"periodSeconds\":%d}"
                    .formatted(
                        p.type() == PolicyType.PODS ? "Pods" : "Percent",
                        p.value(),
                        p.period().toSeconds()))
            .collect(Collectors.joining(","));
    String select =
        switch (rules.select()) {
          case MAX -> "Max";
          case MIN -> "Min";
          case DISABLED -> "Disabled";
        };
    String tolerance =
        rules.tolerance().isPresent()
            ? ",\"tolerance\":\"%s\"".formatted(rules.tolerance().getAsDouble())
            : "";
    return "{\"stabilizationWindowSeconds\":%d,\"selectPolicy\":\"%s\",\"policies\":[%s]%s}"
        .formatted(rules.stabilizationWindow().toSeconds(), select, policies, tolerance);
  }

  private static String type(MetricSpec metric) {
    return metric instanceof MetricSpec.OfObject ? "Object" : metric.getClass().getSimpleName();
  }

  private static String metric(MetricSpec metric, String app, int index) {
    String named = "\"metric\":{\"name\":\"%s-%d\"}".formatted(app, index);
    String target = target(metric.target());
    return switch (metric) {
      case MetricSpec.External _ ->
          "{\"type\":\"External\",\"external\":{%s,%s}}".formatted(named, target);
      case MetricSpec.OfObject _ ->
          "{\"type\":\"Object\",\"object\":{\"describedObject\":{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"name\":\"%s\"},%s,%s}}"
              .formatted(app, named, target);
      case MetricSpec.Pods _ -> "{\"type\":\"Pods\",\"pods\":{%s,%s}}".formatted(named, target);
      case MetricSpec.Resource r ->
          "{\"type\":\"Resource\",\"resource\":{\"name\":\"%s\",%s}}"
              .formatted(r.resource(), target);
      case MetricSpec.ContainerResource r ->
          "{\"type\":\"ContainerResource\",\"containerResource\":{\"name\":\"%s\",\"container\":\"%s\",%s}}"
              .formatted(r.resource(), r.container(), target);
      case MetricSpec.Unknown _ -> throw new IllegalArgumentException("not in the API");
    };
  }

  private static String target(MetricTarget target) {
    return switch (target) {
      case MetricTarget.Value(long milli) ->
          "\"target\":{\"type\":\"Value\",\"value\":\"%dm\"}".formatted(milli);
      case MetricTarget.AverageValue(long milli) ->
          "\"target\":{\"type\":\"AverageValue\",\"averageValue\":\"%dm\"}".formatted(milli);
      case MetricTarget.Utilization(int percent) ->
          "\"target\":{\"type\":\"Utilization\",\"averageUtilization\":%d}".formatted(percent);
      case MetricTarget.Unset() -> throw new IllegalArgumentException("not in the API");
    };
  }
}
