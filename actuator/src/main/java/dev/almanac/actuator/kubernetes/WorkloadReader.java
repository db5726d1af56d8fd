package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.almanac.predictor.cluster.Surroundings;
import dev.almanac.predictor.cluster.Surroundings.ForeignWrite;
import dev.almanac.predictor.cluster.Surroundings.QuotaRoom;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a Deployment or StatefulSet of {@code apps/v1}.
 *
 * <p>A count that is absent has the value that the API gives to its absence: 1 for {@code
 * spec.replicas}, and 0 for the counts of the status, which the server leaves out when they are
 * zero. One that is there and is no count makes the object unusable; others are not affected.
 *
 * <p>Whether a rollout goes on:
 *
 * <ul>
 *   <li>the controller has not seen the newest spec yet ({@code observedGeneration < generation});
 *       so it is, for a moment, after every change of size too;
 *   <li>Deployment: pods of an old template are there ({@code replicas > updatedReplicas}), or new
 *       ones are still to be made while the controller does not call the newest template complete
 *       (condition Progressing, reason NewReplicaSetAvailable). The latter keeps a larger size that
 *       a quota refuses from looking like a rollout for ever;
 *   <li>StatefulSet: the update revision is not the current one, and fewer pods have it than the
 *       partition asks for. Under OnDelete a person decides when pods change, perhaps never: that
 *       is no rollout.
 * </ul>
 *
 * <p>Who set the size last is the newest entry of {@code managedFields} that owns {@code
 * spec.replicas}, or the one that owns it without a time. A quota that refuses pods is known by
 * what the controller of a Deployment says of it (condition ReplicaFailure, "exceeded quota:
 * NAME"): that needs no right to read quotas, and the condition goes when a pod is admitted again.
 * A StatefulSet has no such condition.
 */
final class WorkloadReader implements ApiStream.ObjectReader<Workload> {
  /** As the quota's admission plugin puts it. */
  private static final Pattern QUOTA = Pattern.compile("exceeded quota: ([-.a-z0-9]{1,253})");

  @Override
  public Workload read(JsonParser p) throws IOException {
    Draft d = new Draft();
    d.meta.read(p, name -> metadata(p, name, d), () -> spec(p, d), () -> status(p, d));
    return d.build();
  }

  private static void metadata(JsonParser p, String name, Draft d) throws IOException {
    switch (name) {
      case "generation" -> d.generation = Json.number(p).orElse(0);
      case "annotations" ->
          Json.eachField(
              p,
              key ->
                  d.paused |=
                      key.equals(Surroundings.PAUSE_ANNOTATION) && Json.text(p).equals("true"));
      case "managedFields" -> Json.eachElement(p, () -> managed(p, d));
      default -> {}
    }
  }

  private static void managed(JsonParser p, Draft d) throws IOException {
    String[] manager = {""};
    String[] time = {""};
    boolean[] replicas = {false};
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "manager" -> manager[0] = Json.text(p);
            case "time" -> time[0] = Json.text(p);
            case "fieldsV1" ->
                Json.eachField(
                    p,
                    block -> {
                      if (block.equals("f:spec")) {
                        Json.eachField(p, field -> replicas[0] |= field.equals("f:replicas"));
                      }
                    });
            default -> {}
          }
        });
    if (replicas[0]) {
      d.resizedBy(manager[0], time[0]);
    }
  }

  private static void spec(JsonParser p, Draft d) throws IOException {
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "replicas" -> d.spec = d.count(p, "spec.replicas", 1);
            case "selector" -> d.selector = LabelSelector.read(p);
            case "updateStrategy" -> updateStrategy(p, d);
            default -> {}
          }
        });
  }

  private static void updateStrategy(JsonParser p, Draft d) throws IOException {
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "type" -> d.onDelete = Json.text(p).equals("OnDelete");
            case "rollingUpdate" ->
                Json.eachField(
                    p,
                    field -> {
                      if (field.equals("partition")) {
                        d.partition = d.count(p, "spec.updateStrategy.rollingUpdate.partition", 0);
                      }
                    });
            default -> {}
          }
        });
  }

  private static void status(JsonParser p, Draft d) throws IOException {
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "replicas" -> d.status = d.count(p, "status.replicas", 0);
            case "readyReplicas" -> d.ready = d.count(p, "status.readyReplicas", 0);
            case "updatedReplicas" -> d.updated = d.count(p, "status.updatedReplicas", 0);
            case "observedGeneration" -> d.observedGeneration = Json.number(p).orElse(0);
            case "currentRevision" -> d.currentRevision = Json.text(p);
            case "updateRevision" -> d.updateRevision = Json.text(p);
            case "conditions" -> Json.eachElement(p, () -> d.condition(StatusCondition.read(p)));
            default -> {}
          }
        });
  }

  /** The object as far as it has been read. */
  private static final class Draft {
    final ObjectMeta meta = new ObjectMeta();
    long generation;
    long observedGeneration;
    int spec = 1;
    int status;
    int ready;
    int updated;
    int partition;
    boolean onDelete;
    boolean templateComplete;
    String currentRevision = "";
    String updateRevision = "";
    LabelSelector selector = LabelSelector.NOTHING;
    String problem = "";
    boolean paused;
    Optional<QuotaRoom> quota = Optional.empty();
    String resizer = "";
    Instant resizedAt = Instant.MIN;
    boolean oursByScale;

    void condition(StatusCondition condition) {
      if (condition.type().equals("Progressing")) {
        templateComplete = condition.reason().equals("NewReplicaSetAvailable");
      }
      Matcher named = QUOTA.matcher(condition.message());
      if (condition.type().equals("ReplicaFailure") && condition.isTrue() && named.find()) {
        quota = Optional.of(new QuotaRoom(named.group(1), 0));
      }
    }

    /**
     * Times are whole seconds: of two in one second the other one is the news, not ours. Entries of
     * writes through the scale subresource have no time (seen in 1.36): who owns the size by one
     * has taken it from all others, but for those that want the same size.
     */
    void resizedBy(String manager, String time) {
      if (time.isEmpty()) {
        if (manager.equals(KubernetesCluster.FIELD_MANAGER)) {
          oursByScale = true;
        } else if (resizer.isEmpty()) {
          resizer = manager;
          resizedAt = ForeignWrite.UNKNOWN_TIME;
        }
        return;
      }
      Instant at;
      try {
        at = Instant.parse(time);
      } catch (DateTimeParseException e) {
        return;
      }
      boolean ours = manager.equals(KubernetesCluster.FIELD_MANAGER);
      if (at.isAfter(resizedAt) || (at.equals(resizedAt) && !ours)) {
        resizer = manager;
        resizedAt = at;
      }
    }

    Surroundings surroundings() {
      boolean foreign =
          !oursByScale && !resizer.isEmpty() && !resizer.equals(KubernetesCluster.FIELD_MANAGER);
      return new Surroundings(
          0,
          quota,
          foreign ? Optional.of(new ForeignWrite(resizer, resizedAt)) : Optional.empty(),
          "",
          paused);
    }

    int count(JsonParser p, String field, int whenAbsent) throws IOException {
      if (p.currentToken() == JsonToken.VALUE_NULL) {
        return whenAbsent;
      }
      OptionalLong read = Json.number(p);
      if (read.isEmpty() || read.getAsLong() < 0 || read.getAsLong() > Integer.MAX_VALUE) {
        problem = field + " is no number of pods";
        return whenAbsent;
      }
      return (int) read.getAsLong();
    }

    boolean rollout() {
      if (observedGeneration < generation) {
        return true;
      }
      if (!updateRevision.isEmpty()) {
        // A controller sets both revisions of a StatefulSet; a Deployment has none.
        boolean differ = !updateRevision.equals(currentRevision);
        return !onDelete && differ && (partition == 0 || updated < spec - partition);
      }
      return status > updated || (updated < spec && !templateComplete);
    }

    Workload build() {
      String id = meta.name.isEmpty() ? "" : Workload.id(meta.namespace, meta.name);
      return new Workload(
          id,
          meta.uid,
          meta.resourceVersion,
          spec,
          status,
          ready,
          rollout(),
          selector,
          surroundings(),
          problem);
    }
  }
}
