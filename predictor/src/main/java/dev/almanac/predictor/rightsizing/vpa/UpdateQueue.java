package dev.almanac.predictor.rightsizing.vpa;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which pods are worth an update, and in which order ({@code
 * updater/priority/update_priority_calculator.go}).
 *
 * @param minChange least relative change of a pod inside its bounds
 * @param lifetime least age of a pod inside its bounds
 * @param oomThreshold an OOM kill this soon after the start is a quick one
 */
public record UpdateQueue(double minChange, Duration lifetime, Duration oomThreshold) {

  /** The defaults of VPA 1.7. */
  public static final UpdateQueue DEFAULTS =
      new UpdateQueue(0.1, Duration.ofHours(12), Duration.ofMinutes(10));

  /**
   * A running pod.
   *
   * @param age absent when it has no start time
   * @param oomAfter how long its container had run at its last OOM kill, where there was one
   */
  public record Pod(
      String name, UpdatePriority priority, Optional<Duration> age, Optional<Duration> oomAfter) {}

  /** The pods that qualify: those that grow first, then the larger change. */
  public List<Pod> order(List<Pod> pods) {
    List<Pod> queue = new ArrayList<>();
    for (Pod pod : pods) {
      if (qualifies(pod)) {
        queue.add(pod);
      }
    }
    queue.sort(
        Comparator.comparing((Pod pod) -> pod.priority().scaleUp())
            .thenComparing(pod -> pod.priority().resourceDiff())
            .reversed());
    return queue;
  }

  private boolean qualifies(Pod pod) {
    double diff = pod.priority().resourceDiff();
    if (pod.oomAfter().filter(after -> after.compareTo(oomThreshold) < 0).isPresent()) {
      return diff != 0;
    }
    if (pod.priority().outsideRange()) {
      return true;
    }
    return pod.age().filter(age -> age.compareTo(lifetime) >= 0).isPresent() && diff >= minChange;
  }
}
