package dev.almanac.actuator.hpa;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.actuator.hpa.MetricsApis.Answer;
import dev.almanac.predictor.scaling.hpa.HpaSpec;
import dev.almanac.predictor.scaling.hpa.MetricAnswer;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.MetricTarget;
import dev.almanac.predictor.scaling.hpa.Pod;
import dev.almanac.predictor.scaling.hpa.Pod.Phase;
import dev.almanac.predictor.scaling.hpa.PodSample;
import dev.almanac.predictor.scaling.hpa.PodUsage;
import dev.almanac.predictor.scaling.hpa.PodUsage.ContainerUsage;
import dev.almanac.predictor.scaling.hpa.Proposal.Current;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the metrics of one target say at each sync, as values for the rule and as API objects. */
final class Load {
  /** Against the target; 1 is inside the tolerance, most of the time. */
  private static final double[] LEVELS = {0.2, 0.5, 0.8, 1, 1, 1.3, 1.8, 2.5};

  private static final Duration WINDOW = Duration.ofSeconds(2);
  private static final Map<String, BigDecimal> SUFFIXES =
      Map.of(
          "m", new BigDecimal("0.001"),
          "k", new BigDecimal("1000"),
          "M", new BigDecimal("1000000"),
          "G", new BigDecimal("1000000000"),
          "T", new BigDecimal("1000000000000"));

  private final SplittableRandom random;
  private final Set<String> seen;
  private double level = 1;
  private double pressure = 1;
  private int ticksLeft;
  private long tick;

  Load(SplittableRandom random, Set<String> seen) {
    this.random = random;
    this.seen = seen;
  }

  /** One answer for each metric; no two syncs have the same, so that each changes the status. */
  List<MetricAnswer> next(HpaSpec spec, int size, int status, List<Pod> pods, Instant now) {
    tick++;
    if (ticksLeft-- <= 0) {
      // Load that stays for a while, so that falls come through their windows too.
      level = LEVELS[random.nextInt(LEVELS.length)];
      ticksLeft = random.nextInt(2, 9);
    }
    pressure = level * random.nextDouble(0.9, 1.1);
    if (spec.minReplicas() == 0 && random.nextInt(3) == 0) {
      pressure = 0;
    }
    List<MetricAnswer> answers = new ArrayList<>();
    for (MetricSpec metric : spec.metrics()) {
      if (!answers.isEmpty() && random.nextInt(7) == 0) {
        seen.add("one metric of several fails");
        answers.add(new MetricAnswer.Unavailable("deliberate"));
      } else {
        answers.add(answer(metric, pressure * random.nextDouble(0.95, 1.05), status, pods, now));
      }
    }
    return answers;
  }

  private MetricAnswer answer(
      MetricSpec metric, double share, int status, List<Pod> pods, Instant now) {
    Instant second = now.truncatedTo(ChronoUnit.SECONDS);
    return switch (metric) {
      case MetricSpec.External _, MetricSpec.OfObject _ -> {
        long target = milli(metric.target());
        boolean average = metric.target() instanceof MetricTarget.AverageValue;
        // An idle target reports a little, which still rounds to nothing only at a ratio of zero.
        long total =
            pressure == 0 ? 0 : (long) (share * target * (average ? status : 1)) + tick % 97;
        if (metric instanceof MetricSpec.External && random.nextBoolean()) {
          seen.add("external metric of several series");
          yield new MetricAnswer.Total(List.of(total / 3, total - total / 3));
        }
        yield new MetricAnswer.Total(List.of(total));
      }
      case MetricSpec.Pods _ -> {
        List<PodSample> samples = new ArrayList<>();
        for (Pod pod : sampled(pods)) {
          samples.add(
              new PodSample(
                  pod.name(), taken(second), WINDOW, around(share * milli(metric.target()))));
        }
        if (random.nextInt(10) == 0) {
          seen.add("sample of an unknown pod");
          samples.add(
              new PodSample("stranger", second, WINDOW, around(share * milli(metric.target()))));
        }
        yield new MetricAnswer.PerPod(samples);
      }
      default -> new MetricAnswer.Usage(usage(metric.target(), share, pods, second));
    };
  }

  private List<PodUsage> usage(MetricTarget target, double share, List<Pod> pods, Instant second) {
    List<PodUsage> report = new ArrayList<>();
    for (Pod pod : sampled(pods)) {
      List<ContainerUsage> containers = new ArrayList<>();
      new TreeMap<>(World.REQUESTS)
          .forEach((name, request) -> {
            double aim =
                target instanceof MetricTarget.Utilization(int percent)
                    ? request * percent / 100.0
                    : milli(target) / 2.0;
            int fate = random.nextInt(40);
            if (fate == 0) {
              seen.add("container without a value");
              containers.add(new ContainerUsage(name, OptionalLong.empty()));
            } else if (fate == 1 && name.equals("c2")) {
              seen.add("container not listed in a sample");
            } else {
              containers.add(new ContainerUsage(name, OptionalLong.of(around(share * aim))));
            }
          });
      report.add(new PodUsage(pod.name(), taken(second), WINDOW, containers));
    }
    return report;
  }

  /** Pods without a kubelet's attention have no sample; some others' is lost. */
  private List<Pod> sampled(List<Pod> pods) {
    List<Pod> list = new ArrayList<>();
    for (Pod pod : pods) {
      if (pod.phase() == Phase.PENDING) {
        continue;
      }
      if (random.nextInt(9) == 0) {
        seen.add("sample missing");
        continue;
      }
      list.add(pod);
    }
    return list;
  }

  private Instant taken(Instant second) {
    return second.minusSeconds(random.nextInt(4));
  }

  private long around(double value) {
    return Math.max(1, (long) (value * random.nextDouble(0.8, 1.2)));
  }

  // ---------------------------------------------------------------- as API objects

  static List<MetricAnswer> unavailable(HpaSpec spec, String why) {
    return spec.metrics().stream()
        .<MetricAnswer>map(_ -> new MetricAnswer.Unavailable(why))
        .toList();
  }

  /** Position of the one metric that asks for usage. */
  int usageIndex(HpaSpec spec) {
    for (int i = 0; i < spec.metrics().size(); i++) {
      if (spec.metrics().get(i) instanceof MetricSpec.Resource
          || spec.metrics().get(i) instanceof MetricSpec.ContainerResource) {
        return i;
      }
    }
    throw new IllegalStateException("no metric of usage");
  }

  Answer body(HpaSpec spec, int index, MetricAnswer answer, String app) {
    MetricSpec metric = spec.metrics().get(index);
    return switch (answer) {
      case MetricAnswer.Unavailable(String detail) -> Answer.failure(detail);
      case MetricAnswer.Total(List<Long> series) when metric instanceof MetricSpec.External ->
          list(
              "ExternalMetricValueList",
              "external.metrics.k8s.io/v1beta1",
              series.stream()
                  .map(milli ->
                      "{\"metricName\":\"m\",\"metricLabels\":{},\"timestamp\":\"%s\",\"value\":\"%dm\"}"
                          .formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS), milli))
                  .toList());
      case MetricAnswer.Total(List<Long> series) ->
          list(
              "MetricValueList",
              "custom.metrics.k8s.io/v1beta2",
              List.of(
                  custom(
                      "Service",
                      app,
                      Instant.now().truncatedTo(ChronoUnit.SECONDS),
                      series.getFirst())));
      case MetricAnswer.PerPod(List<PodSample> samples) ->
          list(
              "MetricValueList",
              "custom.metrics.k8s.io/v1beta2",
              samples.stream().map(s -> custom("Pod", s.pod(), s.at(), s.milli())).toList());
      case MetricAnswer.Usage(List<PodUsage> pods) ->
          list(
              "PodMetricsList",
              "metrics.k8s.io/v1beta1",
              pods.stream().map(Load::podMetrics).toList());
    };
  }

  private static Answer list(String kind, String version, List<String> items) {
    return new Answer(
        200,
        "{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":{},\"items\":[%s]}"
            .formatted(kind, version, String.join(",", items)));
  }

  private static String custom(String kind, String name, Instant at, long milli) {
    return """
    {"describedObject":{"kind":"%s","namespace":"%s","name":"%s","apiVersion":"v1"},
     "metric":{"name":"m"},"timestamp":"%s","windowSeconds":%d,"value":"%dm"}
    """
        .formatted(kind, World.NAMESPACE, name, at, WINDOW.toSeconds(), milli);
  }

  private static String podMetrics(PodUsage pod) {
    String containers =
        pod.containers().stream()
            .map(c ->
                "{\"name\":\"%s\",\"usage\":{%s}}"
                    .formatted(
                        c.name(),
                        c.milli().isPresent()
                            ? "\"cpu\":\"%dm\",\"memory\":\"%dm\""
                                .formatted(c.milli().getAsLong(), c.milli().getAsLong())
                            : ""))
            .collect(Collectors.joining(","));
    return """
    {"metadata":{"name":"%s","namespace":"%s"},"timestamp":"%s","window":"%ds","containers":[%s]}
    """
        .formatted(pod.pod(), World.NAMESPACE, pod.at(), pod.window().toSeconds(), containers);
  }

  // ---------------------------------------------------------------- for the comparison

  /** The rule's current metrics in one form. */
  static String shown(List<Current> metrics) {
    return metrics.stream()
        .map(metric ->
            switch (metric) {
              case Current.Utilization(int percent, long milli) -> percent + "% " + milli;
              case Current.Average(long milli) -> "average " + milli;
              case Current.Value(long milli) -> "value " + milli;
              case Current.Unknown() -> "?";
            })
        .collect(Collectors.joining(", "));
  }

  /** Those of the API object in the same. */
  static String shown(JsonNode metrics) {
    List<String> list = new ArrayList<>();
    for (JsonNode metric : metrics) {
      JsonNode current = metric.findPath("current");
      if (current.has("averageUtilization")) {
        list.add(
            current.path("averageUtilization").asText()
                + "% "
                + milli(current.path("averageValue").asText()));
      } else if (current.has("averageValue")) {
        list.add("average " + milli(current.path("averageValue").asText()));
      } else if (current.has("value")) {
        list.add("value " + milli(current.path("value").asText()));
      } else {
        list.add("?");
      }
    }
    return String.join(", ", list);
  }

  private static long milli(String quantity) {
    String suffix = quantity.substring(quantity.length() - 1);
    BigDecimal unit = SUFFIXES.get(suffix);
    BigDecimal value =
        unit == null
            ? new BigDecimal(quantity)
            : new BigDecimal(quantity.substring(0, quantity.length() - 1)).multiply(unit);
    return value.movePointRight(3).longValueExact();
  }

  private static long milli(MetricTarget target) {
    return switch (target) {
      case MetricTarget.AverageValue(long milli) -> milli;
      case MetricTarget.Value(long milli) -> milli;
      default -> throw new IllegalArgumentException("no amount: " + target);
    };
  }
}
