package dev.almanac.actuator.kubernetes;

import java.util.List;

/**
 * What the API server says about one thing that we need to do.
 *
 * @param action what
 * @param namespace where; empty = in the whole cluster
 * @param verdict whether we may
 * @param detail why, one line; empty when the server gives no reason
 */
public record Permission(Action action, String namespace, Verdict verdict, String detail) {

  /** What metrics about resources need. */
  public static final List<Action> USAGE = List.of(new Action("list", "metrics.k8s.io", "pods"));

  /** What floors under HorizontalPodAutoscalers need. */
  public static final List<Action> FLOORS =
      List.of(
          new Action("list", "autoscaling", "horizontalpodautoscalers"),
          new Action("watch", "autoscaling", "horizontalpodautoscalers"),
          new Action("get", "autoscaling", "horizontalpodautoscalers"),
          new Action("patch", "autoscaling", "horizontalpodautoscalers"));

  /** What it takes to see another autoscaler of the same workload. */
  public static final List<Action> SCALERS =
      List.of(
          new Action("list", "autoscaling", "horizontalpodautoscalers"),
          new Action("watch", "autoscaling", "horizontalpodautoscalers"));

  /** What {@code rightsize apply} needs to resize running pods. */
  public static final List<Action> RESIZES =
      List.of(
          new Action("get", "", "pods"),
          new Action("list", "", "pods"),
          new Action("patch", "", "pods/resize"),
          new Action("list", "metrics.k8s.io", "pods"));

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
