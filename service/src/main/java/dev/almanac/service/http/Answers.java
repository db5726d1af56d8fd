package dev.almanac.service.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Computes answers beside the event loop, bounded in number and time. Event loop only. */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  /** An answer as it goes out. */
  record Answer(int status, String contentType, Buffer body) {
    static Answer json(Object value) {
      return new Answer(200, "application/json", ViewJson.write(value));
    }

    static Answer error(int status, String message) {
      return new Answer(
          status, "application/json", ViewJson.write(Map.of("error", message, "status", status)));
    }
  }

  private final Vertx vertx;
  private final Bounds bounds;
  private int working;

  Answers(Vertx vertx, Bounds bounds) {
    this.vertx = vertx;
    this.bounds = bounds;
  }

  /** Runs the work on a worker thread and sends what it returns. */
  void compute(RoutingContext ctx, Callable<Answer> work) {
    if (working >= bounds.working()) {
      ctx.response().putHeader("retry-after", "1");
      error(ctx, 503, "busy with other requests");
      return;
    }
    working++;
    long deadline =
        vertx.setTimer(
            bounds.answer().toMillis(),
            _ -> error(ctx, 503, "no answer within " + bounds.answer().toSeconds() + " s"));
    vertx
        .executeBlocking(work, false)
        .onComplete(done -> {
          working--;
          vertx.cancelTimer(deadline);
          if (done.succeeded()) {
            send(ctx, done.result());
          } else {
            failed(ctx, done.cause());
          }
        });
  }

  /** Sends an answer unless one has gone out or nobody is there any more. */
  static Future<Void> send(RoutingContext ctx, Answer answer) {
    HttpServerResponse response = ctx.response();
    if (response.ended() || response.closed() || response.headWritten()) {
      return Future.succeededFuture();
    }
    return response
        .setStatusCode(answer.status)
        .putHeader("content-type", answer.contentType)
        .putHeader("cache-control", "no-store")
        .end(answer.body);
  }

  /** Sends an error as JSON; the message is for the caller and holds nothing of the inside. */
  static Future<Void> error(RoutingContext ctx, int status, String message) {
    return send(ctx, Answer.error(status, message));
  }

  /** Logs what went wrong and tells the caller only that it did. */
  static void failed(RoutingContext ctx, Throwable cause) {
    LOG.error("cannot answer {}", ctx.request().path(), cause);
    logged(ctx);
  }

  /** Tells the caller that something went wrong that the log has already. */
  static void logged(RoutingContext ctx) {
    error(ctx, 500, "internal error; the service's log has the cause");
  }
}
