package dev.almanac.collector.prometheus;

import io.vertx.core.Future;
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
    record Answered(int status) implements Outcome {}

    /** The body went over its limit. */
    record TooLong(int status) implements Outcome {}

    /**
     * There was no complete answer.
     *
     * @param begun whether its head had come
     */
    record Broken(Throwable cause, boolean begun) implements Outcome {}

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
  private @Nullable Outcome early;
  private long timer = -1;
  private boolean begun;
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

  private void head(HttpClientResponse response) {
    begun = true;
    int status = response.statusCode();
    String given = response.getHeader(HttpHeaders.CONTENT_TYPE);
    welcome = reader.head(status, given == null ? "" : given);
    response
        .exceptionHandler(this::broken)
        .handler(chunk -> body(chunk, status))
        .endHandler(_ -> end(new Outcome.Answered(status)));
  }

  private void body(Buffer chunk, int status) {
    if (early != null || outcome.isDone()) {
      return;
    }
    welcome -= chunk.length();
    if (welcome < 0) {
      endEarly(new Outcome.TooLong(status));
    } else if (!reader.body(chunk.getBytes())) {
      endEarly(new Outcome.Answered(status));
    }
  }

  /**
   * Ends it with the connection, not before: the caller's next request could otherwise be given the
   * same connection, should the rest of the body have come already.
   */
  private void endEarly(Outcome how) {
    early = how;
    disconnect().onComplete(_ -> finish(how));
  }

  void broken(Throwable cause) {
    end(new Outcome.Broken(cause, begun));
  }

  private void end(Outcome how) {
    if (early == null) {
      finish(how);
    }
  }

  private void finish(Outcome how) {
    vertx.cancelTimer(timer);
    if (outcome.complete(early == null ? how : early) && !(how instanceof Outcome.Answered)) {
      disconnect();
    }
  }

  private Future<Void> disconnect() {
    return request == null ? Future.succeededFuture() : request.connection().close();
  }
}
