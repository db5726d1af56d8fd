package dev.almanac.collector.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.collector.prometheus.BulkAnswer.Labelled;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From pods to what owns them, by kube-state-metrics or by their names alone. */
class OwnersTest {
  static final Dialect DIALECT = dialect("");

  static Dialect dialect(String exported) {
    return new Dialect(
        "pod",
        "container",
        exported,
        true,
        List.of("kubelet", "cadvisor"),
        "",
        Duration.ofMinutes(1));
  }

  static Labelled series(String name, String... labels) {
    Map<String, String> all = new HashMap<>(Map.of("__name__", name));
    for (int i = 0; i < labels.length; i += 2) {
      all.put(labels[i], labels[i + 1]);
    }
    return new Labelled(all, new int[0], new double[0]);
  }

  private static Owners owners(Labelled... series) {
    return new Owners("shop", DIALECT, List.of(series));
  }

  private static String of(Owners owners, String pod) {
    return owners.of(pod).name() + (owners.of(pod).guessed() ? "?" : "");
  }

  @Test
  void chainsAreFollowedToTheTop() {
    Owners owners =
        owners(
            series("kube_pod_owner", "pod", "p1", "owner_kind", "ReplicaSet", "owner_name", "rs"),
            series(
                "kube_replicaset_owner",
                "replicaset",
                "rs",
                "owner_kind",
                "Rollout",
                "owner_name",
                "web"),
            series("kube_pod_owner", "pod", "p2", "owner_kind", "Job", "owner_name", "j1"),
            series(
                "kube_job_owner",
                "job_name",
                "j1",
                "owner_kind",
                "CronJob",
                "owner_name",
                "nightly"),
            series("kube_pod_owner", "pod", "p3", "owner_kind", "Job", "owner_name", "alone"),
            series(
                "kube_job_owner",
                "job_name",
                "alone",
                "owner_kind",
                "<none>",
                "owner_name",
                "<none>"),
            series("kube_pod_owner", "pod", "p4", "owner_kind", "<none>", "owner_name", "<none>"),
            series("kube_pod_owner", "pod", "p5", "owner_kind", "Node", "owner_name", "n1"),
            series("kube_pod_owner", "pod", "p6", "owner_kind", "StrimziPodSet", "owner_name", "k"),
            series(
                "kube_pod_owner", "pod", "p7", "owner_kind", "ReplicaSet", "owner_name", "bare"));
    assertThat(of(owners, "p1")).isEqualTo("shop/Rollout/web");
    assertThat(of(owners, "p2")).isEqualTo("shop/CronJob/nightly");
    assertThat(of(owners, "p3")).isEqualTo("shop/Job/alone");
    assertThat(of(owners, "p4")).isEqualTo("shop/Pod/p4");
    assertThat(of(owners, "p5")).isEqualTo("shop/Pod/p5");
    assertThat(of(owners, "p6")).isEqualTo("shop/StrimziPodSet/k");
    assertThat(of(owners, "p7")).isEqualTo("shop/ReplicaSet/bare");
  }

  @Test
  void ofSeveralOwnersTheControllerCounts() {
    Owners owners =
        owners(
            series(
                "kube_pod_owner",
                "pod",
                "p",
                "owner_kind",
                "StatefulSet",
                "owner_name",
                "db",
                "owner_is_controller",
                "true"),
            series(
                "kube_pod_owner",
                "pod",
                "p",
                "owner_kind",
                "Backup",
                "owner_name",
                "x",
                "owner_is_controller",
                "false"));
    assertThat(of(owners, "p")).isEqualTo("shop/StatefulSet/db");
  }

  @ParameterizedTest
  @CsvSource({
    "web-7d9f8b6c54-xk2lp, shop/Deployment/web?",
    "my-app-5b8c7d-zzzzz, shop/Deployment/my-app?",
    "nightly-29000000-xk2lp, shop/CronJob/nightly?",
    "db-0, shop/StatefulSet/db?",
    "agent-xk2lp, shop/DaemonSet/agent?",
    "debug, shop/Pod/debug?",
    "a-hello, shop/Pod/a-hello?" // no controller uses vowels
  })
  void whereNobodySaysNamesAreAllThereIs(String pod, String workload) {
    assertThat(of(owners(), pod)).isEqualTo(workload);
  }

  @Test
  void anInitContainerThatIsAlwaysRestartedIsASidecar() {
    Owners owners =
        owners(
            series(
                "kube_pod_init_container_info",
                "pod",
                "p",
                "container",
                "proxy",
                "restart_policy",
                "Always"),
            series("kube_pod_init_container_info", "pod", "p", "container", "migrate"));
    assertThat(owners.role("p", "proxy")).isEqualTo(Role.SIDECAR);
    assertThat(owners.role("p", "migrate")).isEqualTo(Role.INIT);
    assertThat(owners.role("p", "app")).isEqualTo(Role.MAIN);
  }

  @Test
  void labelsOfAStateMetricsWithoutHonorLabelsAreExported() {
    Owners owners =
        new Owners(
            "shop",
            dialect("exported_"),
            List.of(
                series(
                    "kube_pod_owner",
                    "pod",
                    "kube-state-metrics-0",
                    "exported_pod",
                    "p",
                    "owner_kind",
                    "DaemonSet",
                    "owner_name",
                    "agent")));
    assertThat(of(owners, "p")).isEqualTo("shop/DaemonSet/agent");
    assertThat(of(owners, "kube-state-metrics-0")).endsWith("?");
  }
}
