package dev.almanac.actuator.kubernetes;

import dev.almanac.predictor.scaling.hpa.Pod.Container;
import java.util.List;
import java.util.Map;

/**
 * What the spec of a pod says about its containers; pods of one template mostly have equal ones.
 *
 * @param containers main and init containers with what they request
 * @param requestsMilli what the pod as a whole requests (KEP-2837); empty when it says nothing
 */
record PodShape(List<Container> containers, Map<String, Long> requestsMilli) {
  static final PodShape UNKNOWN = new PodShape(List.of(), Map.of());

  PodShape {
    containers = List.copyOf(containers);
    requestsMilli = Map.copyOf(requestsMilli);
  }
}
