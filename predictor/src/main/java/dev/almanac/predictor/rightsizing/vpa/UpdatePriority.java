package dev.almanac.predictor.rightsizing.vpa;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How much a running pod wants to be updated ({@code updater/priority/priority_processor.go}).
 *
 * @param outsideRange some request is outside its bounds, or is not set
 * @param scaleUp some request would grow
 * @param resourceDiff sum over resources of the change, relative to what the pod requests now
 */
public record UpdatePriority(boolean outsideRange, boolean scaleUp, double resourceDiff) {

  /** A container of the pod, with the recommendation for it. */
  public record Container(
      ResourceList requests, ResourceList target, ResourceList lower, ResourceList upper) {}

  /** The priority of a pod by its containers; those without recommendation are left out. */
  public static UpdatePriority of(List<Container> containers) {
    boolean outside = false;
    boolean up = false;
    Map<Resource, Long> requested = new EnumMap<>(Resource.class);
    Map<Resource, Long> wanted = new EnumMap<>(Resource.class);
    for (Container container : containers) {
      for (var target : container.target().amounts().entrySet()) {
        Resource resource = target.getKey();
        wanted.merge(resource, target.getValue(), Long::sum);
        OptionalLong request = container.requests().get(resource);
        if (request.isEmpty()) {
          up = true;
          outside = true;
          continue;
        }
        long now = request.getAsLong();
        requested.merge(resource, now, Long::sum);
        up |= target.getValue() > now;
        outside |=
            now < container.lower().get(resource).orElse(now)
                || now > container.upper().get(resource).orElse(now);
      }
    }
    double diff = 0;
    for (var entry : wanted.entrySet()) {
      // The reference counts memory in thousandths of a byte; it shows only where nothing is
      // requested.
      double unit = entry.getKey() == Resource.CPU ? 1 : 1000;
      double now = Math.max(requested.getOrDefault(entry.getKey(), 0L) * unit, 1);
      diff += Math.abs(now - entry.getValue() * unit) / now;
    }
    return new UpdatePriority(outside, up, diff);
  }
}
