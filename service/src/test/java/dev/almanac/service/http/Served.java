package dev.almanac.service.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.almanac.service.http.Probes.MetricsPage;
import dev.almanac.service.http.Probes.Readiness;
import dev.almanac.service.view.LiveView;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** A view served on a free port of this machine, and clients for it. */
final class Served implements AutoCloseable {
  static final Probes PROBES =
      new Probes(
          () -> true,
          () -> new Readiness(true, "evidence is fresh"),
          () ->
              new MetricsPage(
                  "text/plain; version=0.0.4; charset=utf-8",
                  "almanac_ticks_total 7\n".getBytes(StandardCharsets.UTF_8)));

  private static final Vertx VERTX = Vertx.vertx();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  final HttpApi api;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Served(HttpApi api) {
    this.api = api;
  }

  static Served of(LiveView view) {
    return of(view, PROBES, Bounds.DEFAULT);
  }

  static Served of(LiveView view, Probes probes, Bounds bounds) {
    return of(view, probes, Optional.empty(), bounds);
  }

  static Served withReports(LiveView view, Path folder) {
    return of(view, PROBES, Optional.of(folder), Bounds.DEFAULT);
  }

  private static Served of(LiveView view, Probes probes, Optional<Path> reports, Bounds bounds) {
    return new Served(
        HttpApi.start(VERTX, new Listen("127.0.0.1", 0, Set.of()), view, probes, reports, bounds));
  }

  /** The default bounds, for a test that changes some of them. */
  static BoundsDraft bounds() {
    return new BoundsDraft();
  }

  /** Bounds with some that a test can reach. */
  static final class BoundsDraft {
    int connections = Bounds.DEFAULT.connections();
    Duration requestHead = Bounds.DEFAULT.requestHead();
    int working = Bounds.DEFAULT.working();
    Duration answer = Bounds.DEFAULT.answer();
    int streams = Bounds.DEFAULT.streams();
    Duration heartbeat = Bounds.DEFAULT.heartbeat();
    Duration slowStream = Bounds.DEFAULT.slowStream();
    int points = Bounds.DEFAULT.points();

    Bounds build() {
      return new Bounds(
          connections,
          requestHead,
          working,
          answer,
          streams,
          heartbeat,
          slowStream,
          16 * 1024,
          Duration.ofMillis(5),
          Bounds.DEFAULT.range(),
          points);
    }
  }

  String url(String path) {
    return "http://127.0.0.1:" + api.port() + path;
  }

  HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, headers);
  }

  HttpResponse<String> send(String method, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url(path)))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(Duration.ofSeconds(30));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException("no answer to " + request, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  JsonNode json(String path) {
    return parse(get(path).body());
  }

  static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON: " + text, e);
    }
  }

  Socket socket() throws IOException {
    Socket socket = new Socket("127.0.0.1", api.port());
    socket.setSoTimeout(30_000);
    return socket;
  }

  /** Sends bytes as they are and returns what comes until the other side closes. */
  String raw(String request) {
    try (Socket socket = socket()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException("no answer", e);
    }
  }

  @Override
  public void close() {
    api.shutdown(Duration.ofSeconds(5));
    client.close();
  }
}
