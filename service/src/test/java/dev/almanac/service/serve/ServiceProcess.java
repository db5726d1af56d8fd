package dev.almanac.service.serve;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The service as a process of its own, as it runs in a pod, that can be killed at any instant. */
final class ServiceProcess implements AutoCloseable {
  private final List<String> command;
  private final Path output;
  private final int port;
  private Process process;

  /** Starts {@code almanac serve}; its output is appended to a file. */
  ServiceProcess(Path output, int port, List<String> arguments) throws IOException {
    this.output = output;
    this.port = port;
    this.command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of("dev.almanac.service.Main", "serve", "--listen", "127.0.0.1:" + port));
    command.addAll(arguments);
    this.process = launch();
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
        .start();
  }

  /** SIGKILL: no hook runs, nothing is flushed. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
  }

  void start() throws IOException {
    process = launch();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The status of {@code /readyz}, 0 while nothing listens. */
  int readyz() throws InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
              .timeout(Duration.ofSeconds(2))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  /** What all its threads do now, virtual ones included; for the message of a failed test. */
  String threads() throws IOException, InterruptedException {
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
