package dev.almanac.actuator.kubernetes;

import dev.almanac.predictor.scaling.hpa.Pod.Phase;
import dev.almanac.predictor.scaling.hpa.Pod.Ready;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is read of a pod. Times are whole seconds since the epoch, which is all that the API has.
 *
 * @param id its uid: a StatefulSet's pods come back under the same name
 * @param name its name
 * @param phase its phase
 * @param shape its containers and what they request
 * @param ready status of its Ready condition
 * @param readyChanged when that condition last changed, on the clock of its node
 * @param created {@code metadata.creationTimestamp}, on the API server's clock
 * @param started {@code status.startTime}, on the clock of its node
 * @param scheduled when it was given a node, on the API server's clock; empty before
 * @param unschedulable whether the scheduler says that no node has room for it
 * @param restarts restarts of its containers so far
 * @param ending whether it is being deleted
 */
record Pod(
    String id,
    String namespace,
    String name,
    String resourceVersion,
    Map<String, String> labels,
    PodShape shape,
    Phase phase,
    Ready ready,
    OptionalLong readyChanged,
    OptionalLong created,
    OptionalLong started,
    OptionalLong scheduled,
    boolean unschedulable,
    long restarts,
    boolean ending)
    implements ApiObject {

  @Override
  public String uid() {
    return id;
  }

  boolean serves() {
    return readySince().isPresent() && !ending;
  }

  /** When it became Ready; empty while it is not, or when that time is unknown. */
  OptionalLong readySince() {
    return ready == Ready.TRUE ? readyChanged : OptionalLong.empty();
  }

  /** As the reactive rule knows pods. */
  dev.almanac.predictor.scaling.hpa.Pod ofRule() {
    return new dev.almanac.predictor.scaling.hpa.Pod(
        name,
        phase,
        ending,
        ready,
        Instant.ofEpochSecond(readyChanged.orElse(0)),
        started.isPresent()
            ? Optional.of(Instant.ofEpochSecond(started.getAsLong()))
            : Optional.empty(),
        shape.containers(),
        shape.requestsMilli());
  }
}
