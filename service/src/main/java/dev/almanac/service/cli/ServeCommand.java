package dev.almanac.service.cli;

import dev.almanac.service.clock.ServiceClock;
import dev.almanac.service.config.Configuration;
import dev.almanac.service.config.ConfigurationFolder;
import dev.almanac.service.log.DecisionLog;
import dev.almanac.service.serve.ServeOptions;
import dev.almanac.service.serve.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The service. */
@Command(
    name = "serve",
    description = "Runs the service: reads, decides, writes, serves the page.",
    footer = {
      "",
      "A rehearsal runs the service on history: --clock-from is what its clock reads",
      "at --clock-anchor, and --clock-speed how fast it runs from there. Point it at",
      "a Prometheus that holds that time, and at a cluster that may be scaled.",
      "",
      "Example:",
      "  almanac serve --config /etc/almanac --data /var/lib/almanac"
    },
    mixinStandardHelpOptions = true)
public final class ServeCommand implements Callable<Integer> {

  @Mixin private ConfigOption config = new ConfigOption();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of the decision log (default: .almanac).")
  private Path data = Path.of(".almanac");

  @Option(
      names = "--log-size",
      paramLabel = "MIB",
      description =
          "Most that the decision log takes (default: 256, which holds three weeks of one"
              + " workload or half an hour of a thousand).")
  private int logSize = 256;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS:PORT",
      description = "Where to serve the page (default: 127.0.0.1:8080).")
  private String listen = "127.0.0.1:8080";

  @Mixin private ClusterOption cluster = new ClusterOption();

  @Option(
      names = "--reports",
      paramLabel = "DIR",
      description =
          "Folder with HTML reports that the page links to: NAME.html, or what rightsize"
              + " --out DIR/NAME has written.")
  private Optional<Path> reports = Optional.empty();

  @Option(
      names = "--kill-switch",
      paramLabel = "FILE",
      description = "While it exists nothing is written (default: stop in --data).")
  private Optional<Path> killSwitch = Optional.empty();

  @Option(
      names = "--clock-from",
      paramLabel = "INSTANT",
      description = "Rehearsal: what the clock reads at the anchor.")
  private Optional<Instant> clockFrom = Optional.empty();

  @Option(
      names = "--clock-anchor",
      paramLabel = "INSTANT",
      description = "Rehearsal: real time of --clock-from (default: now).")
  private Optional<Instant> clockAnchor = Optional.empty();

  @Option(
      names = "--clock-speed",
      paramLabel = "X",
      description = "Rehearsal: seconds of the clock in a second (default: 1).")
  private double clockSpeed = 1;

  @Override
  public Integer call() throws InterruptedException {
    ConfigurationFolder folder = new ConfigurationFolder(config.path());
    Configuration configuration =
        switch (folder.reloadIfChanged()) {
          case ConfigurationFolder.Reload.Changed(Configuration good) -> good;
          case ConfigurationFolder.Reload.Refused(var problems) ->
              throw new BadInput(new Configuration.Rejected(problems).report());
          case ConfigurationFolder.Reload.Unchanged() ->
              throw new BadInput("--config %s holds no document".formatted(config.path()));
        };
    ServeOptions options =
        new ServeOptions(
            config.path(),
            data,
            log(),
            Listening.parse(listen),
            cluster.kubeconfig(),
            reports(),
            killSwitch.orElse(data.resolve("stop")),
            clock());
    try {
      Service service = Service.start(options, folder, configuration);
      runUntilStopped(service);
      return 0;
    } catch (IOException | UncheckedIOException e) {
      throw new Unreachable(String.valueOf(e.getMessage()));
    }
  }

  private Optional<Path> reports() {
    if (reports.isPresent() && !Files.isDirectory(reports.get())) {
      throw new BadInput("--reports: %s is no folder".formatted(reports.get()));
    }
    return reports;
  }

  private DecisionLog.Limits log() {
    if (logSize < 8) {
      throw new BadInput("--log-size: must be at least 8 MiB, was " + logSize);
    }
    return DecisionLog.Limits.ofSize((long) logSize << 20);
  }

  private ServiceClock clock() {
    if (clockFrom.isEmpty()) {
      if (clockSpeed != 1 || clockAnchor.isPresent()) {
        throw new BadInput("--clock-speed and --clock-anchor need --clock-from");
      }
      return ServiceClock.live();
    }
    InstantSource wall = InstantSource.system();
    try {
      return new ServiceClock(
          wall, clockAnchor.orElse(wall.instant()), clockFrom.get(), clockSpeed);
    } catch (IllegalArgumentException e) {
      throw new BadInput("--clock-speed: " + e.getMessage());
    }
  }

  /** Waits for SIGTERM or SIGINT; one hook stops everything in order. */
  private static void runUntilStopped(Service service) throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("stop")
                .unstarted(() -> {
                  service.close();
                  stopped.countDown();
                }));
    stopped.await();
  }
}
