package dev.almanac.service.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.almanac.collector.trace.TraceFiles;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.cli.CommandRun;
import dev.almanac.testbed.ControlPlane;
import dev.almanac.testbed.PrometheusServer;
import dev.almanac.testbed.RealParts;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A week of a real city's demand in a real Prometheus, a Deployment in a real Kubernetes API, and
 * the service between them, through a Monday morning.
 *
 * <p>It is a rehearsal: the service's clock starts at a quarter to five and runs {@value #SPEED}
 * times as fast. A start-up lag of 60 s is one of 60 s / {@value #SPEED} in reality.
 */
@Tag("real")
class MorningRiseTest {
  private static final double SPEED = 30;
  private static final double PER_REPLICA = 950;
  private static final int KILLS = 20;

  /** Monday 14 July 2014, local time written as UTC. */
  private static final Instant MONDAY = Instant.parse("2014-07-14T00:00:00Z");

  private static final Instant MORNING = MONDAY.plus(Duration.ofMinutes(4 * 60 + 45));
  private static final Instant WELL_UP = MONDAY.plus(Duration.ofMinutes(7 * 60 + 10));

  private TimeSeries trace = TimeSeries.empty(Instant.EPOCH, Duration.ofSeconds(15));

  /** How far the old week is moved, so that it ends shortly before today. */
  private Duration shift = Duration.ZERO;

  @Test
  void replicasAreReadyBeforeTheMorningNeedsThemWhateverBreaks(@TempDir Path folder)
      throws Exception {
    RealParts.prometheus();
    RealParts.controlPlane();
    trace = trace();
    shift = Duration.ofDays((now().getEpochSecond() - trace.endEpochSecond()) / 86_400 - 1);
    Path demand = writeOpenMetrics(folder.resolve("demand.om"));
    // The control plane itself takes some of the 60 s: what is left is the pod's own.
    Duration podLag = Duration.ofMillis(Math.round(40_000 / SPEED));
    try (PrometheusServer prometheus =
            PrometheusServer.start(folder.resolve("prometheus"), List.of(demand));
        ControlPlane cluster = ControlPlane.start(folder.resolve("cluster"), podLag)) {
      deploy(cluster, folder, 3);
      Path config = config(folder, prometheus);
      Path data = folder.resolve("data");
      Instant from = MORNING.plus(shift);
      Instant anchor = now();
      try (ServiceProcess service =
          new ServiceProcess(
              folder.resolve("service.log"),
              List.of(
                  "serve",
                  "--config",
                  config.toString(),
                  "--data",
                  data.toString(),
                  "--kubeconfig",
                  cluster.kubeconfig().toString(),
                  "--clock-from",
                  from.toString(),
                  "--clock-anchor",
                  anchor.toString(),
                  "--clock-speed",
                  Double.toString(SPEED)),
              Map.of())) {
        DecisionFiles decisions = new DecisionFiles(data.resolve("decisions"));
        service.await("ready", 60, () -> service.status("/readyz") == 200);

        readyBeforeNeeded(cluster, anchor, from, service);
        killedAtAnyInstant(cluster, service, decisions);
        withoutPrometheus(cluster, prometheus, service, decisions);

        assertThat(service.stop()).as("SIGTERM ends it in order").isIn(0, 143);
        assertThat(service.log()).doesNotContain("Exception");
        everyRecordIsReproducedAndAFlippedByteIsFound(decisions);
      }
    }
  }

  /** Each size is Ready no later than demand needs it. */
  private void readyBeforeNeeded(
      ControlPlane cluster, Instant anchor, Instant from, ServiceProcess service) throws Exception {
    int asked = 0;
    int missing = 0;
    int highest = 0;
    List<String> late = new ArrayList<>();
    Instant clock = from;
    while (clock.isBefore(WELL_UP.plus(shift))) {
      assertThat(service.isAlive()).as(service.log()).isTrue();
      int ready = replicas(cluster, "/status/readyReplicas");
      clock = from.plusMillis(Math.round(Duration.between(anchor, now()).toMillis() * SPEED));
      int needed = needed(clock);
      asked++;
      missing += ready < needed ? 1 : 0;
      if (needed > highest) {
        highest = needed;
        if (ready < needed) {
          late.add("%s: %d needed, %d ready".formatted(clock.minus(shift), needed, ready));
        }
      }
      Thread.sleep(200);
    }
    assertThat(highest).as("the morning did rise").isGreaterThanOrEqualTo(12);
    assertThat(late).as("sizes that were Ready only after they were needed").isEmpty();
    assertThat((double) missing / asked).as("share of the rise that was short").isLessThan(0.02);
  }

  private void killedAtAnyInstant(
      ControlPlane cluster, ServiceProcess service, DecisionFiles decisions) throws Exception {
    SplittableRandom random = new SplittableRandom(20);
    for (int kill = 0; kill < KILLS; kill++) {
      Thread.sleep(random.nextInt(50, 1_500));
      service.kill();
      int before = replicas(cluster, "/spec/replicas");
      int records = decisions.count();
      service.start();
      service.await("a decision after kill " + kill, 60, () -> decisions.count() > records);
      JsonNode first = decisions.at(records);
      int spec = first.at("/observation/target/specReplicas").asInt();
      boolean hold = first.at("/decision/answer/kind").asText().equals("hold");
      assertThat(hold || first.at("/decision/proposed").asInt() >= spec)
          .as("first decision after kill %d: %s", kill, first)
          .isTrue();
      assertThat(replicas(cluster, "/spec/replicas"))
          .as("replicas after kill %d", kill)
          .isGreaterThanOrEqualTo(before);
    }
  }

  private void withoutPrometheus(
      ControlPlane cluster,
      PrometheusServer prometheus,
      ServiceProcess service,
      DecisionFiles decisions)
      throws Exception {
    service.await("ready before the fault", 30, () -> service.status("/readyz") == 200);
    prometheus.stop();
    int stopped = decisions.count();
    int before = replicas(cluster, "/spec/replicas");
    service.await("decisions without Prometheus", 30, () -> decisions.count() >= stopped + 20);
    // The decision that was being made at the stop may have had its data already.
    for (int i = stopped + 1; i < stopped + 20; i++) {
      JsonNode record = decisions.at(i);
      assertThat(record.at("/decision/reason").asText()).as("%s", record).isEqualTo("NO_DATA");
      assertThat(record.at("/decision/answer/kind").asText()).isEqualTo("hold");
    }
    assertThat(replicas(cluster, "/spec/replicas")).isGreaterThanOrEqualTo(before);
    service.await("not ready", 20, () -> service.status("/readyz") == 503);

    prometheus.restart();
    int started = decisions.count();
    service.await("decisions after the restart", 30, () -> decisions.count() >= started + 3);
    // One that had begun, and two intervals.
    assertThat(decisions.at(started + 2).at("/decision/reason").asText()).isNotEqualTo("NO_DATA");
    service.await("ready again", 20, () -> service.status("/readyz") == 200);
  }

  private static void everyRecordIsReproducedAndAFlippedByteIsFound(DecisionFiles decisions)
      throws Exception {
    CommandRun good = CommandRun.run("verify", decisions.folder().toString());
    assertThat(good.code()).as(good.out()).isZero();
    CommandRun simulated =
        CommandRun.run("simulate", "--log", decisions.folder().toString(), "-o", "json");
    assertThat(simulated.code()).as(simulated.out()).isZero();
    JsonNode run = new ObjectMapper().readTree(simulated.out());
    assertThat(run.path("same_bytes").asInt()).isEqualTo(decisions.count());

    Path newest = decisions.newestFile();
    String text = Files.readString(newest);
    int record = text.indexOf("{\"type\":\"decision\"");
    int digit = text.indexOf("\"specReplicas\":", record) + "\"specReplicas\":".length();
    long line = text.substring(0, record).lines().count() + 1;
    try (RandomAccessFile file = new RandomAccessFile(newest.toFile(), "rw")) {
      file.seek(digit); // the log is plain ASCII: characters are bytes
      file.write(text.charAt(digit) ^ 1);
    }
    CommandRun bad = CommandRun.run("verify", decisions.folder().toString());
    assertThat(bad.code()).isEqualTo(1);
    assertThat(bad.out())
        .contains(newest.getFileName() + ":" + line)
        .contains("observation.target.specReplicas");
  }

  // ---------------------------------------------------------------- the world

  private static Instant now() {
    return InstantSource.system().instant();
  }

  /**
   * Passengers: lines between the centres of half hours, every 15 s, with one per cent of noise.
   */
  private static TimeSeries trace() throws IOException {
    TimeSeries coarse;
    String name = "nyc_taxi_9_days.csv";
    try (InputStream in = MorningRiseTest.class.getResourceAsStream(name)) {
      coarse = TraceFiles.read(name, in).firstEntry().getValue();
    }
    SplittableRandom random = new SplittableRandom(7);
    int ratio = coarse.stepSeconds() / 15;
    double[] fine = new double[(coarse.length() - 1) * ratio];
    for (int i = 0; i < fine.length; i++) {
      int left = i / ratio;
      double share = (double) (i % ratio) / ratio;
      double value = coarse.values()[left] * (1 - share) + coarse.values()[left + 1] * share;
      fine[i] = value * (1 + 0.01 * random.nextGaussian());
    }
    return new TimeSeries(coarse.startEpochSecond() + coarse.stepSeconds() / 2, 15, fine);
  }

  private int needed(Instant at) {
    int i = (int) trace.indexAt(at.minus(shift).getEpochSecond());
    return (int) Math.ceil(trace.values()[i] / PER_REPLICA);
  }

  private Path writeOpenMetrics(Path file) throws IOException {
    StringBuilder text = new StringBuilder("# TYPE passengers gauge\n");
    for (int i = 0; i < trace.length(); i++) {
      text.append(
          String.format(
              Locale.ROOT,
              "passengers{namespace=\"shop\",deployment=\"web\"} %.3f %d\n",
              trace.values()[i],
              trace.epochSecondAt(i) + shift.toSeconds()));
    }
    return Files.writeString(file, text.append("# EOF\n"));
  }

  private static void deploy(ControlPlane cluster, Path folder, int replicas) throws Exception {
    Path manifest =
        Files.writeString(
            folder.resolve("web.yaml"),
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec:
              replicas: %d
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers: [{name: web, image: example/web}]
            """
                .formatted(replicas));
    cluster.kubectl("apply", "-f", manifest.toString());
    Instant end = now().plusSeconds(60);
    while (replicas(cluster, "/status/readyReplicas") < replicas) {
      assertThat(now()).as("the first pods become Ready").isBefore(end);
      Thread.sleep(200);
    }
  }

  private static Path config(Path folder, PrometheusServer prometheus) throws IOException {
    Path config = Files.createDirectory(folder.resolve("config"));
    Files.writeString(
        config.resolve("almanac.yaml"),
        """
        apiVersion: almanac.dev/v1alpha1
        kind: MetricSource
        metadata: {name: cluster-prometheus}
        spec: {url: "%s", timeout: 2s}
        ---
        apiVersion: almanac.dev/v1alpha1
        kind: PredictiveAutoscaler
        metadata: {name: web, namespace: shop}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          minReplicas: 2
          maxReplicas: 40
          demand:
            source: cluster-prometheus
            query: sum(passengers{namespace="$namespace",deployment="$name"})
            perReplica: %s
          stage: Full
          leadTime: 60s
        """
            .formatted(prometheus.url(), PER_REPLICA));
    return config;
  }

  private static int replicas(ControlPlane cluster, String path) throws IOException {
    String deployment = cluster.get("/apis/apps/v1/namespaces/shop/deployments/web");
    return new ObjectMapper().readTree(deployment).at(path).asInt(0);
  }
}
