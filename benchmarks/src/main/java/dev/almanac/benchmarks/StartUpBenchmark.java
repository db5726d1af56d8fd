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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * From the start of the process to the first answer that says ready, with and without AOT cache.
 */
final class StartUpBenchmark implements Benchmark {
  private static final int RUNS = 9;

  @Override
  public String about() {
    return "almanac demo with the page, -Xmx256m, start of the process to the first 200 of /readyz;\n"
        + RUNS
        + " runs each, interleaved. The cache is trained by one such run (JEP 514).";
  }

  @Override
  public Table run(Optional<Path> data) throws Exception {
    Path root = Path.of(System.getProperty("almanac.root", "."));
    Path jar = root.resolve("service/target/almanac-service.jar");
    Path cache = Files.createTempDirectory("almanac-aot").resolve("almanac.aot");
    train(jar, cache);
    double[] plain = new double[RUNS];
    double[] cached = new double[RUNS];
    for (int run = 0; run < RUNS; run++) {
      plain[run] = millisToReady(jar, List.of());
      cached[run] = millisToReady(jar, List.of("-XX:AOTCache=" + cache));
    }
    Arrays.sort(plain);
    Arrays.sort(cached);
    Table table = new Table("JVM", "median ms", "min ms", "max ms", "cache MB");
    table.row("plain", plain[RUNS / 2], plain[0], plain[RUNS - 1], 0.0);
    table.row("AOT cache", cached[RUNS / 2], cached[0], cached[RUNS - 1], Files.size(cache) / 1e6);
    Files.delete(cache);
    return table;
  }

  private static void train(Path jar, Path cache) throws IOException, InterruptedException {
    Process process = start(jar, List.of("-XX:AOTCacheOutput=" + cache), freePort(), true);
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    if (!Files.exists(cache)) {
      throw new IllegalStateException("the training run has left no cache");
    }
  }

  private static double millisToReady(Path jar, List<String> flags) throws Exception {
    int port = freePort();
    long began = System.nanoTime();
    Process process = start(jar, flags, port, false);
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
              .timeout(Duration.ofSeconds(1))
              .build();
      while (System.nanoTime() - began < 60e9) {
        try {
          if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
            return (System.nanoTime() - began) / 1e6;
          }
        } catch (IOException e) {
          // Not listening yet.
        }
        Thread.sleep(2);
      }
      throw new IllegalStateException("not ready after a minute");
    } finally {
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private static Process start(Path jar, List<String> flags, int port, boolean once)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add("-Xmx256m");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(flags);
    command.addAll(List.of("-jar", jar.toString(), "demo", "--listen", "127.0.0.1:" + port));
    if (once) {
      command.addAll(List.of("--for", "20s"));
    }
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
