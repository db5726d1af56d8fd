package dev.almanac.service.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.service.log.DecisionLog.Restoration;
import dev.almanac.service.log.DecisionLog.Restored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRestoreTest {
  @TempDir Path folder;

  @Test
  void givesTheStateAfterTheLastRecord() {
    log(100);
    Restoration restored = Logs.restore(folder, Steps.at(100));
    assertThat(restored.losses()).isEmpty();
    Restored web = restored.workloads().get("shop/web");
    assertThat(web.state()).isEqualTo(Steps.stateAfter(100));
    assertThat(web.lastAt()).isEqualTo(Steps.at(99));
    assertThat(web.lastDecision()).isPresent();
  }

  @Test
  void startsColdWithoutALog() throws IOException {
    assertThat(Logs.restore(folder.resolve("none"), Steps.START)).isEqualTo(Restoration.none());
    assertThat(Logs.restore(folder, Steps.START)).isEqualTo(Restoration.none());
    Files.writeString(folder.resolve("decisions-1.jsonl"), "not ours");
    Files.writeString(folder.resolve("decisions-00000001.jsonl.tmp"), "never finished");
    assertThat(Logs.restore(folder, Steps.START)).isEqualTo(Restoration.none());
    Path file = Files.writeString(folder.resolve("a-file"), "");
    assertThat(Logs.restore(file, Steps.START)).isEqualTo(Restoration.none());
  }

  /** The process was killed while it wrote: the state is the one before or after that record. */
  @Test
  void toleratesALastRecordCutOffAtEveryByte() throws IOException {
    Path file = log(7);
    byte[] bytes = Files.readAllBytes(file);
    int last = bytes.length - 1;
    while (bytes[last - 1] != '\n') {
      last--;
    }
    AutoscalerState before = Steps.stateAfter(6);
    AutoscalerState after = Steps.stateAfter(7);
    assertThat(before).isNotEqualTo(after);
    for (int length = last; length <= bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      Restoration restored = Logs.restore(folder, Steps.at(7));
      assertThat(restored.losses()).isEmpty();
      assertThat(restored.workloads().get("shop/web").state())
          .as("cut at " + length)
          .isEqualTo(length < bytes.length - 1 ? before : after);
      Logs.sound(folder);
    }
  }

  /** Cut off anywhere: some state of the past or a cold start, never an error. */
  @Test
  void toleratesAFileCutOffAnywhere() throws IOException {
    Path file = log(12);
    byte[] bytes = Files.readAllBytes(file);
    List<AutoscalerState> past = IntStream.rangeClosed(0, 12).mapToObj(Steps::stateAfter).toList();
    for (int length = 0; length < bytes.length; length += 13) {
      Files.write(file, Arrays.copyOf(bytes, length));
      Restoration restored = Logs.restore(folder, Steps.at(12));
      Optional.ofNullable(restored.workloads().get("shop/web"))
          .ifPresent(web -> assertThat(past).contains(web.state()));
    }
  }

  /** Damage never gives a state that is not one of the workload's own past. */
  @Test
  void neverGivesAStateThatNeverWas() throws IOException {
    Path file = log(12);
    byte[] bytes = Files.readAllBytes(file);
    List<AutoscalerState> past = IntStream.rangeClosed(0, 12).mapToObj(Steps::stateAfter).toList();
    SplittableRandom random = new SplittableRandom(1);
    int whole = 0;
    for (int k = 0; k < 300; k++) {
      byte[] damaged = bytes.clone();
      int at = random.nextInt(bytes.length);
      int end = k % 2 == 0 ? at + 1 : Math.min(bytes.length, at + random.nextInt(2000));
      for (int i = at; i < end; i++) {
        damaged[i] = (byte) random.nextInt(256);
      }
      Files.write(file, damaged);
      Restoration restored = Logs.restore(folder, Steps.at(12));
      Restored web = restored.workloads().get("shop/web");
      if (web == null) {
        assertThat(restored.losses()).isNotEmpty();
      } else {
        assertThat(past).contains(web.state());
        whole += web.state().equals(past.getLast()) ? 1 : 0;
      }
    }
    assertThat(whole).isGreaterThan(130); // one wrong byte costs nothing
  }

  @Test
  void fallsBackToTheFileBeforeWhenTheNewestHasLostItsBeginning() throws IOException {
    Steps web = new Steps("shop/web");
    Steps api = new Steps("shop/api");
    try (DecisionLog log = Logs.open(folder, Logs.SMALL)) {
      for (int i = 0; i < 80; i++) {
        Logs.append(log, web, 1);
        Logs.append(log, api, 1);
      }
    }
    Path newest = Logs.files(folder).getLast();
    List<String> lines = new ArrayList<>(Logs.lines(newest));
    assertThat(lines.get(1)).contains("snapshot", "shop/api");
    lines.set(1, lines.get(1).replace("recommendations", "rec"));
    Files.writeString(newest, String.join("\n", lines) + "\n");
    Restoration restored = Logs.restore(folder, Steps.at(80));
    assertThat(restored.workloads().get("shop/web").state()).isEqualTo(web.state());
    assertThat(restored.workloads().get("shop/api").state()).isEqualTo(api.state());
    assertThat(restored.losses()).singleElement().asString().contains("line 2", "state");
  }

  /** Lost in the middle: what comes behind cannot be followed, so that workload starts cold. */
  @Test
  void startsAWorkloadColdWhoseRecordsCannotBeFollowed() throws IOException {
    Steps web = new Steps("shop/web");
    Steps api = new Steps("shop/api");
    try (DecisionLog log = Logs.open(folder)) {
      for (int i = 0; i < 10; i++) {
        Logs.append(log, web, 1);
        Logs.append(log, api, 1);
      }
    }
    Path file = Logs.files(folder).getFirst();
    List<String> lines = new ArrayList<>(Logs.lines(file));
    int damaged = lines.size() - 6;
    boolean ofWeb = lines.get(damaged).contains("shop/web");
    lines.set(damaged, lines.get(damaged).substring(0, 300));
    Files.writeString(file, String.join("\n", lines) + "\n");
    Restoration restored = Logs.restore(folder, Steps.at(10));
    assertThat(restored.workloads()).containsOnlyKeys(ofWeb ? "shop/api" : "shop/web");
    assertThat(restored.workloads().firstEntry().getValue().state()).isEqualTo(web.state());
    assertThat(restored.losses())
        .hasSize(2)
        .anyMatch(loss -> loss.startsWith((ofWeb ? "shop/web" : "shop/api") + " starts cold"));
  }

  @Test
  void startsColdOnANewerFormat() throws IOException {
    Path file = log(5);
    List<String> lines = new ArrayList<>(Logs.lines(file));
    LogLine.Header newer = new LogLine.Header(2, "9.0.0", LogLine.Opened.START);
    lines.set(0, new String(LineCodec.bytes(newer, Optional.empty()), UTF_8));
    Path second = folder.resolve("decisions-00000002.jsonl");
    Files.writeString(second, String.join("\n", lines) + "\n");
    Restoration restored = Logs.restore(folder, Steps.at(5));
    assertThat(restored.workloads()).isEmpty();
    assertThat(restored.losses().getFirst())
        .contains("format: written by 9.0.0 in a newer format, recorded 2");
    assertThat(restored.losses()).anyMatch(loss -> loss.startsWith("shop/web starts cold"));
  }

  /** An older version whose policy had one field less: readable as JSON, but not as a policy. */
  @Test
  void startsColdOnRecordsOfAnotherShape() throws IOException {
    Path file = log(3);
    List<String> lines = new ArrayList<>(Logs.lines(file));
    lines.replaceAll(line -> checked(line.replace("\"tolerance\":0.1,", "")));
    Files.writeString(file, String.join("\n", lines) + "\n");
    Restoration restored = Logs.restore(folder, Steps.at(3));
    assertThat(restored.workloads()).isEmpty();
    assertThat(restored.losses().getFirst())
        .contains("policy.reactive.tolerance: missing: found downscaleStabilization in its place");
  }

  @Test
  void leavesOutWhatIsTooOldAndRefusesTheFuture() {
    log(5);
    Duration hour = Duration.ofHours(1);
    assertThat(DecisionLog.restore(folder, Steps.at(4).plus(hour), hour).workloads()).hasSize(1);
    Restoration old = DecisionLog.restore(folder, Steps.at(4).plus(hour).plusMillis(1), hour);
    assertThat(old).isEqualTo(Restoration.none());
    Restoration future = DecisionLog.restore(folder, Steps.at(4).minusSeconds(31), hour);
    assertThat(future.workloads()).isEmpty();
    assertThat(future.losses())
        .containsExactly(
            "shop/web starts cold: its last decision is of 2026-03-02T08:01:00Z, which is to come");
  }

  @Test
  void boundsWhatItSays() throws IOException {
    try (DecisionLog log = Logs.open(folder)) {
      for (int w = 0; w < 50; w++) {
        Logs.append(log, new Steps("shop/web-" + w), 1);
      }
    }
    Path file = Logs.files(folder).getFirst();
    Files.writeString(
        file, Files.readString(file).replace("\"type\":\"snapshot\"", "\"type\":\"s\""));
    List<String> losses = Logs.restore(folder, Steps.at(1)).losses();
    assertThat(losses).hasSize(21);
    assertThat(losses.getLast()).isEqualTo("and 50 more");
  }

  private Path log(int records) {
    try (DecisionLog log = Logs.open(folder)) {
      Logs.append(log, new Steps("shop/web"), records);
    }
    return Logs.files(folder).getFirst();
  }

  /** The line with its own checksum right again. */
  private static String checked(String line) {
    byte[] bytes = line.getBytes(UTF_8);
    int end = bytes.length - LineCheck.TAIL;
    return new String(bytes, 0, end, UTF_8) + new String(LineCheck.tail(bytes, 0, end), UTF_8);
  }
}
