package dev.almanac.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.collector.prometheus.Authentication;
import dev.almanac.collector.prometheus.PrometheusOptions;
import dev.almanac.collector.prometheus.TlsFiles;
import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.scaling.ReactiveRule;
import dev.almanac.predictor.scaling.Risk;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.StepCaps;
import dev.almanac.predictor.scaling.hpa.Behavior;
import dev.almanac.predictor.scaling.hpa.ScalingRules;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From a right document to the values that the control loop works with. */
class RoundTripTest {

  @Test
  void everyFieldReachesItsValue() throws Exception {
    Path file = Path.of(RoundTripTest.class.getResource("accepted/shop.yaml").toURI());

    Configuration configuration = ((Configuration.Loaded) Configuration.load(file)).configuration();

    assertThat(configuration.workloads())
        .containsExactly(
            new Workload(
                "shop",
                "web",
                new TargetRef("apps/v1", "StatefulSet", "shop", "web.eu"),
                "cluster-prometheus",
                "sum(rate(http_requests_total"
                    + "{namespace=\"$namespace\",pod=~\"${name}-[0-9]+$\"}[1m]))",
                "orders/s",
                DemandCalendar.empty(),
                new ScalingPolicy(
                    2,
                    40,
                    Stage.FLOOR,
                    120.5,
                    new ReactiveRule(
                        List.of(),
                        0.8,
                        0.05,
                        Duration.ofMinutes(5),
                        Optional.of(
                            new Behavior(
                                ScalingRules.scaleUpDefault(),
                                ScalingRules.scaleDownDefault(Duration.ofMinutes(10))))),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(90),
                    new ScalingPolicy.LeadTime(Duration.ofSeconds(45), true),
                    new Risk.ShortTimePerMonth(Duration.ofMinutes(30)),
                    new StepCaps(Duration.ofMinutes(2), 10, 1.5, 0.1)),
                true));
    assertThat(configuration.sources())
        .isEqualTo(
            Map.of(
                "cluster-prometheus",
                PrometheusOptions.of(URI.create("https://prometheus.monitoring:9090/prefix"))
                    .withTimeout(Duration.ofSeconds(5))
                    .withAuthentication(
                        new Authentication.Basic(
                            "almanac", Path.of("/var/run/secrets/almanac/password")))
                    .withTls(
                        new TlsFiles(
                            Optional.of(Path.of("/etc/almanac/tls/ca.crt")),
                            Optional.of(Path.of("/etc/almanac/tls/tls.crt")),
                            Optional.of(Path.of("/etc/almanac/tls/tls.key"))))));
  }

  @Test
  void whatIsLeftOutHasTheDefaultsOfTheStep() {
    Configuration configuration =
        Documents.configuration(
            Documents.autoscaler(
                "web",
                """
                maxReplicas: 40
                demand: {source: cluster-prometheus, query: 'up{namespace="$namespace"}', perReplica: 120}
                """));

    Workload workload = configuration.workloads().getFirst();
    assertThat(workload.policy()).isEqualTo(ScalingPolicy.of(1, 40, Stage.SHADOW, 120));
    assertThat(workload.namespace()).isEqualTo("default");
    assertThat(workload.target()).isEqualTo(TargetRef.deployment("default", "web"));
    assertThat(workload.unit()).isEqualTo("req/s");
    assertThat(workload.paused()).isFalse();
    assertThat(workload.id()).isEqualTo("default/web");
    assertThat(workload.query()).isEqualTo("up{namespace=\"default\"}");
    PrometheusOptions source = configuration.sources().get("cluster-prometheus");
    assertThat(source.timeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(source.authentication()).isEmpty();
    assertThat(source.tls()).isEmpty();
  }

  @Test
  void pricesReachTheRisk() {
    Configuration configuration =
        Documents.configuration(
            Documents.autoscaler(
                "web",
                """
                maxReplicas: 40
                demand: {source: cluster-prometheus, query: up, perReplica: 120}
                risk: {idlePrice: 0.5, shortPrice: 20}
                """));

    assertThat(configuration.workloads().getFirst().policy().risk())
        .isEqualTo(new Risk.Prices(0.5, 20));
  }
}
