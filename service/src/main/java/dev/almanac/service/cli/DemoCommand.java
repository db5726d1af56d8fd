package dev.almanac.service.cli;

import dev.almanac.service.Main;
import dev.almanac.service.demo.DemoPage;
import dev.almanac.service.demo.DemoTrace;
import dev.almanac.service.demo.DemoWorld;
import dev.almanac.service.log.DecisionLog;
import dev.almanac.service.loop.TickListener;
import dev.almanac.service.serve.LogEveryStep;
import dev.almanac.simulator.outcome.OutcomeTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The real loop over a real trace and a virtual cluster. */
@Command(
    name = "demo",
    description = "Shows Almanac at work: a real trace, the real loop, a virtual cluster.",
    footer = {
      "",
      "The trace is NASA's web server in August 1995; pods need a minute to become",
      "Ready. With --headless two weeks are lived through and compared with a plain",
      "HPA at 70 %% and with perfect foresight. No cluster, no Prometheus needed."
    },
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
  private static final Duration LENGTH = Duration.ofDays(14);
  private static final int FLUSH_EVERY = 4_096;

  @Option(
      names = "--headless",
      description = "No page: live through two weeks, print one table, end.")
  private boolean headless;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json, with --headless (default: table).")
  private Output output = Output.TABLE;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS:PORT",
      description = "Where to serve the page (default: 127.0.0.1:8080).")
  private String listen = "127.0.0.1:8080";

  @Option(
      names = "--speed",
      paramLabel = "X",
      description = "Seconds of the demo in a second (default: 120).")
  private double speed = 120;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "End by itself after this time (default: 12h).")
  private Duration longest = Duration.ofHours(12);

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of the decision log (default: almanac-demo).")
  private Path data = Path.of("almanac-demo");

  private final Streams streams = new Streams();

  @Override
  public Integer call() throws InterruptedException {
    if (!(speed > 0 && speed <= 10_000)) {
      throw new BadInput("--speed must lie in (0, 10000], was " + speed);
    }
    Path decisions = data.resolve("decisions");
    removeOlderLog(decisions);
    try (DecisionLog log =
        DecisionLog.open(decisions, DecisionLog.Limits.DEFAULT, Main.version(), new TreeMap<>())) {
      List<TickListener> listeners = List.of(new LogEveryStep(log), new Wait(log));
      DemoWorld world = new DemoWorld(DemoTrace.read(), LENGTH, speed, listeners);
      if (headless) {
        liveThrough(world);
        OutcomeTable table = world.outcome();
        streams.out().print(output == Output.JSON ? table.toJson() + "\n" : table.toText());
      } else {
        show(world);
      }
      if (!log.status().writing()) {
        streams.err().println("almanac: no decision log: " + log.status().condition());
      }
    }
    streams
        .err()
        .println("decisions are in " + decisions + "; check them: almanac verify " + decisions);
    return 0;
  }

  private void liveThrough(DemoWorld world) {
    long all = Duration.between(world.start(), world.end()).toSeconds();
    try (Progress progress = new Progress(streams.err(), "two weeks of requests")) {
      while (world.tick()) {
        progress.at(Duration.between(world.start(), world.now()).toSeconds(), all);
      }
    }
  }

  private void show(DemoWorld world) throws InterruptedException {
    try (DemoPage page = new DemoPage(world, speed, Listening.parse(listen))) {
      page.fastForward();
      streams
          .err()
          .printf(
              "open http://127.0.0.1:%d/ to watch; %s a second; Ctrl-C ends%n",
              page.port(), Durations.show(Duration.ofSeconds(Math.round(speed))));
      page.run(longest);
    } catch (UncheckedIOException e) {
      throw new Unreachable(String.valueOf(e.getMessage()) + "; choose another with --listen");
    }
  }

  /** The demo's time begins anew at every start; a log of an earlier one would not go on. */
  private static void removeOlderLog(Path decisions) {
    if (!Files.isDirectory(decisions)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(decisions, "decisions-*.jsonl")) {
      for (Path file : files) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new BadInput("cannot clear " + decisions + ": " + e.getMessage());
    }
  }

  /** Virtual time runs faster than a disk: now and then it waits for the log. */
  private static final class Wait implements TickListener {
    private final DecisionLog log;
    private int ticks;

    Wait(DecisionLog log) {
      this.log = log;
    }

    @Override
    public void ticked(java.time.Instant at, List<dev.almanac.service.loop.WorkloadTick> outcomes) {
      if (++ticks % FLUSH_EVERY == 0) {
        try {
          log.flush(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
