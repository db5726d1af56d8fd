package dev.almanac.actuator.hpa;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.almanac.predictor.scaling.hpa.HpaSettings;
import dev.almanac.predictor.scaling.hpa.HpaSpec;
import dev.almanac.testbed.ControlPlane;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same metrics, pods and rules for the HorizontalPodAutoscaler of a real
 * kube-controller-manager and for {@link dev.almanac.predictor.scaling.hpa.Hpa}: after every sync
 * the same size, the same conditions with the same reasons and the same current metrics. {@link
 * Contestant} says how the clock, which is real over there, is kept out of it.
 */
@Tag("real")
class BesideTheRealHpaTest {
  private static final int HPAS = 48;
  private static final int SYNCS = 1_000;
  private static final Duration LONGEST = Duration.ofMinutes(4);
  private static final String HPA_PATH =
      "/apis/autoscaling/v2/namespaces/%s/horizontalpodautoscalers".formatted(World.NAMESPACE);

  private static final long SEED = 20_261_125;

  /** The controller's flags; short times, so that a minute sees them pass. */
  private static final HpaSettings SETTINGS =
      new HpaSettings(
          0.1, Duration.ofSeconds(6), Duration.ofSeconds(2), Duration.ofSeconds(7), 2, 4);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Contestant> contestants = new ConcurrentHashMap<>();
  private final Set<String> seen = new ConcurrentSkipListSet<>();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger compared = new AtomicInteger();

  @Test
  void theSameAnswersAtAThousandSyncs(@TempDir Path folder) throws InterruptedException {
    try (ControlPlane plane = start(folder);
        MetricsApis apis =
            new MetricsApis(
                folder.resolve("server.crt"), folder.resolve("server.key"), this::answer);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      apis.registerWith(plane);
      Stream<String> events = plane.watch(HPA_PATH + "?watch=true");
      threads.submit(() ->
          events.forEach(line -> {
            Instant at = Instant.now();
            threads.submit(() -> heard(plane, line, at, threads));
          }));
      for (int i = 0; i < HPAS; i++) {
        begin(plane);
      }
      Instant end = Instant.now().plus(LONGEST);
      while (compared.get() < SYNCS && Instant.now().isBefore(end)) {
        Thread.sleep(200);
      }
      report();
      events.close();
      threads.shutdownNow();
    }
    List<String> differences = new ArrayList<>();
    contestants.values().forEach(c -> differences.addAll(c.differences));
    assertThat(differences).isEmpty();
    assertThat(compared.get()).isGreaterThanOrEqualTo(SYNCS);
  }

  private static ControlPlane start(Path folder) {
    String manager = "kube-controller-manager=--";
    String autoscaler = manager + "horizontal-pod-autoscaler-";
    return ControlPlane.start(
        folder,
        Duration.ZERO,
        "--no-scheduler",
        "--no-pod-helper",
        "--flag",
        manager + "controllers=horizontal-pod-autoscaler-controller,serviceaccount-controller",
        "--flag",
        manager + "concurrent-horizontal-pod-autoscaler-syncs=" + HPAS,
        "--flag",
        manager + "feature-gates=HPAScaleToZero=true",
        "--flag",
        "kube-apiserver=--feature-gates=HPAScaleToZero=true",
        "--flag",
        autoscaler
            + "downscale-stabilization="
            + SETTINGS.downscaleStabilization().toSeconds()
            + "s",
        "--flag",
        autoscaler + "cpu-initialization-period=" + SETTINGS.cpuInitialization().toSeconds() + "s",
        "--flag",
        autoscaler + "initial-readiness-delay=" + SETTINGS.readinessDelay().toSeconds() + "s");
  }

  private void begin(ControlPlane plane) {
    int i = begun.getAndIncrement();
    String app = "w%03d".formatted(i);
    SplittableRandom random = new SplittableRandom(SEED + i);
    HpaSpec spec = Specs.of(i, SETTINGS.downscaleStabilization(), random);
    int size = random.nextInt(Math.max(1, spec.minReplicas()), spec.maxReplicas());
    MetricsApis.create(
        plane,
        "/apis/apps/v1/namespaces/%s/deployments".formatted(World.NAMESPACE),
        Specs.deployment(app, size));
    World world = new World(plane, app, random.split(), seen);
    world.begin(size);
    Contestant contestant =
        new Contestant(app, spec, size, SETTINGS, world, new Load(random.split(), seen));
    contestants.put(app, contestant);
    MetricsApis.create(plane, HPA_PATH, Specs.hpa(app, spec));
  }

  private MetricsApis.Answer answer(MetricsApis.Question question) {
    return contestants.get(question.app()).answer(question.metric());
  }

  private void heard(ControlPlane plane, String line, Instant at, ExecutorService threads) {
    try {
      JsonNode event = JSON.readTree(line);
      Contestant contestant =
          contestants.get(event.path("object").path("metadata").path("name").asText());
      if (contestant == null || !contestant.running()) {
        return;
      }
      if (contestant.changed(event.path("object").path("status"), at)) {
        compared.incrementAndGet();
      }
      if (!contestant.running()) {
        plane.send("DELETE", HPA_PATH + "/" + contestant.app, "application/json", "");
        begin(plane);
      } else if (contestant.resting()) {
        threads.submit(contestant::live);
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException("an event of the watch", e);
    }
  }

  private void report() {
    int rescaled = 0;
    int left = 0;
    int most = 0;
    int fewest = Integer.MAX_VALUE;
    for (Contestant c : contestants.values()) {
      c.features(seen);
      rescaled += c.rescaled;
      left += c.left.isPresent() ? 1 : 0;
      most = Math.max(most, c.compared);
      fewest = Math.min(fewest, c.compared);
    }
    System.out.printf(
        "beside kube-controller-manager: %d syncs of %d HPAs compared (%d to %d each), %d rescales,"
            + " %d HPAs left for want of a clear clock%n",
        compared.get(), begun.get(), fewest, most, rescaled, left);
    seen.forEach(feature -> System.out.println("  exercised: " + feature));
  }
}
