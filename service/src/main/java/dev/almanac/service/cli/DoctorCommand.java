package dev.almanac.service.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.almanac.actuator.kubernetes.KubernetesAccess;
import dev.almanac.actuator.kubernetes.KubernetesCluster;
import dev.almanac.actuator.kubernetes.KubernetesOptions;
import dev.almanac.actuator.kubernetes.LiveUsage;
import dev.almanac.actuator.kubernetes.LiveUsageException;
import dev.almanac.actuator.kubernetes.Namespaces;
import dev.almanac.actuator.kubernetes.Permission;
import dev.almanac.actuator.kubernetes.ServerHealth;
import dev.almanac.collector.prometheus.Health;
import dev.almanac.collector.prometheus.PrometheusOptions;
import dev.almanac.collector.prometheus.PrometheusSource;
import dev.almanac.predictor.cluster.Cluster.Observed;
import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Actuation;
import dev.almanac.service.config.Configuration;
import dev.almanac.service.config.Problem;
import dev.almanac.service.config.ResourcePolicy;
import dev.almanac.service.config.Workload;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is reachable, permitted, stale. */
@Command(
    name = "doctor",
    description = "Checks what the service needs: files, Prometheus, Kubernetes, rights.",
    footer = {
      "",
      "Exits 0 when all is well, 2 on a wrong configuration, 3 when something does",
      "not answer, 1 when anything else is wrong.",
      "",
      "Example:",
      "  almanac doctor --config /etc/almanac"
    },
    mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
  private static final int MOST_WORKLOADS = 100;

  @Mixin private ConfigOption config = new ConfigOption();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of the decision log (default: .almanac).")
  private Path data = Path.of(".almanac");

  @Mixin private ClusterOption cluster = new ClusterOption();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json (default: table).")
  private Output output = Output.TABLE;

  private final Streams streams = new Streams();
  private final List<Finding> findings = new ArrayList<>();

  /** How bad a finding is, with the exit code that it asks for. */
  private enum Verdict {
    OK(0),
    WRONG(1),
    BAD_CONFIG(2),
    UNREACHABLE(3);

    private final int code;

    Verdict(int code) {
      this.code = code;
    }
  }

  private record Finding(String what, Verdict verdict, String detail) {}

  @Override
  public Integer call() {
    found("Java", Verdict.OK, Runtime.version().toString());
    checkData();
    switch (Configuration.load(config.path())) {
      case Configuration.Rejected(List<Problem> problems) ->
          found(
              "configuration",
              Verdict.BAD_CONFIG,
              new Configuration.Rejected(problems).report().strip());
      case Configuration.Loaded(Configuration good) -> {
        found(
            "configuration",
            Verdict.OK,
            "%d workloads, %d sources".formatted(good.workloads().size(), good.sources().size()));
        checkSources(good);
        checkCluster(good);
      }
    }
    switch (output) {
      case JSON -> streams.out().println(json());
      case TABLE -> print(streams.out());
    }
    return findings.stream().mapToInt(f -> f.verdict().code).max().orElse(0);
  }

  private void found(String what, Verdict verdict, String detail) {
    findings.add(new Finding(what, verdict, detail));
  }

  private void checkData() {
    try {
      Files.createDirectories(data);
      Path probe = Files.createTempFile(data, ".doctor", "");
      Files.delete(probe);
      found("decision log", Verdict.OK, data + " can be written");
    } catch (IOException e) {
      found(
          "decision log",
          Verdict.WRONG,
          "%s cannot be written (%s): decisions go on, but without a record"
              .formatted(data, e.getMessage()));
    }
  }

  private void checkSources(Configuration configuration) {
    Vertx vertx = Vertx.vertx();
    Map<String, PrometheusSource> open = new LinkedHashMap<>();
    try {
      Instant now = InstantSource.system().instant();
      for (Map.Entry<String, PrometheusOptions> e : configuration.sources().entrySet()) {
        PrometheusSource source = new PrometheusSource(vertx, e.getValue());
        open.put(e.getKey(), source);
        checkSource("source " + e.getKey(), source.check(InstantSource.system()));
      }
      for (Workload w : configuration.workloads().stream().limit(MOST_WORKLOADS).toList()) {
        PrometheusSource source = open.get(w.sourceName());
        if (source != null) {
          checkDemand(w, source, now);
        }
      }
    } finally {
      open.values().forEach(PrometheusSource::close);
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private void checkSource(String what, Health health) {
    switch (health) {
      case Health.Down(String detail) -> found(what, Verdict.UNREACHABLE, detail);
      case Health.Up(Optional<String> version, Duration ahead, Duration roundTrip) -> {
        boolean skewed = ahead.abs().compareTo(Reading.MAX_SKEW) > 0;
        found(
            what,
            skewed ? Verdict.WRONG : Verdict.OK,
            "%s answers in %d ms; its clock is %+.1f s off%s"
                .formatted(
                    version.map(v -> "Prometheus " + v).orElse("a compatible store"),
                    roundTrip.toMillis(),
                    ahead.toMillis() / 1000.0,
                    skewed ? ": set the clocks, samples from the future are refused" : ""));
      }
    }
  }

  private void checkDemand(Workload w, PrometheusSource source, Instant now) {
    String what = "demand " + w.id();
    Reading reading =
        source
            .range(w.query(), now.minus(Duration.ofMinutes(10)), now, Duration.ofSeconds(60))
            .latest(now, w.policy().maxAge());
    switch (reading) {
      case Reading.Present(double value, Instant at) ->
          found(
              what,
              Verdict.OK,
              "%.4g %s, %d s old"
                  .formatted(value, w.unit(), Duration.between(at, now).toSeconds()));
      case Reading.Stale(double value, Instant at) ->
          found(
              what,
              Verdict.WRONG,
              "stale: %.4g %s, %d s old"
                  .formatted(value, w.unit(), Duration.between(at, now).toSeconds()));
      case Reading.Partial(double _, Instant _, String detail) ->
          found(what, Verdict.WRONG, "partial: " + detail);
      case Reading.Skewed(double _, Instant at) ->
          found(
              what,
              Verdict.WRONG,
              "the clocks disagree: the newest sample is %d s in the future"
                  .formatted(Duration.between(now, at).toSeconds()));
      case Reading.NoData(String detail) -> found(what, Verdict.WRONG, "no data: " + detail);
      case Reading.Invalid(String detail) -> found(what, Verdict.WRONG, "unusable: " + detail);
    }
  }

  private void checkCluster(Configuration configuration) {
    try {
      KubernetesAccess access = KubernetesAccess.find(cluster.kubeconfig(), System.getenv());
      switch (access.health(System::nanoTime)) {
        case ServerHealth.Down(String detail) -> {
          found("Kubernetes", Verdict.UNREACHABLE, access.origin() + ": " + detail);
          return;
        }
        case ServerHealth.Up(String version) ->
            found("Kubernetes", Verdict.OK, version + ", " + access.origin());
      }
      Set<String> resized = new TreeSet<>();
      configuration.policies().stream()
          .filter(ResourcePolicy::resizes)
          .forEach(p -> resized.add(p.namespace()));
      List<Permission> permissions = new ArrayList<>();
      if (!configuration.workloads().isEmpty() || resized.isEmpty()) {
        permissions.addAll(
            access.permissions(scaled(configuration), more(configuration), System::nanoTime));
      }
      if (!resized.isEmpty()) {
        permissions.addAll(
            access.permissionsFor(Permission.RESIZES, Namespaces.of(resized), System::nanoTime));
      }
      checkRights(permissions);
      if (permissions.stream().anyMatch(p -> Permission.USAGE.contains(p.action()))) {
        Set<String> used = new TreeSet<>(resized);
        configuration.workloads().forEach(w -> used.add(w.target().namespace()));
        checkUsage(access, Namespaces.of(used));
      }
      checkTargets(configuration, access);
    } catch (IOException e) {
      found("Kubernetes", Verdict.UNREACHABLE, String.valueOf(e.getMessage()));
    }
  }

  /** Whether metrics.k8s.io says anything, where something goes by it. */
  private void checkUsage(KubernetesAccess access, Namespaces namespaces) throws IOException {
    String what = "metrics.k8s.io";
    try (LiveUsage usage = new LiveUsage(access, namespaces, System::nanoTime)) {
      List<Instant> times = usage.samples().stream().map(LiveUsage.PodSample::at).toList();
      Instant now = InstantSource.system().instant();
      found(
          what,
          times.isEmpty() ? Verdict.WRONG : Verdict.OK,
          times.isEmpty()
              ? "it answers, but has no usage of any pod"
              : "usage of %,d pods, the newest %d s old"
                  .formatted(
                      times.size(), Duration.between(Collections.max(times), now).toSeconds()));
    } catch (LiveUsageException e) {
      found(
          what,
          e.isPassing() ? Verdict.UNREACHABLE : Verdict.WRONG,
          String.valueOf(e.getMessage()));
    }
  }

  /** Where workloads are. */
  private static Namespaces scaled(Configuration configuration) {
    Set<String> names = new TreeSet<>();
    configuration.workloads().forEach(w -> names.add(w.target().namespace()));
    return Namespaces.of(names);
  }

  /** Rights that only some of the workloads need. */
  private static List<Permission.Action> more(Configuration configuration) {
    List<Permission.Action> more = new ArrayList<>();
    List<Workload> all = configuration.workloads();
    if (all.stream()
        .flatMap(w -> w.metrics().stream())
        .anyMatch(Workload.Metric.Usage.class::isInstance)) {
      more.addAll(Permission.USAGE);
    }
    if (all.stream().anyMatch(w -> w.policy().actuation() == Actuation.HPA_FLOOR)) {
      more.addAll(Permission.FLOORS);
    } else if (all.stream().anyMatch(w -> w.policy().actuation() == Actuation.SCALE)) {
      more.addAll(Permission.SCALERS);
    }
    return more;
  }

  private void checkRights(List<Permission> permissions) {
    long allowed = permissions.stream().filter(p -> is(p, Permission.Verdict.ALLOWED)).count();
    if (allowed == permissions.size()) {
      found("rights", Verdict.OK, "all %d that are needed".formatted(allowed));
    }
    for (Permission p : permissions) {
      if (!is(p, Permission.Verdict.ALLOWED)) {
        String place = p.namespace().isEmpty() ? "" : " in " + p.namespace();
        found(
            "right",
            Verdict.WRONG,
            "%s%s: %s %s"
                .formatted(
                    p.action(),
                    place,
                    is(p, Permission.Verdict.DENIED) ? "denied" : "unknown",
                    p.detail()));
      }
    }
  }

  private static boolean is(Permission permission, Permission.Verdict verdict) {
    return permission.verdict() == verdict;
  }

  private void checkTargets(Configuration configuration, KubernetesAccess access)
      throws IOException {
    List<Workload> some = configuration.workloads().stream().limit(MOST_WORKLOADS).toList();
    if (some.isEmpty()) {
      return;
    }
    try (KubernetesCluster cluster =
        new KubernetesCluster(
            access,
            KubernetesOptions.defaults().with(scaled(configuration)),
            System::nanoTime,
            new SplittableRandom())) {
      cluster.awaitListed(some.stream().map(Workload::target).toList(), Duration.ofSeconds(10));
      Instant now = InstantSource.system().instant();
      for (Workload w : some) {
        String what = "target " + w.id();
        switch (cluster.observe(w.target(), now)) {
          case Observed.Known(TargetFacts facts) ->
              found(
                  what,
                  Verdict.OK,
                  "%s: %d replicas, %d ready%s"
                      .formatted(
                          w.target(),
                          facts.specReplicas(),
                          facts.readyReplicas(),
                          leadTime(facts.startUpTimes())));
          case Observed.Unknown(var cause, String detail) ->
              found(what, Verdict.WRONG, cause + ": " + detail);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      found("targets", Verdict.WRONG, "interrupted");
    }
  }

  private static String leadTime(StartUpTimes times) {
    if (times.samples() == 0) {
      return "";
    }
    String all = ", p90 to Ready %d s".formatted(times.p90().toSeconds());
    return times.onNewNodes().samples() == 0
        ? all
        : all
            + " (%d s on running nodes, %d s on new ones)"
                .formatted(
                    times.onRunningNodes().p90().toSeconds(), times.onNewNodes().p90().toSeconds());
  }

  private void print(PrintStream out) {
    for (Finding f : findings) {
      String mark =
          switch (f.verdict()) {
            case OK -> "ok   ";
            case WRONG, BAD_CONFIG -> "WRONG";
            case UNREACHABLE -> "DOWN ";
          };
      out.println(mark + " " + f.what() + ": " + f.detail().replace("\n", "\n        "));
    }
  }

  private String json() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    var list = root.putArray("findings");
    for (Finding f : findings) {
      list.addObject()
          .put("what", f.what())
          .put("verdict", f.verdict().name().toLowerCase(java.util.Locale.ROOT))
          .put("detail", f.detail());
    }
    return root.toString();
  }
}
