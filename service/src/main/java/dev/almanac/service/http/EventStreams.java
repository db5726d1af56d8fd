package dev.almanac.service.http;

import dev.almanac.service.http.Tick.Snapshot;
import dev.almanac.service.view.LiveView;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells every open page what each tick changed.
 *
 * <p>The overview is taken and encoded once a tick, whoever listens. A reader that is behind misses
 * events instead of queueing them, and sees by their numbers that it did; one that takes nothing at
 * all is dropped. So the memory that readers can hold is bounded by their number. All but the
 * loop's call happens on one event loop.
 */
final class EventStreams {
  private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);
  private static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");

  private final Vertx vertx;
  private final Context context;
  private final LiveView view;
  private final Bounds bounds;

  /** Another one at each start, so that a page that outlives a restart sees that it did. */
  private final long firstRevision = ThreadLocalRandom.current().nextLong(1, 1L << 40);

  private final Set<Stream> streams = new LinkedHashSet<>();
  private final AtomicBoolean announced = new AtomicBoolean();
  private Optional<LiveView.Subscription> subscription = Optional.empty();

  private Optional<Snapshot> snapshot = Optional.empty();
  private Optional<Promise<Snapshot>> taking = Optional.empty();
  private boolean outdated = true;
  private boolean scheduled;
  private long lastTaken = System.nanoTime();

  EventStreams(Vertx vertx, Context context, LiveView view, Bounds bounds) {
    this.vertx = vertx;
    this.context = context;
    this.view = view;
    this.bounds = bounds;
  }

  void start() {
    subscription = Optional.of(view.onTick(this::announce));
    vertx.setPeriodic(bounds.heartbeat().toMillis(), _ -> heartbeat());
  }

  void close() {
    subscription.ifPresent(LiveView.Subscription::close);
    for (Stream stream : new ArrayList<>(streams)) {
      stream.response.end();
    }
    streams.clear();
  }

  /** Called by the loop, at any pace; at most one hop to the event loop is on its way. */
  private void announce() {
    if (announced.compareAndSet(false, true)) {
      context.runOnContext(_ -> {
        announced.set(false);
        outdated = true;
        schedule();
      });
    }
  }

  private void schedule() {
    if (streams.isEmpty() || scheduled || taking.isPresent()) {
      return;
    }
    long wait = bounds.tickGap().minusNanos(System.nanoTime() - lastTaken).toMillis();
    if (wait <= 0) {
      takeNow();
      return;
    }
    scheduled = true;
    vertx.setTimer(
        wait,
        _ -> {
          scheduled = false;
          takeNow();
        });
  }

  /** The newest snapshot; taken anew when a tick has passed since the last one. */
  Future<Snapshot> current() {
    return snapshot.isPresent() && !outdated ? Future.succeededFuture(snapshot.get()) : takeNow();
  }

  /** A snapshot, and what to tell those who know the one before. */
  private record Taken(Snapshot snapshot, Optional<Buffer> event) {}

  private Future<Snapshot> takeNow() {
    if (taking.isPresent()) {
      return taking.get().future();
    }
    Promise<Snapshot> promise = Promise.promise();
    taking = Optional.of(promise);
    outdated = false;
    lastTaken = System.nanoTime();
    Optional<Snapshot> before = snapshot;
    boolean heard = !streams.isEmpty();
    vertx
        .executeBlocking(() -> take(before, heard), false)
        .onComplete(done -> {
          taking = Optional.empty();
          if (done.succeeded()) {
            Taken taken = done.result();
            snapshot = Optional.of(taken.snapshot);
            taken.event.ifPresent(event -> streams().forEach(stream -> stream.offer(event)));
            promise.complete(taken.snapshot);
          } else {
            outdated = true;
            LOG.error("cannot take the overview", done.cause());
            promise.fail(done.cause());
          }
          if (outdated && done.succeeded()) {
            schedule();
          }
        });
    return promise.future();
  }

  private Taken take(Optional<Snapshot> before, boolean heard) {
    long revision = before.map(s -> s.revision() + 1).orElse(firstRevision);
    Snapshot after = Snapshot.of(revision, view.overview());
    Optional<Buffer> event =
        before
            .filter(_ -> heard)
            .map(b -> event("tick", after.revision(), ViewJson.write(Tick.between(b, after))));
    return new Taken(after, event);
  }

  private static Buffer event(String name, long id, Buffer data) {
    return Buffer.buffer("id: " + id + "\nevent: " + name + "\ndata: ")
        .appendBuffer(data)
        .appendString("\n\n");
  }

  /** Also takes a snapshot, so that a page sees evidence age when the loop has stopped ticking. */
  private void heartbeat() {
    for (Stream stream : streams()) {
      stream.offer(HEARTBEAT);
    }
    outdated = true;
    schedule();
  }

  private List<Stream> streams() {
    return new ArrayList<>(streams);
  }

  int open() {
    return streams.size();
  }

  /** Answers one request with events until one side closes it. */
  void open(RoutingContext ctx) {
    HttpServerResponse response = ctx.response();
    if (streams.size() >= bounds.streams()) {
      response.putHeader("retry-after", "30");
      Answers.error(ctx, 503, bounds.streams() + " event streams are open already");
      return;
    }
    response
        .setChunked(true)
        .setWriteQueueMaxSize(bounds.streamBuffer())
        .putHeader("content-type", "text/event-stream")
        .putHeader("content-encoding", "identity")
        .putHeader("cache-control", "no-store")
        .putHeader("x-accel-buffering", "no");
    Stream stream = new Stream(response);
    streams.add(stream);
    response.closeHandler(_ -> streams.remove(stream));
    response.exceptionHandler(_ -> streams.remove(stream));
    response.drainHandler(_ -> stream.behindSince = 0);
    stream.offer(HEARTBEAT);
    // The reader compares this number with that of the overview it holds.
    current()
        .onSuccess(s ->
            stream.offer(
                event("hello", s.revision(), ViewJson.write(Map.of("revision", s.revision())))))
        .onFailure(_ -> {
          streams.remove(stream);
          response.end();
        });
  }

  /** One reader. */
  private final class Stream {
    final HttpServerResponse response;

    /** By the monotonic clock, 0 while the reader keeps up. */
    long behindSince;

    Stream(HttpServerResponse response) {
      this.response = response;
    }

    void offer(Buffer event) {
      if (response.closed() || response.ended()) {
        streams.remove(this);
      } else if (!response.writeQueueFull()) {
        behindSince = 0;
        response.write(event);
      } else if (behindSince == 0) {
        behindSince = System.nanoTime();
      } else if (System.nanoTime() - behindSince > bounds.slowStream().toNanos()) {
        LOG.info("dropped an event stream whose reader took nothing for {}", bounds.slowStream());
        streams.remove(this);
        response.reset();
      }
    }
  }
}
