package dev.almanac.actuator.kubernetes;

/**
 * What a {@link KubernetesCluster} may see and spend.
 *
 * @param namespaces where workloads may be
 * @param requests limits of single requests
 * @param watch times of the watches
 */
public record KubernetesOptions(Namespaces namespaces, RequestLimits requests, WatchTimes watch) {

  /** All namespaces, the default limits and times. */
  public static KubernetesOptions defaults() {
    return new KubernetesOptions(new Namespaces.All(), RequestLimits.DEFAULT, WatchTimes.DEFAULT);
  }

  /** The same in other namespaces. */
  public KubernetesOptions with(Namespaces other) {
    return new KubernetesOptions(other, requests, watch);
  }

  /** The same with other limits. */
  public KubernetesOptions with(RequestLimits other) {
    return new KubernetesOptions(namespaces, other, watch);
  }

  /** The same with other times. */
  public KubernetesOptions with(WatchTimes other) {
    return new KubernetesOptions(namespaces, requests, other);
  }
}
