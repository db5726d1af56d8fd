package dev.almanac.service.http;

import dev.almanac.service.view.LiveView;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The service as the network sees it: {@code /healthz}, {@code /readyz}, {@code /metrics}, the
 * read-only API under {@code /api/}, the page at {@code /} and reports under {@code /reports/}.
 * Nothing here can change anything.
 */
public final class HttpApi {
  private final Vertx vertx;
  private final String deployment;
  private final Routes routes;

  private HttpApi(Vertx vertx, String deployment, Routes routes) {
    this.vertx = vertx;
    this.deployment = deployment;
    this.routes = routes;
  }

  /**
   * Starts to listen, and returns when it does. Not to be called on an event loop.
   *
   * @throws UncheckedIOException when the address cannot be listened on
   */
  public static HttpApi start(Vertx vertx, Listen listen, LiveView view, Probes probes) {
    return start(vertx, listen, view, probes, Optional.empty());
  }

  /**
   * The same with reports.
   *
   * @param reports folder with HTML reports that are served under {@code /reports/}
   */
  public static HttpApi start(
      Vertx vertx, Listen listen, LiveView view, Probes probes, Optional<Path> reports) {
    return start(vertx, listen, view, probes, reports, Bounds.DEFAULT);
  }

  static HttpApi start(
      Vertx vertx,
      Listen listen,
      LiveView view,
      Probes probes,
      Optional<Path> reports,
      Bounds bounds) {
    AtomicReference<Routes> routes = new AtomicReference<>();
    try {
      String deployment =
          vertx
              .deployVerticle(context -> {
                routes.set(
                    new Routes(vertx, context, listen, view, probes, new Reports(reports), bounds));
                return routes.get().listen();
              })
              .await(30, TimeUnit.SECONDS);
      return new HttpApi(vertx, deployment, routes.get());
    } catch (Exception e) {
      throw new UncheckedIOException(
          "cannot listen on %s:%d: %s".formatted(listen.address(), listen.port(), e.getMessage()),
          e instanceof IOException io ? io : new IOException(e));
    }
  }

  /** The port that it listens on. */
  public int port() {
    return routes.port();
  }

  /** The paths that are served beside the page's files, parameters as in {@code /{name}}. */
  List<String> paths() {
    return routes.paths();
  }

  /** How many connections and event streams are open. */
  Routes.Open open() {
    return routes.open().await();
  }

  /**
   * Stops: no new connections, event streams end at once, other answers may finish within the
   * grace. Returns when all is closed.
   */
  public void shutdown(Duration grace) {
    try {
      routes
          .shutdown(grace)
          .eventually(() -> vertx.undeploy(deployment))
          .await(grace.toMillis() + 5_000, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the HTTP server did not stop within " + grace, e);
    }
  }
}
