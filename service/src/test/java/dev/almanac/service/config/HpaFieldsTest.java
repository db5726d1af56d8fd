package dev.almanac.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.scaling.ReactiveRule;
import dev.almanac.predictor.scaling.hpa.Behavior;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.MetricSpec.MetricId;
import dev.almanac.predictor.scaling.hpa.MetricTarget;
import dev.almanac.predictor.scaling.hpa.ScalingRules;
import dev.almanac.predictor.scaling.hpa.ScalingRules.Policy;
import dev.almanac.predictor.scaling.hpa.ScalingRules.PolicyType;
import dev.almanac.predictor.scaling.hpa.ScalingRules.SelectPolicy;
import dev.almanac.service.config.Workload.Metric.OfPods;
import dev.almanac.service.config.Workload.Metric.Total;
import dev.almanac.service.config.Workload.Metric.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HPA's own blocks, as they stand in an HPA. */
class HpaFieldsTest {
  private static final String DEMAND =
      "maxReplicas: 10\ndemand: {source: cluster-prometheus, query: up, perReplica: 1}\n";

  @Test
  void metricsReachTheRuleAndTheirQueries() {
    Workload workload =
        workload(
            """
            metrics:
              - type: External
                external:
                  metric: {name: mails_waiting, selector: {matchLabels: {queue: out, zone: 'a"b'}}}
                  target: {type: AverageValue, averageValue: 30}
              - type: Object
                object:
                  describedObject: {apiVersion: v1, kind: Service, name: mailer}
                  metric: {name: in_flight}
                  target: {type: Value, value: 1500m}
              - type: Object
                object:
                  describedObject: {kind: Namespace, name: other}
                  metric: {name: s0-prometheus}
                  target: {type: Value, value: "2"}
              - type: External
                external:
                  metric: {name: s1-prometheus}
                  target: {type: Value, value: 2k}
            """);

    assertThat(workload.policy().reactive().metrics())
        .containsExactly(
            new MetricSpec.External(
                new MetricId("mails_waiting", "queue=\"out\",zone=\"a\\x22b\""),
                new MetricTarget.AverageValue(30_000)),
            new MetricSpec.OfObject(
                "Service mailer",
                new MetricId("in_flight", "service=\"mailer\""),
                new MetricTarget.Value(1_500)),
            new MetricSpec.OfObject(
                "Namespace other",
                new MetricId("s0-prometheus", ""),
                new MetricTarget.Value(2_000)),
            new MetricSpec.External(
                new MetricId("s1-prometheus", ""), new MetricTarget.Value(2_000_000)));
    assertThat(workload.metrics())
        .containsExactly(
            new Total("mails_waiting", "sum(mails_waiting{queue=\"out\",zone=\"a\\x22b\"})"),
            new Total("in_flight", "sum(in_flight{namespace=\"default\",service=\"mailer\"})"),
            new Total("s0-prometheus", "sum({__name__=\"s0-prometheus\",namespace=\"default\"})"),
            new Total("s1-prometheus", "sum({__name__=\"s1-prometheus\"})"));
  }

  @Test
  void expressionsOfASelectorBecomeMatchers() {
    Workload workload =
        workload(
            """
            metrics:
              - type: External
                external:
                  metric:
                    name: mails
                    selector:
                      matchLabels: {queue: out}
                      matchExpressions:
                        - {key: tier, operator: In, values: [a.b, 'c"|d']}
                        - {key: env, operator: NotIn, values: [test]}
                        - {key: owner, operator: Exists}
                        - {key: canary, operator: DoesNotExist}
                  target: {type: Value, value: 2}
            """);

    assertThat(workload.metrics())
        .containsExactly(
            new Total(
                "mails",
                "sum(mails{queue=\"out\",tier=~\"a\\\\.b|c\\x22\\\\|d\",env!~\"test\","
                    + "owner!=\"\",canary=\"\"})"));
  }

  @Test
  void metricsOfEachPodReachTheRuleAndSayWhereTheyAreRead() {
    Workload workload =
        workload(
            """
            metrics:
              - type: Resource
                resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}
              - type: Resource
                resource: {name: memory, target: {type: AverageValue, averageValue: 1.5Gi}}
              - type: ContainerResource
                containerResource:
                  name: cpu
                  container: main
                  target: {type: AverageValue, averageValue: 250m}
              - type: Pods
                pods:
                  metric: {name: queue_length, selector: {matchLabels: {queue: out}}}
                  target: {type: AverageValue, averageValue: "30"}
            """);

    var cpu = new MetricSpec.Resource("cpu", new MetricTarget.Utilization(60));
    var memory =
        new MetricSpec.Resource("memory", new MetricTarget.AverageValue(1_610_612_736_000L));
    var main = new MetricSpec.ContainerResource("cpu", "main", new MetricTarget.AverageValue(250));
    var queue =
        new MetricSpec.Pods(
            new MetricId("queue_length", "queue=\"out\""), new MetricTarget.AverageValue(30_000));
    assertThat(workload.policy().reactive().metrics()).containsExactly(cpu, memory, main, queue);
    assertThat(workload.metrics())
        .containsExactly(
            new Usage(cpu, "cpu"),
            new Usage(memory, "memory"),
            new Usage(main, "cpu"),
            new OfPods(queue, "sum by (pod) (queue_length{namespace=\"default\",queue=\"out\"})"));
  }

  @Test
  void behaviorReachesTheRuleAndTheRestHasTheDefaultsOfTheApi() {
    ReactiveRule rule =
        workload(
                """
                behavior:
                  scaleUp:
                    stabilizationWindowSeconds: 30
                    selectPolicy: Disabled
                    tolerance: "0.05"
                    policies: [{type: Percent, value: 50, periodSeconds: 60}]
                  scaleDown: {selectPolicy: Min}
                """)
            .policy()
            .reactive();

    assertThat(rule.behavior())
        .contains(
            new Behavior(
                new ScalingRules(
                    Duration.ofSeconds(30),
                    SelectPolicy.DISABLED,
                    List.of(new Policy(PolicyType.PERCENT, 50, Duration.ofMinutes(1))),
                    OptionalDouble.of(0.05)),
                ScalingRules.scaleDownDefault(Duration.ofMinutes(5)).withSelect(SelectPolicy.MIN)));
    assertThat(rule.metrics()).isEmpty();
    assertThat(workload("").policy().reactive()).isEqualTo(ReactiveRule.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "30, 30",
    "0.5, 0.5",
    "500m, 0.5",
    "250u, 0.00025",
    "7n, 0.000000007",
    "2k, 2000",
    "3M, 3000000",
    "1Gi, 1073741824",
    "1e3, 1000",
    "2E2, 200",
    "1E, 1000000000000000000",
    ".5, 0.5",
    "1., 1",
    "+.5k, 500",
    "5e-1, 0.5",
    "5e+1, 50"
  })
  void quantitiesAreThoseOfKubernetes(String text, BigDecimal value) {
    assertThat(Schema.Autoscaler.UP.tolerance().valueOf(text)).isEqualByComparingTo(value);
  }

  @ParameterizedTest
  @CsvSource({"-1", "1K", ".", "+", "..5", "++1", "1 k", "''", "NaN", "1e100", "1m5", "٣"})
  void andNothingElse(String text) {
    assertThat(
            Documents.problems(
                Documents.autoscaler(
                    "web", DEMAND + "behavior: {scaleUp: {tolerance: '%s'}}".formatted(text))))
        .singleElement()
        .asString()
        .contains("spec.behavior.scaleUp.tolerance");
  }

  private static Workload workload(String moreSpec) {
    return Documents.configuration(Documents.autoscaler("web", DEMAND + moreSpec))
        .workloads()
        .getFirst();
  }
}
