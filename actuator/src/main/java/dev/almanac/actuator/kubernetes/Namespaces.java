package dev.almanac.actuator.kubernetes;

import java.util.Set;
import java.util.TreeSet;

/** Where workloads may be. */
public sealed interface Namespaces {

  /**
   * Everywhere: one watch of a kind for the whole cluster, which needs a ClusterRole and keeps a
   * small record of every pod (about 600 bytes).
   */
  record All() implements Namespaces {}

  /**
   * Only there: one watch of a kind in each of them, begun when a workload in it is first asked
   * for. A Role in each is enough.
   *
   * @param names at least one and at most {@link #MOST}
   */
  record Only(Set<String> names) implements Namespaces {

    /** Checks and copies. */
    public Only {
      names = Set.copyOf(names);
      if (names.isEmpty() || names.size() > MOST) {
        throw new IllegalArgumentException(
            "name 1 to %d namespaces, or all of them; got %d".formatted(MOST, names.size()));
      }
    }

    @Override
    public String toString() {
      return String.join(", ", new TreeSet<>(names));
    }
  }

  /** With three watches in each, more would cost the API server more than watches of everything. */
  int MOST = 50;

  /** Only these as long as that is cheaper than everywhere; everywhere where none is named. */
  static Namespaces of(Set<String> names) {
    return names.isEmpty() || names.size() > MOST ? new All() : new Only(names);
  }

  /** Whether a workload may be in this namespace. */
  default boolean contains(String namespace) {
    return switch (this) {
      case All _ -> true;
      case Only(Set<String> names) -> names.contains(namespace);
    };
  }
}
