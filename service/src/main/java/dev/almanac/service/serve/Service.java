package dev.almanac.service.serve;

import dev.almanac.actuator.kubernetes.HpaFloors;
import dev.almanac.actuator.kubernetes.KubernetesAccess;
import dev.almanac.actuator.kubernetes.KubernetesCluster;
import dev.almanac.actuator.kubernetes.KubernetesOptions;
import dev.almanac.actuator.kubernetes.Namespaces;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.forecast.CalendarForecaster;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.scaling.Actuation;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.service.Main;
import dev.almanac.service.config.Configuration;
import dev.almanac.service.config.ConfigurationFolder;
import dev.almanac.service.config.Workload;
import dev.almanac.service.history.LedgerFile;
import dev.almanac.service.history.LiveHistory;
import dev.almanac.service.http.HttpApi;
import dev.almanac.service.http.Probes;
import dev.almanac.service.log.DecisionLog;
import dev.almanac.service.loop.ControlLoop;
import dev.almanac.service.loop.LoopThread;
import dev.almanac.service.loop.Models;
import dev.almanac.service.telemetry.Telemetry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running service. Everything is made here, once, with constructor arguments: what knows what
 * is read from the top to the bottom of {@link #start}.
 */
public final class Service implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);

  /** A decision older than this says nothing about windows that are still open. */
  private static final Duration STATE_LIFE = Duration.ofHours(1);

  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration FIRST_LIST = Duration.ofSeconds(10);

  private final Readiness readiness;
  private final LoopThread thread;
  private final HttpApi http;
  private final Vertx vertx;
  private final Sources sources;
  private final KubernetesCluster cluster;
  private final DecisionLog log;
  private final LedgerFile ledgers;
  private final List<ExecutorService> executors;

  private Service(
      Readiness readiness,
      LoopThread thread,
      HttpApi http,
      Vertx vertx,
      Sources sources,
      KubernetesCluster cluster,
      DecisionLog log,
      LedgerFile ledgers,
      List<ExecutorService> executors) {
    this.readiness = readiness;
    this.thread = thread;
    this.http = http;
    this.vertx = vertx;
    this.sources = sources;
    this.cluster = cluster;
    this.log = log;
    this.ledgers = ledgers;
    this.executors = executors;
  }

  /**
   * Starts it and returns when it listens and ticks. What is not there yet, Prometheus or the API
   * server, is a condition and not an error.
   *
   * @param configuration the first version of the folder, already checked
   * @throws IOException when no cluster can be found at all, the address cannot be listened on, or
   *     the data folder cannot be made
   */
  public static Service start(
      ServeOptions options, ConfigurationFolder folder, Configuration configuration)
      throws IOException, InterruptedException {
    Instant now = options.clock().instant();
    try {
      Files.createDirectories(options.data());
    } catch (IOException e) {
      throw new IOException("--data: cannot make the folder: " + e, e);
    }
    Path decisions = options.data().resolve("decisions");
    KubernetesAccess access = KubernetesAccess.find(options.kubeconfig(), System.getenv());
    Vertx vertx = Vertx.vertx();
    Sources sources = new Sources(vertx);
    KubernetesCluster cluster =
        new KubernetesCluster(
            access,
            KubernetesOptions.defaults().with(namespaces(configuration)),
            System::nanoTime,
            new SplittableRandom());
    DecisionLog.Restoration restored = DecisionLog.restore(decisions, now, STATE_LIFE);
    restored.losses().forEach(loss -> LOG.warn("decision log: {}", loss));
    DecisionLog log =
        DecisionLog.open(decisions, options.log(), Main.version(), restored.workloads());

    ExecutorService fits =
        Executors.newFixedThreadPool(
            Math.max(1, Runtime.getRuntime().availableProcessors()),
            Thread.ofPlatform().name("fit-", 0).daemon().factory());
    ExecutorService io = Executors.newVirtualThreadPerTaskExecutor();
    Models models = new Models(new CalendarForecaster(new PooledRidgeForecaster()), sources, fits);
    Telemetry telemetry =
        new Telemetry(options.clock())
            .count("almanac_fits", "Models fitted.", models::fitted)
            .count("almanac_fits_failed", "Fits without a model.", models::failed)
            .count("almanac_log_records", "Decision records written.", log::recordsWritten)
            .count("almanac_log_dropped", "Decision records dropped.", log::recordsDropped);
    LiveHistory history =
        new LiveHistory(models, options.clock().speed(), rehearsal(options.clock().speed()));
    Path ledgers = options.data().resolve("ledger.json");
    history.restore(LedgerFile.read(ledgers));
    LedgerFile kept = new LedgerFile(ledgers, history::ledgers, io);
    telemetry.ledgers(history::ledgers);
    Readiness readiness = new Readiness(options.clock());
    Duration interval = interval(configuration);
    ControlLoop loop =
        new ControlLoop(
            sources,
            cluster,
            models,
            io,
            options.clock(),
            options.clock().real(interval),
            new KillSwitch(options.killSwitch()),
            List.of(
                new LogEveryStep(log), new SayWhatChanged(), telemetry, readiness, history, kept));

    Map<String, AutoscalerState> states = new HashMap<>();
    restored.workloads().forEach((id, r) -> states.put(id, r.state()));
    Manage manage =
        new Manage(loop, sources, telemetry, readiness, history, states, cluster.floors());
    manage.use(configuration);
    cluster.awaitListed(
        configuration.workloads().stream().map(Workload::target).toList(), FIRST_LIST);
    cluster.lookForScalers(Manage.scaled(configuration));
    // What a process before this one had no time to give back.
    manage.giveBack(configuration);

    Runnable reload =
        () -> {
          switch (folder.reloadIfChanged()) {
            case ConfigurationFolder.Reload.Changed(Configuration changed) -> {
              LOG.info("configuration changed: {} workloads", changed.workloads().size());
              manage.use(changed);
              cluster.lookForScalers(Manage.scaled(changed));
              io.execute(() -> manage.giveBack(changed));
            }
            case ConfigurationFolder.Reload.Refused(var problems) ->
                LOG.error(
                    "configuration refused, the last good one stays in force:\n{}",
                    new Configuration.Rejected(problems).report());
            case ConfigurationFolder.Reload.Unchanged() -> {}
          }
        };
    LoopThread thread =
        new LoopThread(loop::tick, options.clock(), interval, reload, telemetry::tickTook);
    HttpApi http =
        HttpApi.start(
            vertx,
            options.listen(),
            history,
            new Probes(
                thread::isAlive,
                readiness::now,
                () -> new Probes.MetricsPage(Telemetry.contentType(), telemetry.scrape())),
            options.reports());
    thread.start();
    LOG.info(
        "managing {} workloads, decisions every {} s, page on http://{}:{}/",
        configuration.workloads().size(),
        interval.toMillis() / 1000.0,
        options.listen().address(),
        http.port());
    return new Service(
        readiness, thread, http, vertx, sources, cluster, log, kept, List.of(io, fits));
  }

  /** The port that it listens on. */
  public int port() {
    return http.port();
  }

  /** The loop ticks at the shortest interval that a workload asks for. */
  private static Duration interval(Configuration configuration) {
    return configuration.workloads().stream()
        .map(w -> w.policy().interval())
        .min(Duration::compareTo)
        .orElse(Duration.ofSeconds(15));
  }

  /** Where workloads are. */
  private static Namespaces namespaces(Configuration configuration) {
    Set<String> names = new TreeSet<>();
    configuration.workloads().forEach(w -> names.add(w.target().namespace()));
    return Namespaces.of(names);
  }

  private static Optional<String> rehearsal(double speed) {
    return speed == 1 ? Optional.empty() : Optional.of("rehearsal");
  }

  /** Puts a configuration into force. Runs on the loop's thread, or before it starts. */
  private record Manage(
      ControlLoop loop,
      Sources sources,
      Telemetry telemetry,
      Readiness readiness,
      LiveHistory history,
      Map<String, AutoscalerState> states,
      HpaFloors floors) {

    void use(Configuration configuration) {
      List<Workload> workloads = configuration.workloads();
      floors.begin(floorsOf(configuration));
      sources.use(configuration.sources());
      history.manage(workloads);
      loop.manage(workloads, states);
      readiness.manage(
          workloads.size(),
          workloads.stream()
              .map(w -> w.policy().interval())
              .max(Duration::compareTo)
              .orElse(Duration.ofSeconds(15)));
      for (Stage stage : Stage.values()) {
        long count = workloads.stream().filter(w -> w.policy().stage() == stage).count();
        telemetry.workloads(stage.name(), (int) count);
      }
    }

    /** Gives back the floors under workloads that want none any more. */
    void giveBack(Configuration configuration) {
      floors.giveBackAllBut(floorsOf(configuration));
    }

    /** Those whose size we write: nobody else should. */
    static List<TargetRef> scaled(Configuration configuration) {
      return configuration.workloads().stream()
          .filter(w -> w.policy().actuation() == Actuation.SCALE)
          .map(Workload::target)
          .toList();
    }

    private static List<TargetRef> floorsOf(Configuration configuration) {
      return configuration.workloads().stream()
          .filter(w -> w.policy().actuation() == Actuation.HPA_FLOOR)
          .map(Workload::target)
          .toList();
    }
  }

  /**
   * Stops in this order: readiness off; no new decisions, the running one finishes; floors are
   * given back; the page; the clients; and last the log, which has all that was decided.
   */
  @Override
  public void close() {
    readiness.stopping();
    thread.close();
    ledgers.close();
    cluster.floors().giveBackAllBut(List.of());
    http.shutdown(GRACE);
    sources.close();
    cluster.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
    executors.forEach(ExecutorService::shutdownNow);
    log.close();
    LOG.info("stopped");
  }
}
