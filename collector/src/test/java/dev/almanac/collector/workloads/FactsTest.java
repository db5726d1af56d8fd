package dev.almanac.collector.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.collector.prometheus.BulkAnswer.Labelled;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.NamespaceRules;
import dev.almanac.predictor.rightsizing.advice.NamespaceRules.Range;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Requests, ranges, quotas and HPAs out of the series of kube-state-metrics. */
class FactsTest {
  private static final long MI = 1L << 20;

  private static Labelled fact(double value, String name, String... labels) {
    return new Labelled(
        OwnersTest.series(name, labels).labels(), new int[] {0}, new double[] {value});
  }

  private static Facts facts(Labelled... series) {
    return new Facts(OwnersTest.DIALECT, Arrays.asList(series));
  }

  private static Labelled amount(String what, double value, String pod, String resource) {
    return fact(
        value,
        "kube_pod_container_resource_" + what,
        "pod",
        pod,
        "container",
        "app",
        "resource",
        resource);
  }

  @Test
  void ofSeveralPodsTheLargerCounts() {
    Facts facts =
        facts(
            amount("requests", 0.1, "a", "cpu"),
            amount("requests", 0.25, "b", "cpu"),
            amount("requests", 64 * MI, "b", "memory"),
            amount("limits", 128 * MI, "b", "memory"),
            amount("requests", 9, "other", "cpu"),
            amount("requests", 1, "a", "nvidia_com_gpu"));
    assertThat(facts.of(List.of("a", "b"), "app", true))
        .contains(
            new ContainerResources(
                ResourceList.of(250, 64 * MI), ResourceList.NONE.with(Resource.MEMORY, 128 * MI)));
  }

  @Test
  void whatRequestsNothingIsNotWhatNobodyKnows() {
    Facts facts = facts(amount("requests", 0.1, "a", "cpu"));
    ContainerResources nothing = new ContainerResources(ResourceList.NONE, ResourceList.NONE);
    assertThat(facts.of(List.of(), "app", true)).contains(nothing);
    assertThat(facts.of(List.of(), "app", false)).isEmpty();
    assertThat(facts().of(List.of(), "app", true)).as("the metric is missing").isEmpty();
  }

  @Test
  void theNamesBeforeTwoAreUnderstood() {
    Facts facts =
        facts(
            fact(
                0.5,
                "kube_pod_container_resource_requests_cpu_cores",
                "pod",
                "a",
                "container",
                "app"),
            fact(
                1e9,
                "kube_pod_container_resource_limits_memory_bytes",
                "pod",
                "a",
                "container",
                "app"));
    ContainerResources found = facts.of(List.of("a"), "app", false).orElseThrow();
    assertThat(found.requests().get(Resource.CPU)).hasValue(500);
    assertThat(found.limits().get(Resource.MEMORY)).hasValue(1_000_000_000);
  }

  @Test
  void amountsThatAreNoneAreLeftOut() {
    Facts facts =
        facts(
            amount("requests", Double.NaN, "a", "cpu"),
            amount("requests", -1, "a", "cpu"),
            amount("requests", 1e300, "a", "cpu"),
            amount("requests", 0.512, "a", "memory"));
    ContainerResources found = facts.of(List.of("a"), "app", false).orElseThrow();
    assertThat(found.requests().get(Resource.CPU)).isEmpty();
    assertThat(found.requests().get(Resource.MEMORY)).as("512m of a byte").hasValue(1);
  }

  @Test
  void rangesAndQuotasBecomeRules() {
    NamespaceRules rules =
        facts(
                fact(
                    2,
                    "kube_limitrange",
                    "limitrange",
                    "l",
                    "resource",
                    "cpu",
                    "type",
                    "Container",
                    "constraint",
                    "max"),
                fact(
                    10,
                    "kube_limitrange",
                    "limitrange",
                    "l",
                    "resource",
                    "cpu",
                    "type",
                    "Container",
                    "constraint",
                    "maxLimitRequestRatio"),
                fact(
                    1,
                    "kube_limitrange",
                    "limitrange",
                    "l",
                    "resource",
                    "cpu",
                    "type",
                    "Container",
                    "constraint",
                    "default"),
                fact(
                    4,
                    "kube_limitrange",
                    "limitrange",
                    "l",
                    "resource",
                    "cpu",
                    "type",
                    "Pod",
                    "constraint",
                    "max"),
                fact(
                    10,
                    "kube_resourcequota",
                    "resourcequota",
                    "q",
                    "resource",
                    "requests.cpu",
                    "type",
                    "hard"),
                fact(
                    8,
                    "kube_resourcequota",
                    "resourcequota",
                    "r",
                    "resource",
                    "cpu",
                    "type",
                    "hard"),
                fact(
                    3,
                    "kube_resourcequota",
                    "resourcequota",
                    "q",
                    "resource",
                    "requests.cpu",
                    "type",
                    "used"),
                fact(
                    5 * MI,
                    "kube_resourcequota",
                    "resourcequota",
                    "q",
                    "resource",
                    "limits.memory",
                    "type",
                    "hard"),
                fact(
                    7,
                    "kube_resourcequota",
                    "resourcequota",
                    "q",
                    "resource",
                    "pods",
                    "type",
                    "hard"))
            .rules();
    assertThat(rules.ranges())
        .containsExactlyInAnyOrder(
            new Range(
                false,
                ResourceList.NONE,
                ResourceList.NONE.with(Resource.CPU, 2000),
                Map.of(Resource.CPU, 10.0)),
            new Range(
                true, ResourceList.NONE, ResourceList.NONE.with(Resource.CPU, 4000), Map.of()));
    assertThat(rules.requests().hard()).isEqualTo(ResourceList.NONE.with(Resource.CPU, 8000));
    assertThat(rules.requests().used()).isEqualTo(ResourceList.NONE.with(Resource.CPU, 3000));
    assertThat(rules.limits().hard()).isEqualTo(ResourceList.NONE.with(Resource.MEMORY, 5 * MI));
  }

  @Test
  void anHpaThatGoesByUtilizationIsFoundByItsTarget() {
    Facts facts =
        facts(
            fact(
                1,
                "kube_horizontalpodautoscaler_info",
                "horizontalpodautoscaler",
                "h",
                "scaletargetref_kind",
                "Deployment",
                "scaletargetref_name",
                "web"),
            fact(
                60,
                "kube_horizontalpodautoscaler_spec_target_metric",
                "horizontalpodautoscaler",
                "h",
                "metric_name",
                "cpu",
                "metric_target_type",
                "utilization"),
            fact(
                1,
                "kube_horizontalpodautoscaler_info",
                "horizontalpodautoscaler",
                "k",
                "scaletargetref_kind",
                "Deployment",
                "scaletargetref_name",
                "api"),
            fact(
                9,
                "kube_horizontalpodautoscaler_spec_target_metric",
                "horizontalpodautoscaler",
                "k",
                "metric_name",
                "cpu",
                "metric_target_type",
                "average"));
    assertThat(facts.hpaOf("Deployment", "web").orElseThrow().percent()).isEqualTo(60);
    assertThat(facts.hpaOf("StatefulSet", "web")).isEmpty();
    assertThat(facts.hpaOf("Deployment", "api")).as("goes by an amount").isEmpty();
  }
}
