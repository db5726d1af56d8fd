package dev.almanac.predictor.scaling.hpa;

import java.util.List;

/** One entry of {@code metrics} in the HPA v2 API. */
public sealed interface MetricSpec {

  /** The metrics of an HPA that names none: cpu at 80 % of the requests. */
  List<MetricSpec> DEFAULT = List.of(new Resource("cpu", new MetricTarget.Utilization(80)));

  /** What it should be. */
  MetricTarget target();

  /** Usage of a resource by whole pods. {@code resource} is for example {@code cpu}. */
  record Resource(String resource, MetricTarget target) implements MetricSpec {}

  /** Usage of a resource by one container of each pod. */
  record ContainerResource(String resource, String container, MetricTarget target)
      implements MetricSpec {}

  /** A custom metric of each pod. */
  record Pods(MetricId metric, MetricTarget target) implements MetricSpec {}

  /** A custom metric of one other object, for example an Ingress. */
  record OfObject(String describedObject, MetricId metric, MetricTarget target)
      implements MetricSpec {}

  /** A metric from outside the cluster; all series that it returns are summed. */
  record External(MetricId metric, MetricTarget target) implements MetricSpec {}

  /** A type that this version does not know. It always fails. */
  record Unknown(String type) implements MetricSpec {
    @Override
    public MetricTarget target() {
      return new MetricTarget.Unset();
    }
  }

  /**
   * Which series of a custom or external metric.
   *
   * @param name the metric's name
   * @param selector which of its series, in the words of whatever answers (PromQL label matchers
   *     for Prometheus), empty for every one
   */
  record MetricId(String name, String selector) {}

  /** For people: what a rescale names as its reason. */
  default String describe() {
    return switch (this) {
      case Resource r -> r.resource();
      case ContainerResource r -> "%s of container %s".formatted(r.resource(), r.container());
      case Pods p -> "pods metric " + p.metric().name();
      case OfObject o -> "%s metric %s".formatted(o.describedObject(), o.metric().name());
      case External e -> "external metric " + e.metric().name();
      case Unknown u -> "unknown metric type " + u.type();
    };
  }
}
