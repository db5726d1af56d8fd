package dev.almanac.service.serve;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The service as a process of its own, as it runs in a pod, that can be killed at any instant. */
final class ServiceProcess implements AutoCloseable {
  private final ProcessBuilder builder;
  private final Path output;
  private final int port = freePort();
  private Process process;

  /**
   * Starts it on a free port; its output is appended to a file.
   *
   * @param arguments the command line, from {@code serve} on; without {@code --listen}
   * @param environment added to that of this process
   */
  ServiceProcess(Path output, List<String> arguments, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add("dev.almanac.service.Main");
    command.addAll(arguments);
    command.addAll(List.of("--listen", "127.0.0.1:" + port));
    this.output = output;
    this.builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().putAll(environment);
    this.process = builder.start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** SIGKILL: no hook runs, nothing is flushed. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
  }

  void start() throws IOException {
    process = builder.start();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The status of a path, 0 while nothing listens. */
  int status(String path) throws InterruptedException {
    return get(path).map(HttpResponse::statusCode).orElse(0);
  }

  /** The body of a path, empty while nothing listens. */
  String body(String path) throws InterruptedException {
    return get(path).map(HttpResponse::body).orElse("");
  }

  private Optional<HttpResponse<String>> get(String path) throws InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .timeout(Duration.ofSeconds(2))
              .build();
      return Optional.of(client.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Something that is waited for. */
  interface Condition {
    boolean holds() throws Exception;
  }

  /** Waits for it; after so many seconds fails with all that can be known about the process. */
  void await(String what, int seconds, Condition condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        String log = log();
        throw new AssertionError(
            "no '%s' within %d s; the service said:%n%s%nits threads:%n%s"
                .formatted(
                    what, seconds, log.substring(Math.max(0, log.length() - 4_000)), threads()));
      }
      Thread.sleep(50);
    }
  }

  /** What all its threads do now, virtual ones included. */
  private String threads() throws IOException, InterruptedException {
    Path dump = Files.createTempDirectory("threads").resolve("dump.txt");
    Path jcmd =
        Path.of(ProcessHandle.current().info().command().orElse("java")).resolveSibling("jcmd");
    new ProcessBuilder(
            jcmd.toString(), Long.toString(process.pid()), "Thread.dump_to_file", dump.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor(10, TimeUnit.SECONDS);
    return Files.exists(dump) ? Files.readString(dump) : "no thread dump";
  }

  /** All that it has printed, over all starts. */
  String log() throws IOException {
    return Files.exists(output) ? Files.readString(output) : "";
  }

  /** SIGTERM, and the exit code. */
  int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("the service did not stop within 30 s");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
