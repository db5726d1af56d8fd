package dev.almanac.actuator.kubernetes;

import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetRef;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * All pods of one namespace, or of all, and how long those of each workload took to become Ready.
 * Safe for any number of threads.
 *
 * <p>A pod belongs to a workload when the workload's label selector matches it. That is what HPA
 * counts by, it is the same for every kind with a scale subresource, and unlike the way up the
 * owner references (pod, ReplicaSet, Deployment) it needs neither a watch of ReplicaSets nor the
 * right to it. Each pod is matched once, when it has become Ready.
 *
 * <p>A start-up time is the time from {@code creationTimestamp} to the transition of the Ready
 * condition the FIRST time that the pod became Ready: waiting for a node and for an image are part
 * of it, because they are part of what a rise has to be ordered ahead of. Both times are whole
 * seconds, so one measurement is off by less than a second either way, and 0 on average; the moment
 * when the news reaches us would add the delay of the watch and another clock, and is not used.
 * Counted are
 *
 * <ul>
 *   <li>pods that we have seen from their creation on, up to {@link #LONGEST}; longer is a pod that
 *       could not start for another reason, such as a quota;
 *   <li>pods that were there before us, up to {@link #LONGEST_UNSEEN}, when no container has been
 *       restarted and the transition is not before the start. A short-lived loss of readiness in
 *       that time, before we came, cannot be told from a start, and is counted as one.
 * </ul>
 */
final class PodView implements View<Pod> {
  static final Duration LONGEST = Duration.ofHours(2);
  static final Duration LONGEST_UNSEEN = Duration.ofMinutes(30);

  /** A workload that nobody has asked about for so long is no longer measured. */
  private static final Duration FORGET_AFTER = Duration.ofHours(1);

  /**
   * What is kept of a pod, about 250 bytes in all.
   *
   * @param seenFromBirth whether we have watched since it was created
   * @param settled whether it has become Ready once, or is known never to be measured
   * @param startUpSeconds empty when it is not measured
   * @param readySince order of the measurements
   */
  private record Known(
      String resourceVersion,
      Map<String, String> labels,
      boolean serves,
      boolean seenFromBirth,
      boolean settled,
      OptionalInt startUpSeconds,
      long readySince) {}

  /** A workload that is asked about. */
  private static final class Follower {
    final LabelSelector selector;
    final StartUps startUps = new StartUps();
    long askedAt;

    Follower(LabelSelector selector) {
      this.selector = selector;
    }
  }

  /** One namespace: its pods by uid, and who asks about them. */
  private static final class Place {
    final Map<String, Known> pods = new HashMap<>();
    final Map<TargetRef, Follower> followers = new HashMap<>();
  }

  private final LongSupplier nanoTime;
  private final Map<String, Place> places = new HashMap<>();

  PodView(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void present(Pod pod, boolean listed) {
    Place place = places.computeIfAbsent(pod.namespace(), _ -> new Place());
    Known before = place.pods.get(pod.id());
    if (before != null && Version.isOlder(pod.resourceVersion(), before.resourceVersion)) {
      return;
    }
    boolean ready = pod.readySince().isPresent();
    boolean seenFromBirth = before == null ? !listed && !ready : before.seenFromBirth;
    boolean settled = before != null && before.settled;
    OptionalInt startUp = before == null ? OptionalInt.empty() : before.startUpSeconds;
    if (ready && !settled) {
      startUp = measure(pod, seenFromBirth);
      startUp.ifPresent(seconds -> tell(place, pod, seconds));
    }
    place.pods.put(
        pod.id(),
        new Known(
            pod.resourceVersion(),
            pod.labels(),
            pod.serves(),
            seenFromBirth,
            settled || ready,
            startUp,
            pod.readySince().orElse(before == null ? 0 : before.readySince)));
  }

  private static void tell(Place place, Pod pod, int seconds) {
    for (Follower follower : place.followers.values()) {
      if (follower.selector.matches(pod.labels())) {
        follower.startUps.add(seconds);
      }
    }
  }

  private static OptionalInt measure(Pod pod, boolean seenFromBirth) {
    if (pod.created().isEmpty()) {
      return OptionalInt.empty();
    }
    long readySince = pod.readySince().orElseThrow();
    long seconds = readySince - pod.created().getAsLong();
    boolean first =
        seenFromBirth
            || (pod.restarts() == 0
                && pod.started().isPresent()
                && pod.started().getAsLong() <= readySince);
    Duration longest = seenFromBirth ? LONGEST : LONGEST_UNSEEN;
    return first && seconds >= 0 && seconds <= longest.toSeconds()
        ? OptionalInt.of((int) seconds)
        : OptionalInt.empty();
  }

  @Override
  public synchronized void deleted(Pod pod) {
    Place place = places.get(pod.namespace());
    if (place != null) {
      place.pods.remove(pod.id());
    }
  }

  @Override
  public synchronized void listed(Set<String> ids, String resourceVersion) {
    long now = nanoTime.getAsLong();
    for (Place place : places.values()) {
      place
          .pods
          .entrySet()
          .removeIf(e ->
              !ids.contains(e.getKey())
                  && !Version.isOlder(resourceVersion, e.getValue().resourceVersion));
      place.followers.values().removeIf(f -> now - f.askedAt > FORGET_AFTER.toNanos());
    }
    places.values().removeIf(place -> place.pods.isEmpty() && place.followers.isEmpty());
  }

  /**
   * The start-up times of a workload's pods. The first question about a workload also looks at the
   * pods that are there already.
   */
  synchronized StartUpTimes startUpTimes(TargetRef workload, LabelSelector selector) {
    if (selector.isEmpty()) {
      return StartUpTimes.none();
    }
    Place place = places.computeIfAbsent(workload.namespace(), _ -> new Place());
    Follower follower = place.followers.get(workload);
    if (follower == null || !follower.selector.equals(selector)) {
      follower = new Follower(selector);
      place.followers.put(workload, follower);
      for (Known pod : measured(place, selector)) {
        follower.startUps.add(pod.startUpSeconds.orElseThrow());
      }
    }
    follower.askedAt = nanoTime.getAsLong();
    return follower.startUps.times();
  }

  private static List<Known> measured(Place place, LabelSelector selector) {
    return place.pods.values().stream()
        .filter(pod -> pod.startUpSeconds.isPresent() && selector.matches(pod.labels))
        .sorted(Comparator.comparingLong(Known::readySince))
        .toList();
  }

  /** How many pods serve. */
  synchronized int ready(String namespace, LabelSelector selector) {
    Place place = places.get(namespace);
    return place == null
        ? 0
        : (int)
            place.pods.values().stream()
                .filter(pod -> pod.serves && selector.matches(pod.labels))
                .count();
  }

  /** How many pods are kept, for tests and figures. */
  synchronized int size() {
    return places.values().stream().mapToInt(place -> place.pods.size()).sum();
  }
}
