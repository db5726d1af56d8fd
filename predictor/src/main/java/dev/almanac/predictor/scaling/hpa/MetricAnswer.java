package dev.almanac.predictor.scaling.hpa;

import java.util.List;

/** What a metrics API answered for one {@link MetricSpec}. An empty list fails the metric. */
public sealed interface MetricAnswer {

  /** For Resource and ContainerResource: usage per pod and container. */
  record Usage(List<PodUsage> pods) implements MetricAnswer {
    /** Copies the list. */
    public Usage {
      pods = List.copyOf(pods);
    }
  }

  /** For Pods: one value per pod. */
  record PerPod(List<PodSample> samples) implements MetricAnswer {
    /** Copies the list. */
    public PerPod {
      samples = List.copyOf(samples);
    }
  }

  /** For Object one value, for External one per series, in milli-units. */
  record Total(List<Long> seriesMilli) implements MetricAnswer {
    /** Copies the list. */
    public Total {
      seriesMilli = List.copyOf(seriesMilli);
    }
  }

  /** No answer. */
  record Unavailable(String detail) implements MetricAnswer {}
}
