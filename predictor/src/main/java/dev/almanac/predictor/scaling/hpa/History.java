package dev.almanac.predictor.scaling.hpa;

import dev.almanac.predictor.scaling.hpa.RateLimit.Limited;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a controller remembers of one HPA from sync to sync, and how a raw answer becomes a size in
 * its light. Kubernetes keeps it in the controller's memory, where a restart loses it.
 *
 * @param recommendations raw answers in their slots
 * @param scaleUps log of rises, kept only with a {@code behavior}
 * @param scaleDowns log of falls, likewise
 */
public record History(
    List<Recommendation> recommendations, List<ScaleEvent> scaleUps, List<ScaleEvent> scaleDowns) {

  /** A raw answer: what the metrics asked for, before stabilization. */
  public record Recommendation(Instant at, int replicas) {}

  /**
   * A raw answer made a size.
   *
   * @param stabilized after the windows, before the limits
   * @param limited after the limits
   * @param next the history with this answer in it
   */
  public record Normal(int stabilized, Limited limited, History next) {}

  /** Copies the lists. */
  public History {
    recommendations = List.copyOf(recommendations);
    scaleUps = List.copyOf(scaleUps);
    scaleDowns = List.copyOf(scaleDowns);
  }

  /**
   * The history of a first sync. It holds the present size, so the first sync, or the first after a
   * restart, never falls before the window has passed.
   */
  public static History startingWith(int current, Instant now) {
    return new History(List.of(new Recommendation(now, current)), List.of(), List.of());
  }

  /**
   * Without a {@code behavior} block.
   *
   * @param desired raw answer of this sync
   * @param scaleUpLimit see {@link DefaultBehavior#scaleUpLimit}
   * @param window downscale stabilization window
   */
  public Normal normalize(
      int desired, int min, int max, int scaleUpLimit, Duration window, Instant now) {
    Ages earlier = answers(now);
    double seconds = Ages.seconds(window);
    int stable = DefaultBehavior.stabilize(desired, earlier.seconds(), earlier.values(), seconds);
    return new Normal(
        stable,
        DefaultBehavior.limit(stable, min, max, scaleUpLimit),
        with(desired, DefaultBehavior.slotFor(earlier.seconds(), seconds), now));
  }

  /**
   * With a {@code behavior} block.
   *
   * @param current {@code spec.replicas}
   * @param desired raw answer of this sync
   */
  public Normal normalize(
      int current, int desired, int min, int max, Behavior behavior, Instant now) {
    ScalingRules up = behavior.scaleUp();
    ScalingRules down = behavior.scaleDown();
    Ages earlier = answers(now);
    double upWindow = Ages.seconds(up.stabilizationWindow());
    double downWindow = Ages.seconds(down.stabilizationWindow());
    int stable =
        Stabilization.stabilize(
            current, desired, earlier.seconds(), earlier.values(), upWindow, downWindow);
    Ages ups = Ages.of(scaleUps, now, ScaleEvent::at, ScaleEvent::change);
    Ages downs = Ages.of(scaleDowns, now, ScaleEvent::at, ScaleEvent::change);
    Limited limited =
        RateLimit.limit(
            current,
            stable,
            min,
            max,
            RateLimit.upLimit(
                current, up, ups.seconds(), ups.values(), downs.seconds(), downs.values()),
            RateLimit.downLimit(
                current, down, ups.seconds(), ups.values(), downs.seconds(), downs.values()));
    int slot = Stabilization.slotFor(earlier.seconds(), upWindow, downWindow);
    return new Normal(stable, limited, with(desired, slot, now));
  }

  /** The history after the size was changed under a {@code behavior} block. */
  public History withChange(int from, int to, Behavior behavior, Instant at) {
    Duration longest =
        to > from ? behavior.scaleUp().longestPeriod() : behavior.scaleDown().longestPeriod();
    return to > from
        ? new History(
            recommendations, ScaleEvents.store(scaleUps, at, to - from, longest), scaleDowns)
        : new History(
            recommendations, scaleUps, ScaleEvents.store(scaleDowns, at, from - to, longest));
  }

  private Ages answers(Instant now) {
    return Ages.of(recommendations, now, Recommendation::at, Recommendation::replicas);
  }

  private History with(int desired, int slot, Instant now) {
    // One array, of which the list takes its copy: this is most of what a step leaves behind.
    Recommendation[] slots =
        recommendations.toArray(new Recommendation[Math.max(recommendations.size(), slot + 1)]);
    slots[slot] = new Recommendation(now, desired);
    return new History(List.of(slots), scaleUps, scaleDowns);
  }
}
