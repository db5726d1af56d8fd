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

  /**
   * A scheduler that has a node places a pod within a second or two (SIG Scalability asks for 5 s
   * from creation to running at the 99 % point, pulling of images apart).
   */
  static final Duration LONGEST_SCHEDULING = Duration.ofSeconds(10);

  /** A workload that nobody has asked about for so long is no longer measured. */
  private static final Duration FORGET_AFTER = Duration.ofHours(1);

  /**
   * What is kept of a pod, about 600 bytes in all.
   *
   * @param seenFromBirth whether we have watched since it was created
   * @param waited whether it has had to wait for a node
   * @param settled whether it has become Ready once, or is known never to be measured
   * @param startUpSeconds empty when it is not measured
   * @param readySince order of the measurements
   */
  private record Known(
      Pod pod,
      boolean seenFromBirth,
      boolean waited,
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
    if (before != null && Version.isOlder(pod.resourceVersion(), before.pod.resourceVersion())) {
      return;
    }
    boolean ready = pod.readySince().isPresent();
    boolean seenFromBirth = before == null ? !listed && !ready : before.seenFromBirth;
    boolean settled = before != null && before.settled;
    boolean waited = (before != null && before.waited) || waitedForNode(pod);
    OptionalInt startUp = before == null ? OptionalInt.empty() : before.startUpSeconds;
    if (ready && !settled) {
      startUp = measure(pod, seenFromBirth);
      startUp.ifPresent(seconds -> tell(place, pod, seconds, waited));
    }
    place.pods.put(
        pod.id(),
        new Known(
            pod,
            seenFromBirth,
            waited,
            settled || ready,
            startUp,
            pod.readySince().orElse(before == null ? 0 : before.readySince)));
  }

  /**
   * Whether no node had room for it at first: the scheduler has said so, or it took so long that
   * this must have been the reason. The node's own age says no more, since a pod that is older than
   * its node has waited for it, and would need the right to read nodes.
   */
  private static boolean waitedForNode(Pod pod) {
    return pod.unschedulable()
        || (pod.created().isPresent()
            && pod.scheduled().isPresent()
            && pod.scheduled().getAsLong() - pod.created().getAsLong()
                >= LONGEST_SCHEDULING.toSeconds());
  }

  private static void tell(Place place, Pod pod, int seconds, boolean waited) {
    for (Follower follower : place.followers.values()) {
      if (follower.selector.matches(pod.labels())) {
        follower.startUps.add(seconds, waited);
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
                  && !Version.isOlder(resourceVersion, e.getValue().pod.resourceVersion()));
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
        follower.startUps.add(pod.startUpSeconds.orElseThrow(), pod.waited);
      }
    }
    follower.askedAt = nanoTime.getAsLong();
    return follower.startUps.times();
  }

  private static List<Known> measured(Place place, LabelSelector selector) {
    return place.pods.values().stream()
        .filter(pod -> pod.startUpSeconds.isPresent() && selector.matches(pod.pod.labels()))
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
                .filter(pod -> pod.pod.serves() && selector.matches(pod.pod.labels()))
                .count();
  }

  /** How many pods the scheduler finds no node for. */
  synchronized int unschedulable(String namespace, LabelSelector selector) {
    Place place = places.get(namespace);
    return place == null
        ? 0
        : (int)
            place.pods.values().stream()
                .filter(pod ->
                    pod.pod.unschedulable()
                        && !pod.pod.ending()
                        && selector.matches(pod.pod.labels()))
                .count();
  }

  /** All that are there, those that are going included, as the reactive rule knows pods. */
  synchronized List<dev.almanac.predictor.scaling.hpa.Pod> pods(
      String namespace, LabelSelector selector) {
    Place place = places.get(namespace);
    return place == null
        ? List.of()
        : place.pods.values().stream()
            .filter(pod -> selector.matches(pod.pod.labels()))
            .map(pod -> pod.pod.ofRule())
            .sorted(Comparator.comparing(dev.almanac.predictor.scaling.hpa.Pod::name))
            .toList();
  }

  /** How many pods are kept, for tests and figures. */
  synchronized int size() {
    return places.values().stream().mapToInt(place -> place.pods.size()).sum();
  }
}
