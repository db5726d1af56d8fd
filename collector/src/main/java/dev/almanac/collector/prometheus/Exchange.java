package dev.almanac.collector.prometheus;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request, from connecting to the last byte of its answer, inside one time limit. Whoever
 * ends it early closes the connection, so that nothing more arrives.
 *
 * <p>All methods but the constructor run on one event loop.
 */
final class Exchange {

  /** What came of it. */
  sealed interface Outcome {
    /** The whole body has been read, or as much of it as the reader wanted. */
    record Answered(int status, String contentType) implements Outcome {}

    /** The body went over its limit. */
    record TooLong(int status) implements Outcome {}

    /** There was no complete answer. */
    record Broken(Throwable cause) implements Outcome {}

    /** There was no complete answer in time. */
    record TimedOut() implements Outcome {}
  }

  /** Takes a body as its bytes come. */
  interface Reader {
    /** The head is there; returns how many bytes of the body are welcome. */
    long head(int status, String contentType);

    /** The next bytes; returns false when no more are wanted. */
    boolean body(byte[] bytes);
  }

  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final Vertx vertx;
  private final Reader reader;
  private @Nullable HttpClientRequest request;
  private long timer = -1;
  private long welcome;

  Exchange(Vertx vertx, Reader reader) {
    this.vertx = vertx;
    this.reader = reader;
  }

  /** Completes always, and never exceptionally, unless the event loop has died. */
  CompletableFuture<Outcome> outcome() {
    return outcome;
  }

  void start(HttpClient client, RequestOptions options, Buffer body, Duration timeLimit) {
    timer = vertx.setTimer(Math.max(1, timeLimit.toMillis()), _ -> finish(new Outcome.TimedOut()));
    try {
      client.request(options).onComplete(opened -> send(opened, body), this::broken);
    } catch (IllegalStateException e) { // The client has been closed meanwhile.
      broken(e);
    }
  }

  private void send(HttpClientRequest opened, Buffer body) {
    request = opened;
    if (outcome.isDone()) {
      disconnect();
    } else {
      opened.send(body).onComplete(this::head, this::broken);
    }
  }

  void broken(Throwable cause) {
    finish(new Outcome.Broken(cause));
  }

  private void head(HttpClientResponse response) {
    int status = response.statusCode();
    String given = response.getHeader(HttpHeaders.CONTENT_TYPE);
    String contentType = given == null ? "" : given;
    welcome = reader.head(status, contentType);
    response
        .exceptionHandler(this::broken)
        .handler(chunk -> body(chunk, status, contentType))
        .endHandler(_ -> finish(new Outcome.Answered(status, contentType)));
  }

  private void body(Buffer chunk, int status, String contentType) {
    if (outcome.isDone()) {
      return;
    }
    welcome -= chunk.length();
    if (welcome < 0) {
      finish(new Outcome.TooLong(status));
      disconnect();
    } else if (!reader.body(chunk.getBytes())) {
      finish(new Outcome.Answered(status, contentType));
      disconnect();
    }
  }

  private void finish(Outcome how) {
    vertx.cancelTimer(timer);
    if (outcome.complete(how) && !(how instanceof Outcome.Answered)) {
      disconnect();
    }
  }

  private void disconnect() {
    if (request != null) {
      request.connection().close();
    }
  }
}
