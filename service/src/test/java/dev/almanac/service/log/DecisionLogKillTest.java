package dev.almanac.service.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.scaling.AutoscalerState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process, really killed (F17). */
class DecisionLogKillTest {
  private static final Duration FOR_EVER = Duration.ofDays(100_000);

  @TempDir Path folder;

  /**
   * Restores and goes on from there, for ever, as fast as it can: the first argument is the folder.
   * Every step is a function of its number, so the steps lost in the queue are made again alike.
   */
  public static final class Loop {
    private Loop() {}

    /** Never returns. */
    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      var restored = DecisionLog.restore(folder, Steps.START.plus(FOR_EVER), FOR_EVER);
      Steps steps = new Steps("shop/web");
      var web = restored.workloads().get("shop/web");
      if (web != null) {
        steps.from(Steps.numberAt(web.lastAt()) + 1, web.state());
      }
      var limits = new DecisionLog.Limits(1 << 16, 8, 256, Duration.ofMillis(1));
      DecisionLog log = DecisionLog.open(folder, limits, Logs.PRODUCT, restored.workloads());
      for (int i = 0; ; i++) {
        while (!log.append(steps.take())) {
          log.flush(Duration.ofSeconds(10));
        }
        if (i % 16 == 0) {
          log.flush(Duration.ofSeconds(10));
          System.out.println(steps.number());
        }
      }
    }
  }

  @Test
  void goesOnAsIfNothingHadHappened() throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(3);
    int before = 0;
    for (int kill = 0; kill < 6; kill++) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Loop.class.getName(),
                  folder.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      int seen = 0;
      try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
        int lines = 1 + random.nextInt(25);
        for (int i = 0; i < lines; i++) {
          String line = out.readLine();
          assertThat(line).as("the process ended by itself").isNotNull();
          seen = Integer.parseInt(line);
        }
      } finally {
        process.destroyForcibly().waitFor();
      }
      var restored = DecisionLog.restore(folder, Steps.START.plus(FOR_EVER), FOR_EVER);
      assertThat(restored.losses()).isEmpty();
      var web = restored.workloads().get("shop/web");
      int number = Steps.numberAt(web.lastAt()) + 1;
      assertThat(number).isGreaterThanOrEqualTo(seen).isGreaterThan(before);
      AutoscalerState uninterrupted = Steps.stateAfter(number);
      assertThat(web.state()).isEqualTo(uninterrupted);
      Logs.sound(folder);
      before = number;
    }
  }
}
