package dev.almanac.actuator.kubernetes;

/**
 * What the API server says about one thing that we need to do.
 *
 * @param action what
 * @param namespace where; empty = in the whole cluster
 * @param verdict whether we may
 * @param detail why, one line; empty when the server gives no reason
 */
public record Permission(Action action, String namespace, Verdict verdict, String detail) {

  /** May we? */
  public enum Verdict {
    /** The server would let us. */
    ALLOWED,
    /** It would answer 403. */
    DENIED,
    /** It did not tell. */
    UNKNOWN
  }

  /**
   * A verb on a resource.
   *
   * @param verb for example {@code patch}
   * @param group API group; empty for the core group
   * @param resource plural name, with the subresource if there is one: {@code deployments/scale}
   */
  public record Action(String verb, String group, String resource) {
    /** {@code patch deployments.apps/scale}. */
    @Override
    public String toString() {
      String[] parts = resource.split("/", 2);
      String suffix = parts.length == 2 ? "/" + parts[1] : "";
      return verb + " " + parts[0] + (group.isEmpty() ? "" : "." + group) + suffix;
    }
  }
}
