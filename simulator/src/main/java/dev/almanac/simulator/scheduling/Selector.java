package dev.almanac.simulator.scheduling;

import java.util.List;
import java.util.Map;

/**
 * A label selector: all requirements must be met. An empty one matches every pod; an absent one, as
 * in Kubernetes, matches none.
 */
public record Selector(List<Requirement> requirements, boolean absent) {

  /** What a term without a selector selects. */
  public static final Selector NOTHING = new Selector(List.of(), true);

  /** Copies the requirements. */
  public Selector {
    requirements = List.copyOf(requirements);
  }

  /** All of some requirements. */
  public static Selector of(List<Requirement> requirements) {
    return new Selector(requirements, false);
  }

  /** Whether an object with such labels is selected. */
  public boolean matches(Map<String, String> labels) {
    for (Requirement r : requirements) {
      if (!r.isMetBy(labels)) {
        return false;
      }
    }
    return !absent;
  }
}
