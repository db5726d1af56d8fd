package dev.almanac.actuator.kubernetes;

import java.util.Map;
import java.util.OptionalLong;

/**
 * What is read of a pod. Times are whole seconds since the epoch, which is all that the API has.
 *
 * @param id its uid: a StatefulSet's pods come back under the same name
 * @param created {@code metadata.creationTimestamp}, on the API server's clock
 * @param started {@code status.startTime}, on the clock of its node
 * @param readySince when the Ready condition became true, on the clock of its node; empty while it
 *     is not
 * @param restarts restarts of its containers so far
 * @param ending whether it is being deleted
 */
record Pod(
    String id,
    String namespace,
    String resourceVersion,
    Map<String, String> labels,
    OptionalLong created,
    OptionalLong started,
    OptionalLong readySince,
    long restarts,
    boolean ending)
    implements ApiObject {

  @Override
  public String uid() {
    return id;
  }

  boolean serves() {
    return readySince.isPresent() && !ending;
  }
}
