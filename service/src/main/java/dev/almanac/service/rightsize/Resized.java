package dev.almanac.service.rightsize;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.Amounts;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import dev.almanac.predictor.rightsizing.resize.Resizer;
import dev.almanac.predictor.rightsizing.resize.RunningPod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What became of a pod.
 *
 * @param pod its name; empty for what is said of the whole workload
 * @param text for people
 */
public record Resized(WorkloadName workload, String pod, Outcome outcome, String text) {

  /** What became of it. */
  public enum Outcome {
    /** It has what was asked for. */
    RESIZED,
    /** The API server would take it. */
    WOULD_RESIZE,
    /** It had it already. */
    RIGHT,
    /** Asked for, and not yet done. */
    UNDER_WAY,
    /** Its node has no room yet; the kubelet goes on trying. */
    DEFERRED,
    /** Left for a later run. */
    NEXT_RUN,
    /** It has changed meanwhile, or is gone. */
    CHANGED,
    /** It does not run. */
    NOT_RUNNING,
    /** The policy, its QoS class or what it uses does not allow it. */
    NOT_ALLOWED,
    /** Its node could never give as much. */
    INFEASIBLE,
    /** The API server would not have it. */
    REFUSED,
    /** No answer. */
    FAILED;

    static Outcome of(Resizer.Why why) {
      return switch (why) {
        case RIGHT -> RIGHT;
        case NOT_RUNNING -> NOT_RUNNING;
        case UNDER_WAY -> UNDER_WAY;
        case DEFERRED -> DEFERRED;
        case INFEASIBLE -> INFEASIBLE;
        case NOT_ALLOWED, QOS -> NOT_ALLOWED;
      };
    }

    /** Whether somebody has to look. */
    public boolean wrong() {
      return this == REFUSED || this == FAILED;
    }

    /** Whether it is of this pod and its node alone, so that others may do better. */
    boolean sayNothingOfOthers() {
      return this == DEFERRED || this == INFEASIBLE || this == CHANGED;
    }
  }

  /** Whether the outcome says all that the text says. */
  public boolean saysAll() {
    return outcome == Outcome.RIGHT || (outcome == Outcome.NOT_RUNNING && !pod.isEmpty());
  }

  /** What changes, such as {@code app: CPU 2>1.6, memory 2Gi>1.6Gi}. */
  static String text(RunningPod pod, Map<String, ContainerResources> to) {
    List<String> parts = new ArrayList<>();
    for (RunningPod.Container container : pod.containers()) {
      ContainerResources next = to.get(container.name());
      if (next != null) {
        List<String> changes = new ArrayList<>();
        changed(changes, "", container.desired().requests(), next.requests());
        changed(changes, " limit", container.desired().limits(), next.limits());
        parts.add(container.name() + ": " + String.join(", ", changes));
      }
    }
    return String.join("; ", parts);
  }

  private static void changed(
      List<String> changes, String what, ResourceList now, ResourceList next) {
    for (Resource resource : Resource.values()) {
      if (next.get(resource).isPresent() && !next.get(resource).equals(now.get(resource))) {
        changes.add(
            "%s%s %s>%s"
                .formatted(
                    resource == Resource.CPU ? "CPU" : "memory",
                    what,
                    Amounts.shown(resource, now.orZero(resource)),
                    Amounts.shown(resource, next.orZero(resource))));
      }
    }
  }
}
