package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.kubernetes.client.openapi.Pair;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link View} of one resource: lists it, then watches from the version of the list.
 *
 * <p>After a watch ends, for whatever reason but the following, it is opened again where it ended:
 * the server says again what was missed. The resource is listed again when the version is too old
 * for that (410), when a line of the watch cannot be understood, when the watch was silent for too
 * long, and every half hour for what nobody noticed. Between attempts that fail, or watches that
 * are closed at once, there is a pause with jitter that doubles up to a limit. So at most two
 * requests are sent per pause, and memory is that of the view.
 */
final class ListWatch<T extends ApiObject> implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ListWatch.class);
  private static final int PAGE = 500;

  /** A watch that ends sooner was not meant to live; to open it again at once would be a loop. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  /** After a watch of this length earlier failures are forgotten. */
  private static final Duration SOUND = Duration.ofSeconds(30);

  /**
   * What is watched.
   *
   * @param path of the collection, for example {@code /apis/apps/v1/deployments}
   * @param fieldSelector empty = everything
   */
  record Resource<T extends ApiObject>(
      String path, String fieldSelector, ApiStream.ObjectReader<T> reader) {}

  private final ApiServer api;
  private final Resource<T> resource;
  private final View<T> view;
  private final WatchTimes times;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final CountDownLatch firstList = new CountDownLatch(1);

  /** Where the next watch starts; empty = list first. */
  private String version = "";

  private boolean paged = true;
  private int failures;
  private long listedAt;

  private volatile long heardAt;
  private final AtomicLong lists = new AtomicLong();
  private volatile boolean forbidden;
  private volatile String problem = "";
  private volatile boolean stopped;

  ListWatch(
      ApiServer api,
      Resource<T> resource,
      View<T> view,
      WatchTimes times,
      LongSupplier nanoTime,
      RandomGenerator random) {
    this.api = api;
    this.resource = resource;
    this.view = view;
    this.times = times;
    this.nanoTime = nanoTime;
    this.random = random;
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        Duration pause = round();
        if (pause.isPositive()) {
          Thread.sleep(pause);
        }
      }
    } catch (InterruptedException e) {
      // That is how it is stopped.
    } catch (Error e) {
      LOG.error("watch of {} has ended for good", resource.path(), e);
      throw e;
    }
  }

  void stop() {
    stopped = true;
  }

  /** One list or one watch, and how long to stay away after it. */
  private Duration round() {
    Duration held = api.budget().held();
    if (held.isPositive()) {
      return held;
    }
    long began = nanoTime.getAsLong();
    try {
      if (version.isEmpty() || began - listedAt > times.relistEvery().toNanos()) {
        listedAt = began; // If this one fails and the old watch can go on, it goes on.
        list(began);
        return Duration.ZERO; // Failures stay counted: a list proves nothing about the watch.
      }
      watch();
      return after(began, "");
    } catch (RefusedException e) {
      paged &= !(e.expired() && version.isEmpty()); // A page's token was too old: list in one go.
      version = e.expired() ? "" : version;
      forbidden = e.forbidden();
      return after(began, e.expired() ? "" : e.answer().text());
    } catch (JsonEOFException e) {
      return after(began, "cut off"); // Only whole events have been taken.
    } catch (JsonProcessingException e) {
      version = "";
      return after(began, "what was sent is no JSON");
    } catch (ApiStream.GapException e) {
      version = "";
      return after(began, e.what());
    } catch (IOException | RuntimeException e) {
      return after(began, ApiServer.problem(e));
    }
  }

  /** Counts what happened and chooses the pause. */
  private Duration after(long began, String why) {
    long now = nanoTime.getAsLong();
    long lived = now - began;
    if (now - heardAt > times.silence().toNanos()) {
      version = ""; // Bytes came, but for too long nothing that means anything.
    }
    if (lived >= SOUND.toNanos()) {
      failures = 0;
    }
    boolean atOnce = lived < AT_ONCE.toNanos();
    if (!why.isEmpty() && !why.equals(problem) && !stopped) {
      LOG.warn("watch of {}: {}", resource.path(), why);
    }
    problem = why.isEmpty() && atOnce ? "closed at once" : why;
    if (why.isEmpty() && !atOnce) {
      return Duration.ZERO;
    }
    double doubled = times.firstPause().toNanos() * Math.pow(2, Math.min(failures, 30));
    failures++;
    double longest = Math.min(doubled, (double) times.longestPause().toNanos());
    return Duration.ofNanos((long) (longest * (0.5 + random.nextDouble() / 2)));
  }

  private void list(long began) throws IOException {
    Set<String> ids = new HashSet<>();
    // No resourceVersion in the request: the newest state, not what a cache of the server
    // remembers.
    String next = "";
    String listed;
    do {
      List<Pair> query = query();
      if (paged) {
        query.add(new Pair("limit", Integer.toString(PAGE)));
      }
      if (!next.isEmpty()) {
        query.add(new Pair("continue", next));
      }
      ApiStream.Page[] page = new ApiStream.Page[1];
      api.list(
          resource.path(),
          query,
          body ->
              page[0] =
                  ApiStream.readPage(
                      body,
                      resource.reader(),
                      object -> {
                        ids.add(object.id());
                        view.present(object, true);
                      }));
      listed = page[0].resourceVersion();
      if (page[0].next().equals(next) && !next.isEmpty()) {
        throw new IOException("the pages of the list go round in a circle");
      }
      next = page[0].next();
    } while (!next.isEmpty());
    view.listed(ids, listed);
    version = listed;
    paged = true;
    heard(began); // What the list shows was true when it was asked for, at the latest.
    problem = "";
    lists.incrementAndGet();
    firstList.countDown();
  }

  private void watch() throws IOException {
    List<Pair> query = query();
    query.add(new Pair("watch", "true"));
    query.add(new Pair("allowWatchBookmarks", "true"));
    query.add(new Pair("resourceVersion", version));
    query.add(new Pair("timeoutSeconds", Long.toString(serverTimeoutSeconds())));
    api.watch(
        resource.path(),
        query,
        body -> {
          try {
            ApiStream.readEvents(body, resource.reader(), new Events());
          } catch (SocketTimeoutException e) {
            LOG.debug("watch of {}: silent, list again", resource.path());
            version = "";
          }
        });
  }

  /** Somewhat less than the limit, so that the watches do not all end in the same second. */
  private long serverTimeoutSeconds() {
    double factor = 0.75 + random.nextDouble() / 4;
    return Math.max(1, Math.round(times.serverTimeout().toSeconds() * factor));
  }

  private List<Pair> query() {
    List<Pair> query = new ArrayList<>();
    if (!resource.fieldSelector().isEmpty()) {
      query.add(new Pair("fieldSelector", resource.fieldSelector()));
    }
    return query;
  }

  private final class Events implements ApiStream.EventSink<T> {
    @Override
    public void present(T object) {
      view.present(object, false);
      reached(object.resourceVersion());
    }

    @Override
    public void deleted(T object) {
      view.deleted(object);
      reached(object.resourceVersion());
    }

    @Override
    public void reached(String resourceVersion) {
      version = resourceVersion;
      heard(nanoTime.getAsLong());
      problem = "";
    }
  }

  private void heard(long at) {
    forbidden = false;
    heardAt = at;
  }

  /** Waits until the resource has been listed once. */
  boolean awaitFirstList(Duration atMost) throws InterruptedException {
    return firstList.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** When the view was confirmed last, on the monotonic clock; empty before the first list. */
  Optional<Long> heardAt() {
    return firstList.getCount() == 0 ? Optional.of(heardAt) : Optional.empty();
  }

  boolean isForbidden() {
    return forbidden;
  }

  /** What went wrong last, one line; empty when nothing has since the last sign of life. */
  String problem() {
    return problem;
  }

  long lists() {
    return lists.get();
  }
}
