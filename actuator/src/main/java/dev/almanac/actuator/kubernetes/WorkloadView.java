package dev.almanac.actuator.kubernetes;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** All workloads of one kind in one namespace, or in all. Safe for any number of threads. */
final class WorkloadView implements View<Workload> {

  /**
   * A workload, and when it was last read or written by itself.
   *
   * @param heardAt on the monotonic clock
   */
  record Entry(Workload workload, long heardAt) {}

  private final LongSupplier nanoTime;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  WorkloadView(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  Optional<Entry> find(String id) {
    return Optional.ofNullable(entries.get(id));
  }

  @Override
  public void present(Workload workload, boolean listed) {
    Entry heard = new Entry(workload, nanoTime.getAsLong());
    entries.merge(workload.id(), heard, (known, news) -> isNewer(known, news) ? known : news);
  }

  private static boolean isNewer(Entry known, Entry news) {
    return Version.isOlder(news.workload.resourceVersion(), known.workload.resourceVersion());
  }

  @Override
  public void deleted(Workload workload) {
    String version = workload.resourceVersion();
    entries.computeIfPresent(workload.id(), (_, known) -> isAfter(known, version) ? known : null);
  }

  @Override
  public void listed(Set<String> ids, String resourceVersion) {
    entries.values().removeIf(e -> !ids.contains(e.workload.id()) && !isAfter(e, resourceVersion));
  }

  private static boolean isAfter(Entry known, String version) {
    return Version.isOlder(version, known.workload.resourceVersion());
  }

  /** Our own write has made this size and version. */
  void resized(String id, int replicas, String resourceVersion) {
    long now = nanoTime.getAsLong();
    entries.computeIfPresent(
        id,
        (_, known) ->
            isAfter(known, resourceVersion)
                ? known
                : new Entry(known.workload.resized(replicas, resourceVersion), now));
  }
}
