package dev.almanac.service.http;

import dev.almanac.service.http.Answers.Answer;
import dev.almanac.service.http.PageFiles.PageFile;
import dev.almanac.service.http.Probes.MetricsPage;
import dev.almanac.service.http.Probes.Readiness;
import dev.almanac.service.view.LiveView;
import dev.almanac.service.view.WorkloadName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The server and its paths. All of it runs on one event loop. */
final class Routes {
  /** Names as Kubernetes allows them: RFC 1123 labels joined by dots, at most 253 characters. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private static final Pattern EPOCH_MILLIS = Pattern.compile("[0-9]{1,15}");

  private final Context context;
  private final LiveView view;
  private final Probes probes;
  private final Reports reports;
  private final Bounds bounds;
  private final PageFiles files = new PageFiles();
  private final Connections connections;
  private final Answers answers;
  private final EventStreams streams;
  private final Router router;
  private final HttpServer server;

  Routes(
      Vertx vertx,
      Context context,
      Listen listen,
      LiveView view,
      Probes probes,
      Reports reports,
      Bounds bounds) {
    this.context = context;
    this.view = view;
    this.probes = probes;
    this.reports = reports;
    this.bounds = bounds;
    this.connections = new Connections(bounds);
    this.answers = new Answers(vertx, bounds);
    this.streams = new EventStreams(vertx, context, view, bounds);
    this.server = vertx.createHttpServer(options(listen));
    this.router = router(vertx, new RequestRules(listen));
    server.connectionHandler(connections::opened);
    server.requestHandler(request -> {
      connections.began(request);
      router.handle(request);
    });
    connections.watch(vertx);
  }

  private static HttpServerOptions options(Listen listen) {
    return new HttpServerOptions()
        .setHost(listen.address())
        .setPort(listen.port())
        .setMaxInitialLineLength(2048)
        .setMaxHeaderSize(16 * 1024)
        .setMaxChunkSize(8 * 1024)
        .setHttp2ClearTextEnabled(false)
        .setIdleTimeout(75)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setCompressionSupported(true)
        .setCompressionContentSizeThreshold(1024);
  }

  private Router router(Vertx vertx, RequestRules rules) {
    Router router = Router.router(vertx);
    router.route().handler(rules::check);
    get(router, "/healthz", this::health);
    get(router, "/readyz", this::readiness);
    get(router, "/metrics", this::metrics);
    get(router, "/api/overview", this::overview);
    get(router, "/api/events", streams::open);
    get(router, "/api/workloads/:namespace/:name", this::workload);
    get(router, "/api/workloads/:namespace/:name/decisions/:at", this::why);
    get(router, "/api/reports", this::reports);
    get(router, "/reports/:name", this::report);
    router.route().handler(this::file);
    router.errorHandler(400, ctx -> Answers.error(ctx, 400, "malformed request"));
    router.errorHandler(404, ctx -> Answers.error(ctx, 404, "no such path"));
    router.errorHandler(500, ctx -> Answers.failed(ctx, Objects.requireNonNull(ctx.failure())));
    return router;
  }

  private static void get(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
  }

  Future<?> listen() {
    return server.listen().onSuccess(_ -> streams.start());
  }

  int port() {
    return server.actualPort();
  }

  /** The paths with a name of their own, parameters as in {@code /{name}}. */
  List<String> paths() {
    return router.getRoutes().stream()
        .map(Route::getName)
        .filter(path -> path != null && path.startsWith("/"))
        .map(path -> path.replaceAll(":(\\w+)", "{$1}"))
        .toList();
  }

  /** How many connections and event streams are open. */
  Future<Open> open() {
    Promise<Open> promise = Promise.promise();
    context.runOnContext(_ -> promise.complete(new Open(connections.open(), streams.open())));
    return promise.future();
  }

  record Open(int connections, int streams) {}

  /** Ends the event streams, takes no new connection, and waits for answers under way. */
  Future<?> shutdown(Duration grace) {
    streams.close();
    return server.shutdown(grace);
  }

  private void health(RoutingContext ctx) {
    boolean alive = probes.alive().getAsBoolean();
    Answers.send(ctx, text(alive ? 200 : 503, alive ? "ok" : "not working"));
  }

  private void readiness(RoutingContext ctx) {
    Readiness readiness = probes.readiness().get();
    Answers.send(ctx, text(readiness.ready() ? 200 : 503, readiness.reason()));
  }

  private void metrics(RoutingContext ctx) {
    answers.compute(
        ctx,
        () -> {
          MetricsPage page = probes.metrics().get();
          return new Answer(200, page.contentType(), Buffer.buffer(page.body()));
        });
  }

  private static Answer text(int status, String line) {
    return new Answer(status, "text/plain; charset=utf-8", Buffer.buffer(line + "\n"));
  }

  private void overview(RoutingContext ctx) {
    streams
        .current()
        .onSuccess(snapshot -> answers.compute(ctx, () -> Answer.json(snapshot.whole())))
        .onFailure(_ -> Answers.logged(ctx));
  }

  private void workload(RoutingContext ctx) {
    Optional<WorkloadName> name = name(ctx);
    Optional<HistoryRequest> asked = HistoryRequest.of(ctx.queryParams(), bounds);
    if (name.isEmpty()) {
      Answers.error(ctx, 400, "not the name of a namespace and a workload");
    } else if (asked.isEmpty()) {
      Answers.error(
          ctx,
          400,
          "range must be a duration such as PT12H, from 1 minute to %d days, and since, when given, a time in seconds since 1970"
              .formatted(bounds.range().toDays()));
    } else {
      answers.compute(
          ctx,
          () ->
              view.workload(name.get(), asked.get().from(view.now()))
                  .map(detail -> Answer.json(asked.get().answer(detail, bounds.points())))
                  .orElseGet(() -> Answer.error(404, "no such workload")));
    }
  }

  private void why(RoutingContext ctx) {
    Optional<WorkloadName> name = name(ctx);
    String at = ctx.pathParam("at");
    if (name.isEmpty() || at == null || !EPOCH_MILLIS.matcher(at).matches()) {
      Answers.error(ctx, 400, "not the name of a workload and a time in milliseconds since 1970");
      return;
    }
    Instant instant = Instant.ofEpochMilli(Long.parseLong(at));
    answers.compute(
        ctx,
        () ->
            view.why(name.get(), instant)
                .map(Answer::json)
                .orElseGet(() -> Answer.error(404, "no such decision, or no longer")));
  }

  private void reports(RoutingContext ctx) {
    answers.compute(ctx, () -> Answer.json(Map.of("reports", reports.list())));
  }

  /** A report has a style of its own and no script; whoever wrote it, it can do nothing here. */
  private void report(RoutingContext ctx) {
    ctx.response().putHeader("content-security-policy", RequestRules.REPORT_POLICY);
    String name = String.valueOf(ctx.pathParam("name"));
    answers.compute(
        ctx,
        () ->
            reports
                .read(name)
                .map(page -> new Answer(200, "text/html; charset=utf-8", Buffer.buffer(page)))
                .orElseGet(() -> Answer.error(404, "no such report, or no longer")));
  }

  private static Optional<WorkloadName> name(RoutingContext ctx) {
    String namespace = ctx.pathParam("namespace");
    String name = ctx.pathParam("name");
    return namespace != null
            && name != null
            && NAME.matcher(namespace).matches()
            && NAME.matcher(name).matches()
        ? Optional.of(new WorkloadName(namespace, name))
        : Optional.empty();
  }

  private void file(RoutingContext ctx) {
    Optional<PageFile> found = Optional.ofNullable(ctx.request().path()).flatMap(files::at);
    if (found.isEmpty()) {
      ctx.next();
      return;
    }
    PageFile file = found.get();
    ctx.response()
        .putHeader("etag", file.etag())
        .putHeader("cache-control", file.caching())
        .putHeader("vary", "accept-encoding");
    String known = ctx.request().getHeader("if-none-match");
    if (known != null && known.contains(file.etag())) {
      ctx.response().setStatusCode(304).end();
    } else {
      ctx.response().putHeader("content-type", file.contentType()).end(file.body());
    }
  }
}
