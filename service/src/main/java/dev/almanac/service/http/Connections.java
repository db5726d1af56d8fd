package dev.almanac.service.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds what connections alone can take: their number, and how long each may be open between two
 * requests without sending a whole request head (a head sent byte by byte never looks idle to a
 * time-out on the socket). Event loop only.
 */
final class Connections {
  private static final long IN_REQUEST = Long.MAX_VALUE;

  private final Bounds bounds;

  /** Since when each waits for a request, by the monotonic clock. */
  private final Map<HttpConnection, Long> waitingSince = new HashMap<>();

  Connections(Bounds bounds) {
    this.bounds = bounds;
  }

  void watch(Vertx vertx) {
    vertx.setPeriodic(Math.max(1, bounds.requestHead().toMillis() / 4), _ -> closeWaiting());
  }

  void opened(HttpConnection connection) {
    if (waitingSince.size() >= bounds.connections()) {
      connection.close();
      return;
    }
    waitingSince.put(connection, System.nanoTime());
    connection.closeHandler(_ -> waitingSince.remove(connection));
  }

  void began(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    waitingSince.replace(connection, IN_REQUEST);
    request.response().endHandler(_ -> waitingSince.replace(connection, System.nanoTime()));
  }

  int open() {
    return waitingSince.size();
  }

  private void closeWaiting() {
    long now = System.nanoTime();
    for (var entry : new ArrayList<>(waitingSince.entrySet())) {
      long since = entry.getValue();
      if (since != IN_REQUEST && now - since > bounds.requestHead().toNanos()) {
        entry.getKey().close();
      }
    }
  }
}
