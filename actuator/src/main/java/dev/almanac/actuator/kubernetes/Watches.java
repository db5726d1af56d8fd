package dev.almanac.actuator.kubernetes;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/**
 * The watches that are needed, each begun when it is needed first: of workloads of a kind, of pods,
 * and of autoscalers; for the whole cluster, or for each namespace that is used. One virtual thread
 * each.
 */
final class Watches implements AutoCloseable {
  /** Pods that have run to their end serve nobody, and there may be very many of them. */
  private static final String LIVING_PODS = "status.phase!=Succeeded,status.phase!=Failed";

  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

  private final ApiServer api;
  private final KubernetesOptions options;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final Map<String, Watch<WorkloadView>> workloads = new ConcurrentHashMap<>();
  private final Map<String, Watch<PodView>> pods = new ConcurrentHashMap<>();
  private final Map<String, Watch<FloorView>> floors = new ConcurrentHashMap<>();
  private boolean closed;

  Watches(ApiServer api, KubernetesOptions options, LongSupplier nanoTime, RandomGenerator random) {
    this.api = api;
    this.options = options;
    this.nanoTime = nanoTime;
    this.random = random;
  }

  Watch<WorkloadView> workloads(WatchedKind kind, String namespace) {
    return workloads.computeIfAbsent(
        path(WatchedKind.PREFIX, namespace, kind.plural()),
        path -> {
          var view = new WorkloadView(nanoTime);
          return start(new ListWatch.Resource<>(path, "", new WorkloadReader()), view, view);
        });
  }

  Watch<PodView> pods(String namespace) {
    return pods.computeIfAbsent(
        path("/api/v1", namespace, "pods"),
        path -> {
          var view = new PodView(nanoTime);
          return start(new ListWatch.Resource<>(path, LIVING_PODS, new PodReader()), view, view);
        });
  }

  Watch<FloorView> floors(String namespace) {
    FloorObject.Kind kind = FloorObject.Kind.HPA;
    return floors.computeIfAbsent(
        path(kind.prefix, namespace, kind.plural),
        path -> {
          var view = new FloorView();
          return start(
              new ListWatch.Resource<>(path, "", new FloorObject.Reader(kind)), view, view);
        });
  }

  /** The watch of a namespace's autoscalers, where it has been begun. */
  Optional<Watch<FloorView>> begunFloors(String namespace) {
    FloorObject.Kind kind = FloorObject.Kind.HPA;
    return Optional.ofNullable(floors.get(path(kind.prefix, namespace, kind.plural)));
  }

  /** Those watches of autoscalers that have been begun. */
  List<Watch<FloorView>> floors() {
    return List.copyOf(floors.values());
  }

  private String path(String prefix, String namespace, String plural) {
    return switch (options.namespaces()) {
      case Namespaces.All _ -> prefix + "/" + plural;
      case Namespaces.Only _ -> prefix + "/namespaces/" + namespace + "/" + plural;
    };
  }

  private synchronized <T extends ApiObject, V> Watch<V> start(
      ListWatch.Resource<T> resource, View<T> sink, V view) {
    // Generators are not made for several threads: each watch draws its own from the one given.
    RandomGenerator own = RandomGeneratorFactory.of("SplittableRandom").create(random.nextLong());
    var loop = new ListWatch<>(api, resource, sink, options.watch(), nanoTime, own);
    Thread thread = Thread.ofVirtual().name("watch " + resource.path()).unstarted(loop);
    if (!closed) {
      thread.start();
    }
    return new Watch<>(resource.path(), view, loop, thread, options.watch().staleAfter(), nanoTime);
  }

  /** Waits until each watch has listed once, or the monotonic clock shows {@code end}. */
  boolean awaitFirstLists(long end) throws InterruptedException {
    for (Watch<?> watch : all()) {
      long left = Math.max(0, end - nanoTime.getAsLong());
      if (!watch.loop().awaitFirstList(Duration.ofNanos(left))) {
        return false;
      }
    }
    return true;
  }

  /** Every watch that has been begun, by path. */
  List<WatchHealth> health() {
    return all().stream().map(Watch::health).toList();
  }

  private List<Watch<?>> all() {
    return Stream.of(workloads, pods, floors)
        .<Watch<?>>flatMap(watches -> watches.values().stream())
        .sorted(Comparator.comparing(Watch::path))
        .toList();
  }

  /** Tells all loops to end. */
  void stop() {
    synchronized (this) {
      closed = true;
    }
    for (Watch<?> watch : all()) {
      watch.loop().stop();
      watch.thread().interrupt();
    }
  }

  /** Ends all loops; their calls must have been cancelled. */
  @Override
  public void close() {
    stop();
    try {
      for (Watch<?> watch : all()) {
        if (watch.thread().getState() != Thread.State.NEW) {
          watch.thread().join(LONGEST_STOP);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
