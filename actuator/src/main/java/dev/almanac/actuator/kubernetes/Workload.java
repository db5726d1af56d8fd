package dev.almanac.actuator.kubernetes;

/**
 * What is kept of a Deployment or StatefulSet.
 *
 * @param id {@code namespace/name}
 * @param spec replicas asked for
 * @param status pods that exist
 * @param ready pods that serve
 * @param rollout whether a new template is being rolled out
 * @param selector which pods are its own
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
    String problem)
    implements ApiObject {

  static String id(String namespace, String name) {
    return namespace + "/" + name;
  }

  /** As it is after a write of ours: nothing but the size was changed by it. */
  Workload resized(int replicas, String newVersion) {
    return new Workload(id, uid, newVersion, replicas, status, ready, rollout, selector, problem);
  }
}
