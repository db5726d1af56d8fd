package dev.almanac.predictor.cluster;

/**
 * The object whose size is decided, as in an HPA's {@code scaleTargetRef} plus its namespace.
 *
 * @param apiVersion for example {@code apps/v1}
 * @param kind for example {@code Deployment}; any kind with a scale subresource
 * @param namespace its namespace
 * @param name its name
 */
public record TargetRef(String apiVersion, String kind, String namespace, String name) {

  /** A Deployment of {@code apps/v1}. */
  public static TargetRef deployment(String namespace, String name) {
    return new TargetRef("apps/v1", "Deployment", namespace, name);
  }

  /** {@code Kind namespace/name}, for people. */
  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }
}
