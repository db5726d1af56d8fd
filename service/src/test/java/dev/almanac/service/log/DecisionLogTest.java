package dev.almanac.service.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.StageName;
import dev.almanac.predictor.scaling.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionLogTest {
  @TempDir Path folder;

  @Test
  void beginsWithAHeaderAndASnapshotOfEachWorkload() {
    try (DecisionLog log = Logs.open(folder)) {
      assertThat(Logs.files(folder)).isEmpty(); // nothing before the first record
      Logs.append(log, new Steps("shop/web"), 2);
      Logs.append(log, new Steps("shop/api"), 1);
      assertThat(log.recordsWritten()).isEqualTo(3);
      assertThat(log.recordsDropped()).isZero();
      assertThat(log.errors()).isZero();
      assertThat(log.status()).isEqualTo(new DecisionLog.Status(true, ""));
    }
    assertThat(Logs.files(folder))
        .extracting(p -> p.getFileName().toString())
        .containsExactly("decisions-00000001.jsonl");
    List<String> lines = Logs.lines(Logs.files(folder).getFirst());
    assertThat(lines).hasSize(6);
    assertThat(lines.get(0))
        .startsWith(
            "{\"type\":\"header\",\"format\":1,\"product\":\"0.1.0-test\",\"opened\":\"START\",");
    String hash = DecisionLog.policyHash(Steps.policy());
    assertThat(hash).matches("[0-9a-f]{16}");
    assertThat(lines.get(1))
        .startsWith(
            "{\"type\":\"snapshot\",\"workload\":\"shop/web\",\"policyHash\":\"" + hash + "\",")
        .contains("\"cause\":\"START\",\"policy\":{\"minReplicas\":2,")
        .contains("\"state\":{\"reactive\":null,\"sizes\":[],");
    assertThat(lines.get(2))
        .startsWith("{\"type\":\"decision\",\"workload\":\"shop/web\",")
        .contains("\"observation\":{\"at\":\"2026-03-02T08:00:00Z\",\"target\":{")
        .containsPattern("\"check\":\\{\"workload\":\"[0-9a-f]{8}\",\"policyHash\":")
        .containsPattern(
            "\"decision\":\"[0-9a-f]{8}\",\"next\":\"[0-9a-f]{8}\",\"line\":\"[0-9a-f]{8}\"}}$");
    assertThat(lines.get(4)).startsWith("{\"type\":\"snapshot\",\"workload\":\"shop/api\",");
    var found = Logs.sound(folder);
    assertThat(found.records()).isEqualTo(3);
    assertThat(found.workloads()).isEqualTo(2);
    assertThat(found.files()).isEqualTo(1);
    assertThat(found.products()).containsExactly("0.1.0-test");
    assertThat(found.notes()).isEmpty();
  }

  @Test
  void snapshotsAChangeOfPolicyAndGoesOnWithTheState() {
    Steps steps = new Steps("shop/web");
    try (DecisionLog log = Logs.open(folder)) {
      Logs.append(log, steps, 30);
      Logs.append(log, steps.policy(Steps.policy().withStage(Stage.FLOOR)), 30);
    }
    List<String> lines = Logs.lines(Logs.files(folder).getFirst());
    assertThat(lines).hasSize(1 + 1 + 30 + 1 + 30);
    assertThat(lines.get(32)).contains("\"cause\":\"POLICY\"", "\"stage\":\"FLOOR\"");
    Logs.sound(folder);
    assertThat(Logs.restore(folder, Steps.at(60)).workloads().get("shop/web").state())
        .isEqualTo(steps.state());
  }

  @Test
  void snapshotsAStateThatTheLoopForgot() {
    Steps steps = new Steps("shop/web");
    try (DecisionLog log = Logs.open(folder)) {
      Logs.append(log, steps, 30);
      Logs.append(log, steps.from(40, AutoscalerState.cold()), 5);
    }
    assertThat(Logs.lines(Logs.files(folder).getFirst()).get(32)).contains("\"cause\":\"GAP\"");
    Logs.sound(folder);
  }

  @Test
  void rotatesAndStaysWithinItsBounds() throws IOException {
    Steps web = new Steps("shop/web");
    Steps api = new Steps("shop/api");
    long most = 0;
    try (DecisionLog log = Logs.open(folder, Logs.SMALL)) {
      for (int i = 0; i < 300; i++) {
        Logs.append(log, web, 1);
        Logs.append(log, api, 1);
        assertThat(Logs.files(folder)).hasSizeLessThanOrEqualTo(4);
        long bytes = 0;
        for (Path file : Logs.files(folder)) {
          bytes += Files.size(file);
        }
        most = Math.max(most, bytes);
      }
      assertThat(log.recordsWritten()).isEqualTo(600);
      assertThat(log.bytesWritten()).isGreaterThan(most);
    }
    assertThat(most).isLessThan(4 * (Logs.SMALL.fileBytes() + 8_192));
    List<Path> files = Logs.files(folder);
    assertThat(files).hasSize(4);
    assertThat(files.getFirst().getFileName()).asString().isGreaterThan("decisions-00000004");
    for (Path file : files) {
      // Each file can be verified and restored from alone.
      assertThat(Logs.sound(file).workloads()).isEqualTo(2);
      assertThat(Logs.lines(file).get(0)).contains("\"opened\":\"ROTATION\"");
      assertThat(Logs.lines(file).get(1)).contains("\"cause\":\"ROTATION\"", "shop/api");
      assertThat(Logs.lines(file).get(2)).contains("\"cause\":\"ROTATION\"", "shop/web");
    }
    Logs.sound(folder);
    var restored = Logs.restore(folder, Steps.at(300));
    assertThat(restored.losses()).isEmpty();
    assertThat(restored.workloads().get("shop/web").state()).isEqualTo(web.state());
    assertThat(restored.workloads().get("shop/api").state()).isEqualTo(api.state());
  }

  /** Ten times as many snapshots as fit into a file must not make a file for each record. */
  @Test
  void growsAFileWhoseSnapshotsFillIt() throws IOException {
    try (DecisionLog log = Logs.open(folder, Logs.SMALL)) {
      Steps[] fleet = new Steps[400];
      for (int w = 0; w < fleet.length; w++) {
        fleet[w] = new Steps("shop/web-" + w);
      }
      for (int i = 0; i < 6; i++) {
        for (Steps steps : fleet) {
          log.append(steps.take());
        }
        Logs.flush(log);
      }
      assertThat(log.recordsDropped()).isZero();
    }
    List<Path> files = Logs.files(folder);
    assertThat(files).hasSizeBetween(2, 4);
    assertThat(Files.size(files.get(files.size() - 2))).isBetween(600_000L, 2_500_000L);
    Logs.sound(folder);
  }

  @Test
  void leavesWorkloadsWithoutDecisionsOutAfterAnHour() {
    Steps gone = new Steps("shop/gone");
    Steps web = new Steps("shop/web");
    try (DecisionLog log = Logs.open(folder, Logs.SMALL)) {
      Logs.append(log, gone, 1);
      Logs.append(log, web, 500); // two hours
    }
    Path last = Logs.files(folder).getLast();
    assertThat(Files.exists(last)).isTrue();
    assertThat(Logs.lines(last)).noneMatch(line -> line.contains("shop/gone"));
    assertThat(Logs.restore(folder, Steps.at(500)).workloads()).containsOnlyKeys("shop/web");
  }

  @Test
  void dropsAndCountsWhenTheQueueIsFullAndSnapshotsAfterwards() {
    Steps steps = new Steps("shop/web");
    var limits = new DecisionLog.Limits(16 << 20, 8, 1, Duration.ofMillis(1));
    long dropped = 0;
    try (DecisionLog log = Logs.open(folder, limits)) {
      for (int episode = 0; episode < 3; episode++) {
        while (log.append(steps.take())) {
          // The writer is slower than this loop: it takes the queue's one place at some point.
        }
        dropped++;
        Logs.flush(log);
        assertThat(log.append(steps.take())).isTrue();
        Logs.flush(log);
      }
      assertThat(log.recordsDropped()).isEqualTo(dropped);
      assertThat(log.recordsWritten() + log.recordsDropped()).isEqualTo(steps.number());
      assertThat(log.status().writing()).isTrue();
    }
    Path file = Logs.files(folder).getFirst();
    assertThat(Logs.lines(file).stream().filter(line -> line.contains("\"cause\":\"GAP\"")))
        .hasSize(3);
    Logs.sound(folder);
    assertThat(Logs.restore(folder, Steps.at(steps.number())).workloads().get("shop/web").state())
        .isEqualTo(steps.state());
  }

  @Test
  void takesStepsOfManyWorkloadsFromManyThreads() {
    int workloads = 40;
    int each = 50;
    AtomicInteger taken = new AtomicInteger();
    var limits = new DecisionLog.Limits(1 << 20, 8, workloads, Duration.ofMillis(1));
    DecisionLog log = Logs.open(folder, limits);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int w = 0; w < workloads; w++) {
        Steps steps = new Steps("shop/web-" + w);
        threads.submit(() -> {
          for (int i = 0; i < each; i++) {
            log.append(steps.take());
            if (i % 7 == 0) {
              log.flush(Logs.SOON);
            }
          }
          while (!log.append(steps.take())) {
            log.flush(Logs.SOON);
          }
          return taken.addAndGet(steps.number());
        });
      }
    }
    log.close();
    assertThat(log.recordsWritten() + log.recordsDropped()).isEqualTo(taken.get());
    assertThat(log.queued()).isZero();
    var found = Logs.sound(folder);
    assertThat(found.records()).isEqualTo(log.recordsWritten());
    assertThat(found.workloads()).isEqualTo(workloads);
  }

  @Test
  void closeWritesWhatIsQueuedAndThenTakesNothing() throws InterruptedException {
    Steps steps = new Steps("shop/web");
    DecisionLog log = Logs.open(folder);
    for (int i = 0; i < 200; i++) {
      log.append(steps.take());
    }
    log.close();
    assertThat(log.recordsWritten()).isEqualTo(200);
    assertThat(log.append(steps.take())).isFalse();
    assertThat(log.recordsDropped()).isEqualTo(1);
    assertThat(log.flush(Duration.ofMillis(10))).isFalse();
    log.close(); // once more does nothing
    assertThat(Logs.sound(folder).records()).isEqualTo(200);
  }

  @Test
  void beginsANewFileAtEachStartAndCarriesTheStatesOver() {
    Steps steps = new Steps("shop/web");
    for (int start = 0; start < 3; start++) {
      var restored = Logs.restore(folder, Steps.at(steps.number()));
      try (DecisionLog log =
          DecisionLog.open(
              folder, DecisionLog.Limits.DEFAULT, Logs.PRODUCT, restored.workloads())) {
        Logs.append(log, steps, 10);
        Logs.append(log, new Steps("other/new-" + start).from(steps.number(), steps.state()), 1);
      }
    }
    assertThat(Logs.files(folder)).hasSize(3);
    assertThat(Logs.lines(Logs.files(folder).getLast()).get(1)).contains("other/new-0");
    Logs.sound(folder);
    var restored = Logs.restore(folder, Steps.at(30));
    assertThat(restored.losses()).isEmpty();
    assertThat(restored.workloads()).hasSize(4);
    DecisionLog.Restored web = restored.workloads().get("shop/web");
    assertThat(web.state()).isEqualTo(Steps.stateAfter(30));
    assertThat(web.lastAt()).isEqualTo(Steps.at(29));
    assertThat(web.policy()).isEqualTo(Steps.policy());
    assertThat(web.policyHash()).isEqualTo(DecisionLog.policyHash(Steps.policy()));
    // One that has not been decided since its first process keeps its last decision all the same.
    assertThat(restored.workloads().get("other/new-0").lastDecision()).isPresent();
  }

  @Test
  void findsAndExplainsAStepOfThePast() throws IOException {
    Steps steps = new Steps("shop/web");
    try (DecisionLog log = Logs.open(folder, Logs.SMALL)) {
      Logs.append(log, new Steps("shop/web-2"), 5);
      Logs.append(log, steps, 80);
    }
    assertThat(Logs.files(folder)).hasSizeGreaterThan(2);
    for (int i : new int[] {0, 1, 20, 35, 59, 79}) {
      var found = DecisionLog.find(folder, "shop/web", Steps.at(i).plusSeconds(7)).orElseThrow();
      assertThat(found.observation()).isEqualTo(Steps.observation(i));
      assertThat(found.before()).isEqualTo(Steps.stateAfter(i));
      List<Trace.Line> explanation = found.explain();
      assertThat(explanation).extracting(Trace.Line::stage).contains(StageName.EVIDENCE);
      assertThat(explanation.getLast().replicas()).isEqualTo(found.decision().proposed());
    }
    assertThat(DecisionLog.find(folder, "shop/web", Steps.START.minusSeconds(1))).isEmpty();
    assertThat(DecisionLog.find(folder, "shop/we", Steps.at(9))).isEmpty();
    assertThat(DecisionLog.find(folder.resolve("none"), "shop/web", Steps.at(9))).isEmpty();
  }

  @Test
  void hashesPoliciesByContent() {
    assertThat(DecisionLog.policyHash(Steps.policy()))
        .isEqualTo(DecisionLog.policyHash(Steps.policy()))
        .isNotEqualTo(DecisionLog.policyHash(Steps.policy().withStage(Stage.SHADOW)));
  }

  @Test
  void refusesLimitsUnderWhichItCouldNotWork() {
    Duration retry = Duration.ofSeconds(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DecisionLog.Limits(65_535, 8, 1, retry));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DecisionLog.Limits(65_536, 1, 1, retry));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DecisionLog.Limits(65_536, 2, 0, retry));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DecisionLog.Limits(65_536, 2, 1, Duration.ZERO));
  }
}
