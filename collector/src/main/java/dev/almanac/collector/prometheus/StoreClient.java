package dev.almanac.collector.prometheus;

import dev.almanac.collector.prometheus.Credentials.Authorization;
import dev.almanac.collector.prometheus.Exchange.Outcome;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/**
 * Sends one request at a time per caller and waits for its end: bounded in time, bytes and number,
 * with credentials as they are in their files now. What goes wrong is a {@link Failure}.
 */
final class StoreClient implements AutoCloseable {

  /** Takes the body of a good answer. */
  interface Body {
    /** Takes bytes; returns false when it needs no more. */
    boolean feed(byte[] bytes, int offset, int length);

    /** Says how to take secrets out of texts before they are shown. */
    default void redactWith(UnaryOperator<String> redact) {}
  }

  private static final long ERROR_BODY_LIMIT = 64 << 10;

  /** How long after the time limit we still believe in the event loop that watches it. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final PrometheusOptions options;
  private final Optional<Credentials> credentials;
  private final HttpClients clients;
  private final Semaphore slots;
  private final Context context;
  private volatile boolean closed;

  StoreClient(Vertx vertx, PrometheusOptions options) {
    requireMayBlock();
    this.vertx = vertx;
    this.options = options;
    this.credentials = options.authentication().map(Credentials::new);
    this.slots = new Semaphore(options.maxConcurrent(), true);
    /*
     * An event loop of our own. Callers block, and may do so on a Vert.x virtual thread: answers
     * that Vert.x would hand to the caller's context then waited for the caller, and it for them.
     */
    CompletableFuture<Context> own = new CompletableFuture<>();
    Deployable keeper =
        given -> {
          own.complete(given);
          return Future.succeededFuture();
        };
    vertx.deployVerticle(keeper).onFailure(own::completeExceptionally);
    this.context = own.join();
    this.clients = new HttpClients(vertx, context, options);
  }

  /** Sends a form by POST, for a query may be longer than a URL. */
  Optional<Failure> post(String path, Map<String, String> form, long bodyLimit, Body body) {
    String encoded =
        form.entrySet().stream()
            .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return send(HttpMethod.POST, path, Buffer.buffer(encoded), bodyLimit, body);
  }

  /** Gets a document. */
  Optional<Failure> get(String path, long bodyLimit, Body body) {
    return send(HttpMethod.GET, path, Buffer.buffer(), bodyLimit, body);
  }

  /** Empty when the body was fed whole, or as far as it wanted to be. */
  private Optional<Failure> send(
      HttpMethod method, String path, Buffer content, long bodyLimit, Body body) {
    requireMayBlock();
    long deadline = System.nanoTime() + options.timeout().toNanos();
    try {
      if (!slots.tryAcquire(options.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
        return Optional.of(
            Failure.unreachable(
                "%d requests are still under way after %s"
                    .formatted(options.maxConcurrent(), seconds(options.timeout()))));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(Failure.noData("interrupted"));
    }
    try {
      Optional<Authorization> authorization = authorization();
      Sent sent = sendOnce(method, path, content, bodyLimit, body, authorization, deadline);
      if (sent.status == STALE_CONNECTION) {
        sent = sendOnce(method, path, content, bodyLimit, body, authorization, deadline);
      }
      if (sent.status == 401 && changed(authorization)) {
        sent = sendOnce(method, path, content, bodyLimit, body, authorization(), deadline);
      }
      return sent.failure;
    } catch (UnusableFile e) {
      return Optional.of(Failure.noData(e.getMessage()));
    } catch (RejectedExecutionException | CompletionException e) {
      return Optional.of(Failure.unreachable("Vert.x has been closed or is stuck"));
    } finally {
      slots.release();
    }
  }

  private static final int NO_ANSWER = 0;

  /** A kept connection was closed before it could serve again; asking anew does no harm. */
  private static final int STALE_CONNECTION = -1;

  /** The status of the answer or one of the two above, and what is wrong if anything is. */
  private record Sent(int status, Optional<Failure> failure) {}

  private Sent sendOnce(
      HttpMethod method,
      String path,
      Buffer content,
      long bodyLimit,
      Body body,
      Optional<Authorization> authorization,
      long deadline)
      throws UnusableFile {
    UnaryOperator<String> redact =
        authorization.<UnaryOperator<String>>map(a -> a::redact).orElse(UnaryOperator.identity());
    body.redactWith(redact);
    AnswerReader reader = new AnswerReader(body, bodyLimit, redact);
    if (closed) {
      return new Sent(NO_ANSWER, Optional.of(Failure.unreachable("this source is closed")));
    }
    Exchange exchange = new Exchange(vertx, reader);
    HttpClientAgent client = clients.current();
    RequestOptions request = request(method, path, authorization);
    Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    try {
      context.runOnContext(_ -> exchange.start(client, request, content, left));
      Outcome outcome = exchange.outcome().get(left.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
      return switch (outcome) {
        case Outcome.Answered(int status) -> new Sent(status, reader.failure(status));
        case Outcome.TooLong(int status) ->
            new Sent(
                status,
                reader
                    .failure(status)
                    .or(() ->
                        Optional.of(
                            Failure.tooMuch(
                                "the answer is longer than %,d bytes".formatted(bodyLimit)))));
        case Outcome.TimedOut _ -> new Sent(NO_ANSWER, Optional.of(timedOut()));
        case Outcome.Broken(Throwable cause, boolean begun) ->
            new Sent(
                cause instanceof HttpClosedException && !begun ? STALE_CONNECTION : NO_ANSWER,
                Optional.of(Failure.unreachable(describe(cause, redact))));
      };
    } catch (TimeoutException e) {
      return new Sent(NO_ANSWER, Optional.of(timedOut())); // The event loop is gone or stuck.
    } catch (InterruptedException e) {
      context.runOnContext(_ -> exchange.broken(e));
      Thread.currentThread().interrupt();
      return new Sent(NO_ANSWER, Optional.of(Failure.noData("interrupted")));
    } catch (ExecutionException e) {
      throw new IllegalStateException("an exchange may not fail", e);
    }
  }

  private RequestOptions request(
      HttpMethod method, String path, Optional<Authorization> authorization) {
    URI url = options.url();
    boolean secure = url.getScheme().equalsIgnoreCase("https");
    String host = url.getHost();
    String prefix = url.getRawPath() == null ? "" : url.getRawPath().replaceAll("/+$", "");
    RequestOptions request =
        new RequestOptions()
            .setMethod(method)
            .setSsl(secure)
            .setHost(host.startsWith("[") ? host.substring(1, host.length() - 1) : host)
            .setPort(url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80)
            .setURI(prefix + path)
            .setFollowRedirects(false)
            .putHeader("accept", "application/json")
            .putHeader("user-agent", "almanac");
    if (method == HttpMethod.POST) {
      request.putHeader("content-type", "application/x-www-form-urlencoded");
    }
    authorization.ifPresent(a -> request.putHeader("authorization", a.header));
    return request;
  }

  private Optional<Authorization> authorization() throws UnusableFile {
    if (credentials.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(credentials.get().read());
    } catch (IOException e) {
      throw new UnusableFile(credentials.get().toString(), e);
    }
  }

  private boolean changed(Optional<Authorization> used) {
    try {
      return credentials.isPresent() && credentials.get().changedSince(used.orElseThrow());
    } catch (IOException e) {
      return false; // The refusal says enough.
    }
  }

  private Failure timedOut() {
    return Failure.unreachable("no complete answer within " + seconds(options.timeout()));
  }

  private String describe(Throwable thrown, UnaryOperator<String> redact) {
    Throwable root = thrown;
    boolean tls = thrown instanceof SSLException;
    for (Throwable next = thrown.getCause(); next != null; next = next.getCause()) {
      root = next;
      tls |= next instanceof SSLException;
    }
    String message = AnswerDecoder.excerpt(redact.apply(String.valueOf(root.getMessage())));
    if (tls) {
      return "TLS: " + message;
    }
    return switch (thrown) {
      case UnknownHostException _ -> "unknown host " + options.url().getHost();
      case ConnectException _ -> message;
      case HttpClosedException _ -> "the connection was closed before the answer was complete";
      default -> root.getClass().getSimpleName() + ": " + message;
    };
  }

  private static String seconds(Duration time) {
    return time.toMillis() / 1000.0 + " s";
  }

  private static void requireMayBlock() {
    if (Context.isOnEventLoopThread()) {
      throw new IllegalStateException("a metric source blocks: call it from a virtual thread");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    try {
      clients.close();
      context.runOnContext(_ ->
          vertx
              .undeploy(context.deploymentID())
              .onComplete(done -> ended.complete(done.succeeded())));
      if (!Context.isOnEventLoopThread()) { // Vert.x complains when it is closed in between.
        ended.completeOnTimeout(false, GRACE.toMillis(), TimeUnit.MILLISECONDS).join();
      }
    } catch (RejectedExecutionException e) {
      // Vert.x has been closed before us, and has taken everything with it.
    }
  }

  /** Hands a good body on, and reads of a bad one no more than its error. */
  private static final class AnswerReader implements Exchange.Reader {
    private final Body body;
    private final long bodyLimit;
    private final AnswerDecoder error;
    private boolean good;

    AnswerReader(Body body, long bodyLimit, UnaryOperator<String> redact) {
      this.body = body;
      this.bodyLimit = bodyLimit;
      this.error = new AnswerDecoder(NO_SAMPLES, Set.of());
      error.redactWith(redact);
    }

    @Override
    public long head(int status, String contentType) {
      good = status == 200 && !isHtml(contentType);
      return good ? bodyLimit : ERROR_BODY_LIMIT;
    }

    @Override
    public boolean body(byte[] bytes) {
      return good ? body.feed(bytes, 0, bytes.length) : error.feed(bytes, 0, bytes.length);
    }

    /** What the status means. Only Prometheus' own error text is repeated, and that cut short. */
    Optional<Failure> failure(int status) {
      if (good) {
        return Optional.empty();
      }
      error.end();
      String said = error.storeError().isEmpty() ? "" : ": " + error.storeError();
      return Optional.of(
          switch (status) {
            case 200 -> Failure.invalid("the answer is HTML: is a login page or proxy in front?");
            case 401, 403 -> Failure.noData("refused: " + status);
            case 400 -> Failure.invalid("query refused: 400" + said);
            // Prometheus: too many samples, too long a time.
            case 422 -> Failure.tooMuch("query refused: 422" + said);
            case 408, 429 -> Failure.busy("HTTP " + status + said);
            default ->
                status >= 500
                    ? Failure.busy("HTTP " + status + said)
                    : Failure.invalid(
                        "HTTP "
                            + status
                            + (status / 100 == 3 ? ": redirects are not followed" : said));
          });
    }

    private static boolean isHtml(String contentType) {
      return contentType.regionMatches(true, 0, "text/html", 0, 9);
    }
  }

  private static final AnswerDecoder.Samples NO_SAMPLES =
      new AnswerDecoder.Samples() {
        @Override
        public void series() {}

        @Override
        public void label(String name, String value) {}

        @Override
        public void sample(long epochMillis, double value) {}
      };
}
