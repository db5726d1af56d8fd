package dev.almanac.benchmarks;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * From the start of the process to the first answer that says ready, with and without AOT cache:
 * {@code serve} beside a real Prometheus and a real control plane, so that ready means what it
 * means in a cluster, a decision on fresh evidence.
 */
final class StartUpBenchmark implements Benchmark {
  private static final int RUNS = 9;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String DOCUMENTS =
      """
      apiVersion: almanac.dev/v1alpha1
      kind: MetricSource
      metadata: {name: prometheus}
      spec: {url: "%s"}
      ---
      apiVersion: almanac.dev/v1alpha1
      kind: PredictiveAutoscaler
      metadata: {name: web, namespace: default}
      spec:
        scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
        minReplicas: 1
        maxReplicas: 10
        demand: {source: prometheus, query: vector(420), perReplica: 120}
        stage: Full
      """;

  @Override
  public String about() {
    return "almanac serve, one workload, real Prometheus and control plane, -Xmx256m: start of the\n"
        + "process to the first 200 of /readyz; "
        + RUNS
        + " runs each, interleaved. The cache is trained by\n"
        + "one such run (JEP 514). Needs what deploy/testbed/install installs.";
  }

  @Override
  public Table run(Optional<Path> data) throws Exception {
    Path root = Path.of(System.getProperty("almanac.root", "."));
    Path testbed = root.resolve("deploy/testbed");
    Path folder = Files.createTempDirectory("almanac-startup");
    String owner = Long.toString(ProcessHandle.current().pid());
    try {
      script(testbed.resolve("up"), folder.resolve("cluster"), "--lag", "1s", "--owner", owner);
      script(testbed.resolve("prometheus"), folder.resolve("prometheus"));
      deploy(folder);
      return measure(new Service(root.resolve("service/target/almanac-service.jar"), folder));
    } finally {
      script(testbed.resolve("prometheus"), folder.resolve("prometheus"), "--stop");
      script(testbed.resolve("down"), folder.resolve("cluster"));
      delete(folder);
    }
  }

  /** Tokens and keys of the control plane are in it. */
  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static Table measure(Service service) throws Exception {
    Path cache = service.folder().resolve("almanac.aot");
    service.millisToReady(List.of("-XX:AOTCacheOutput=" + cache));
    if (!Files.exists(cache)) {
      throw new IllegalStateException("the training run has left no cache");
    }
    double[] plain = new double[RUNS];
    double[] cached = new double[RUNS];
    for (int run = 0; run < RUNS; run++) {
      plain[run] = service.millisToReady(List.of());
      cached[run] = service.millisToReady(List.of("-XX:AOTCache=" + cache));
    }
    Arrays.sort(plain);
    Arrays.sort(cached);
    Table table = new Table("JVM", "median ms", "min ms", "max ms", "cache MB");
    table.row("plain", plain[RUNS / 2], plain[0], plain[RUNS - 1], 0.0);
    table.row("AOT cache", cached[RUNS / 2], cached[0], cached[RUNS - 1], Files.size(cache) / 1e6);
    return table;
  }

  /** Writes the documents, and creates the Deployment that they scale. */
  private static void deploy(Path folder) throws IOException, InterruptedException {
    Path config = Files.createDirectories(folder.resolve("config"));
    String url = variable(folder.resolve("prometheus/prometheus.env"), "PROMETHEUS_URL");
    Files.writeString(config.resolve("web.yaml"), DOCUMENTS.formatted(url));
    Path kubectl = Path.of(variable(folder.resolve("cluster/testbed.env"), "KUBECTL"));
    script(
        kubectl,
        Path.of("--kubeconfig=" + folder.resolve("cluster/kubeconfig")),
        "create",
        "deployment",
        "web",
        "--image=none",
        "--replicas=4");
  }

  private static String variable(Path file, String name) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(name + "="))
        .findFirst()
        .map(line -> line.substring(name.length() + 1).replaceAll("^['\"]|['\"]$", ""))
        .orElseThrow(() -> new IllegalStateException(file + " does not say " + name));
  }

  private static void script(Path program, Path place, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString(), place.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException("failed: " + String.join(" ", command));
    }
  }

  /** The service as a process of its own. */
  private record Service(Path jar, Path folder) {

    /** One life: from its start until it says ready; then it is told to end, and ends. */
    double millisToReady(List<String> flags) throws Exception {
      int port = freePort();
      long began = System.nanoTime();
      Process process = start(flags, port);
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                .timeout(Duration.ofSeconds(1))
                .build();
        while (System.nanoTime() - began < PATIENCE.toNanos() && process.isAlive()) {
          try {
            if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
              return (System.nanoTime() - began) / 1e6;
            }
          } catch (IOException e) {
            // Not listening yet.
          }
          Thread.sleep(2);
        }
        throw new IllegalStateException(
            "never ready, it said:\n" + Files.readString(folder.resolve("log")));
      } finally {
        process.destroy();
        // Writing the cache takes its time.
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
          process.destroyForcibly();
        }
      }
    }

    private Process start(List<String> flags, int port) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(ProcessHandle.current().info().command().orElse("java"));
      command.addAll(List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED"));
      command.addAll(flags);
      command.addAll(List.of("-jar", jar.toString(), "serve"));
      command.addAll(List.of("--config", folder.resolve("config").toString()));
      command.addAll(List.of("--data", folder.resolve("data-" + port).toString()));
      command.addAll(List.of("--kubeconfig", folder.resolve("cluster/kubeconfig").toString()));
      command.addAll(List.of("--listen", "127.0.0.1:" + port));
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(folder.resolve("log").toFile())
          .start();
    }

    private static int freePort() throws IOException {
      try (ServerSocket socket = new ServerSocket(0)) {
        return socket.getLocalPort();
      }
    }
  }
}
