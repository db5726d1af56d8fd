package dev.almanac.service.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Demand;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.StepCaps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A log that cannot do its work says so, counts, and goes on as soon as it can. */
class DecisionLogAdversarialTest {
  @TempDir Path folder;

  @Test
  void recoversWhenTheFolderBecomesWritable() throws IOException {
    Path blocked = folder.resolve("log");
    Files.writeString(blocked, "a file where the folder should be");
    Steps steps = new Steps("shop/web");
    try (DecisionLog log = Logs.open(blocked, Logs.SMALL)) {
      Logs.append(log, steps, 20);
      assertThat(log.recordsDropped()).isEqualTo(20);
      assertThat(log.recordsWritten()).isZero();
      assertThat(log.errors()).isPositive();
      assertThat(log.status().writing()).isFalse();
      assertThat(log.status().condition())
          .startsWith("the decision log cannot be written: ")
          .contains(blocked.toString());
      Files.delete(blocked);
      await().atMost(Logs.SOON).until(() -> writes(log, steps));
      Logs.append(log, steps, 5);
      assertThat(log.status()).isEqualTo(new DecisionLog.Status(true, ""));
      assertThat(log.recordsWritten() + log.recordsDropped()).isEqualTo(steps.number());
    }
    assertThat(Logs.lines(Logs.files(blocked).getFirst()).get(0)).contains("RECOVERY");
    Logs.sound(blocked);
    assertThat(state(blocked, steps)).isEqualTo(steps.state());
  }

  @Test
  void keepsASecondProcessOutUntilTheFirstEnds() {
    Steps first = new Steps("shop/web");
    Steps second = new Steps("shop/web");
    DecisionLog one = Logs.open(folder, Logs.SMALL);
    Logs.append(one, first, 5);
    try (DecisionLog two = Logs.open(folder, Logs.SMALL)) {
      Logs.append(two, second, 5);
      assertThat(two.recordsDropped()).isEqualTo(5);
      assertThat(two.status().condition()).contains("another process writes in");
      one.close();
      await().atMost(Logs.SOON).until(() -> writes(two, second));
    }
    assertThat(Logs.files(folder)).hasSize(2);
    Logs.sound(folder);
  }

  /** Fills the log in a process whose files may not pass 64 KiB; the folder is the argument. */
  public static final class Limited {
    private Limited() {}

    /** Prints how many records were written, were dropped, and how often writing failed. */
    public static void main(String[] args) {
      Steps steps = new Steps("shop/web");
      var limits = new DecisionLog.Limits(1 << 20, 20, 1024, Duration.ofNanos(1));
      try (DecisionLog log = Logs.open(Path.of(args[0]), limits)) {
        for (int i = 0; i < 40; i++) {
          Logs.append(log, steps, 5);
        }
        System.out.println(log.recordsWritten() + " " + log.recordsDropped() + " " + log.errors());
      }
    }
  }

  /** The operating system takes half of a write and refuses the rest. */
  @Test
  void outlivesWritesThatFailInTheMiddle() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "bash",
                "-c",
                "ulimit -f 64; exec \"$@\"",
                "limited",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Limited.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String[] counts = new String(process.getInputStream().readAllBytes(), UTF_8).trim().split(" ");
    assertThat(process.waitFor()).isZero();
    long written = Long.parseLong(counts[0]);
    assertThat(written + Long.parseLong(counts[1])).isEqualTo(200);
    assertThat(written).isGreaterThan(150);
    assertThat(Long.parseLong(counts[2])).isBetween(3L, 20L);
    for (Path file : Logs.files(folder)) {
      assertThat(Files.size(file)).isLessThanOrEqualTo(1 << 16);
    }
    var found = Logs.sound(folder);
    assertThat(found.records()).isEqualTo(written);
    assertThat(found.notes()).isEmpty(); // what was half written has been taken back
    DecisionLog.Restored last = Logs.restore(folder, Steps.at(200)).workloads().get("shop/web");
    int steps = Steps.numberAt(last.lastAt()) + 1;
    assertThat(steps).as("at most the last five met a full file").isBetween(195, 200);
    assertThat(last.state()).isEqualTo(Steps.stateAfter(steps));
  }

  /** A file system that is really full, where this process may mount one: as root. */
  @TestFactory
  List<DynamicTest> outlivesAFullDisk() throws IOException, InterruptedException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    List<String> mount = List.of("mount", "-t", "tmpfs", "-o", "size=320k", "tmpfs", "" + disk);
    if (run(mount) != 0) {
      return List.of();
    }
    return List.of(
        DynamicTest.dynamicTest(
            "tmpfs of 320 KiB",
            () -> {
              try {
                fillAndFree(disk);
              } finally {
                assertThat(run(List.of("umount", "" + disk))).isZero();
              }
            }));
  }

  private static int run(List<String> command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static void fillAndFree(Path disk) throws IOException {
    Path logs = disk.resolve("log");
    Steps steps = new Steps("shop/web");
    var limits = new DecisionLog.Limits(1 << 16, 8, 1024, Duration.ofMillis(1));
    try (DecisionLog log = Logs.open(logs, limits)) {
      // Eight files of 64 KiB do not fit: the oldest make room, and writing goes on.
      for (int i = 0; i < 600; i++) {
        Logs.append(log, steps, 1);
      }
      assertThat(log.errors()).isPositive();
      assertThat(log.recordsWritten()).isGreaterThan(300);
      await().atMost(Logs.SOON).until(() -> writes(log, steps));
      Logs.sound(logs);

      // Somebody else takes all that is left, and whatever the log's oldest files give back.
      long dropped = log.recordsDropped();
      await()
          .atMost(Logs.SOON)
          .until(() -> {
            fill(disk.resolve("other"));
            writes(log, steps);
            return log.recordsDropped() > dropped + 5 && !log.status().writing();
          });
      assertThat(log.status().condition()).contains("No space left on device");
      assertThat(Logs.files(logs)).hasSizeGreaterThanOrEqualTo(2);

      Files.delete(disk.resolve("other"));
      await().atMost(Logs.SOON).until(() -> writes(log, steps));
      Logs.append(log, steps, 3);
      assertThat(log.status().writing()).isTrue();
      assertThat(log.recordsWritten() + log.recordsDropped()).isEqualTo(steps.number());
    }
    Logs.sound(logs);
    assertThat(state(logs, steps)).isEqualTo(steps.state());
  }

  @Test
  void refusesARecordWithoutJsonFormAndGoesOn() {
    Steps steps = new Steps("shop/web");
    ScalingPolicy strange = withUpShare(Double.POSITIVE_INFINITY);
    try (DecisionLog log = Logs.open(folder)) {
      Logs.append(log, steps, 3);
      Logs.append(log, steps.policy(strange), 2);
      assertThat(log.recordsDropped()).isEqualTo(2);
      assertThat(log.errors()).isEqualTo(2);
      assertThat(log.status())
          .isEqualTo(
              new DecisionLog.Status(
                  true,
                  "a record of shop/web was refused: stepCaps.upShare is Infinity, which has no"
                      + " JSON form"));
      Logs.append(log, steps.policy(Steps.policy()), 3);
      assertThat(log.status()).isEqualTo(new DecisionLog.Status(true, ""));
      assertThat(log.recordsWritten()).isEqualTo(6);
    }
    assertThat(Logs.sound(folder).records()).isEqualTo(6);
    assertThat(state(folder, steps)).isEqualTo(steps.state());
  }

  @Test
  void refusesALineThatIsTooLong() {
    Steps steps = new Steps("shop/web");
    Observation sound = Steps.observation(0);
    Observation huge =
        new Observation(
            sound.at(),
            sound.target(),
            List.of(),
            new Demand(new Reading.Invalid("<html>".repeat(200_000))),
            sound.forecast(),
            sound.priced(),
            new Limits(false, false));
    try (DecisionLog log = Logs.open(folder)) {
      Logs.append(log, steps, 1);
      log.append(steps.take(huge));
      Logs.append(log, steps, 1);
      assertThat(log.recordsDropped()).isEqualTo(1);
      assertThat(log.recordsWritten()).isEqualTo(2);
    }
    Logs.sound(folder);
  }

  @Test
  void keepsStrangeNamesAndTexts() throws IOException {
    String name = "sh\u00f6p/\"web\"\\\n\u2028\ud83d\ude80\ud83d";
    Steps steps = new Steps(name);
    try (DecisionLog log = Logs.open(folder)) {
      Logs.append(log, steps, 30);
    }
    Logs.sound(folder);
    assertThat(Logs.restore(folder, Steps.at(30)).workloads()).containsOnlyKeys(name);
    assertThat(DecisionLog.find(folder, name, Steps.at(9))).isPresent();
  }

  /** A killed process may leave the beginning of a file: it is as if it had never been there. */
  @Test
  void ignoresAndRemovesAnUnfinishedBeginning() throws IOException {
    Steps steps = new Steps("shop/web");
    try (DecisionLog log = Logs.open(folder)) {
      Logs.append(log, steps, 5);
    }
    Path unfinished = folder.resolve("decisions-00000002.jsonl.tmp");
    Files.copy(Logs.files(folder).getFirst(), unfinished, StandardCopyOption.REPLACE_EXISTING);
    assertThat(state(folder, steps)).isEqualTo(steps.state());
    try (DecisionLog log = Logs.open(folder)) {
      Logs.append(log, steps, 5);
    }
    assertThat(unfinished).doesNotExist();
    assertThat(Logs.files(folder)).hasSize(2);
    Logs.sound(folder);
  }

  private static ScalingPolicy withUpShare(double share) {
    ScalingPolicy p = Steps.policy();
    return new ScalingPolicy(
        p.minReplicas(),
        p.maxReplicas(),
        p.stage(),
        p.perReplica(),
        p.reactive(),
        p.interval(),
        p.maxAge(),
        p.leadTime(),
        p.risk(),
        new StepCaps(p.stepCaps().window(), 32, share, 0.25));
  }

  /** Appends one step and says whether it was written. */
  private static boolean writes(DecisionLog log, Steps steps) {
    long before = log.recordsWritten();
    Logs.append(log, steps, 1);
    return log.recordsWritten() == before + 1;
  }

  private static void fill(Path file) {
    byte[] block = new byte[4096];
    try (var out =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      // full
    }
  }

  private static Object state(Path logs, Steps steps) {
    return Logs.restore(logs, Steps.at(steps.number())).workloads().get("shop/web").state();
  }
}
