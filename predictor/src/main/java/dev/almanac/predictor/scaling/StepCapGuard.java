package dev.almanac.predictor.scaling;

import dev.almanac.predictor.scaling.AutoscalerState.Size;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Limits change in both directions over a window, whoever made it: a rise counts from the smallest
 * size of the window, a fall from its largest. Counted from where the window began, a spike would
 * allow a fall of all that it had added, in one step.
 */
final class StepCapGuard implements Guard {

  @Override
  public void apply(Draft d) {
    remember(d);
    int smallest = d.current;
    int largest = d.current;
    for (int i = 0; i < d.sizes.size(); i++) {
      smallest = Math.min(smallest, d.sizes.get(i).replicas());
      largest = Math.max(largest, d.sizes.get(i).replicas());
    }
    StepCaps caps = d.policy.stepCaps();
    int highest = Math.max(d.current, caps.highest(smallest));
    int lowest = Math.min(d.current, caps.lowest(largest));
    if (d.replicas > highest) {
      d.limit(
          highest,
          ReasonCode.STEP_CAP_UP,
          "step cap %d: from %d in %d s",
          highest,
          smallest,
          caps.window().toSeconds());
    } else if (d.replicas < lowest) {
      d.limit(
          lowest,
          ReasonCode.STEP_CAP_DOWN,
          "step cap %d: from %d in %d s",
          lowest,
          largest,
          caps.window().toSeconds());
    }
  }

  /** Records an observed change of size and forgets those older than the window. */
  private static void remember(Draft d) {
    List<Size> sizes = d.sizes;
    Instant start = d.observation.at().minus(d.policy.stepCaps().window());
    boolean changed = sizes.isEmpty() || sizes.getLast().replicas() != d.current;
    // The newest size from before the window stays: it is what the window began with.
    int old = 0;
    while (old + 1 < sizes.size() && !sizes.get(old + 1).at().isAfter(start)) {
      old++;
    }
    if (changed || old > 0) {
      List<Size> kept = new ArrayList<>(sizes.subList(old, sizes.size()));
      if (changed) {
        kept.add(new Size(d.observation.at(), d.current));
      }
      d.sizes = kept;
    }
  }
}
