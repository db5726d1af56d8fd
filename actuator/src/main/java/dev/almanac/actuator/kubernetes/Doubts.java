package dev.almanac.actuator.kubernetes;

import dev.almanac.predictor.cluster.TargetRef;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Versions of workloads that are known, or have to be feared, to be outdated: the server has
 * refused a write to them, or a write may have happened without an answer. Holds one version for
 * each workload of the kind, until the workload has been seen at a later one. Safe for any number
 * of threads.
 */
final class Doubts {
  private final Map<TargetRef, String> versions = new ConcurrentHashMap<>();

  void raise(TargetRef target, String resourceVersion) {
    versions.put(target, resourceVersion);
  }

  /** Whether a view at this version must not be believed. */
  boolean about(TargetRef target, String resourceVersion) {
    String doubted = versions.get(target);
    if (doubted == null) {
      return false;
    }
    boolean still = resourceVersion.equals(doubted) || Version.isOlder(resourceVersion, doubted);
    if (!still) {
      versions.remove(target, doubted);
    }
    return still;
  }

  /** The workload has been read since. */
  void settle(TargetRef target) {
    versions.remove(target);
  }
}
