package dev.almanac.service.view;

/**
 * How the page names a workload.
 *
 * @param namespace its namespace
 * @param name its name
 */
public record WorkloadName(String namespace, String name) {

  /** {@code namespace/name}, for people. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
