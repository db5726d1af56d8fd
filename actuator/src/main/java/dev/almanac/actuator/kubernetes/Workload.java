package dev.almanac.actuator.kubernetes;

import dev.almanac.predictor.cluster.Surroundings;

/**
 * What is kept of a Deployment or StatefulSet.
 *
 * @param id {@code namespace/name}
 * @param spec replicas asked for
 * @param status pods that exist
 * @param ready pods that serve
 * @param rollout whether a new template is being rolled out
 * @param selector which pods are its own
 * @param surroundings who set its size last, a quota that refuses its pods, whether it is paused
 * @param problem why the object cannot be used; empty when it can
 */
record Workload(
    String id,
    String uid,
    String resourceVersion,
    int spec,
    int status,
    int ready,
    boolean rollout,
    LabelSelector selector,
    Surroundings surroundings,
    String problem)
    implements ApiObject {

  static String id(String namespace, String name) {
    return namespace + "/" + name;
  }

  /** As it is after a write of ours: nothing but the size was changed by it. */
  Workload resized(int replicas, String newVersion) {
    return new Workload(
        id,
        uid,
        newVersion,
        replicas,
        status,
        ready,
        rollout,
        selector,
        surroundings.withOwnWrite(),
        problem);
  }
}
