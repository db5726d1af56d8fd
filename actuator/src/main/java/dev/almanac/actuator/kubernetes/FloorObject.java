package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.almanac.predictor.cluster.TargetRef;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The object that holds the lower bound: a HorizontalPodAutoscaler, or the KEDA ScaledObject that
 * an HPA belongs to, since KEDA sets its own HPA back.
 *
 * @param kind of these two
 * @param id {@code namespace/name}
 * @param target what it scales
 * @param least its lower bound; empty where it has none and the kind's default holds
 * @param most its upper bound
 * @param found the bound that was there before ours, as remembered on the object; empty where no
 *     bound is of ours; negative where there was none
 * @param raised the bound that we have set last, as remembered on the object
 * @param scaledObject name of the ScaledObject that an HPA belongs to; empty without one
 */
record FloorObject(
    Kind kind,
    String id,
    String uid,
    String resourceVersion,
    TargetRef target,
    OptionalInt least,
    int most,
    OptionalInt found,
    OptionalInt raised,
    String scaledObject)
    implements ApiObject {

  /**
   * The bound before ours. Written by us with every floor and taken away with it, so that a process
   * that was killed, and any other after it, knows what to give back.
   */
  static final String FOUND = "almanac.dev/found-min-replicas";

  /** Our bound. Where the object's differs, its owner has changed it since, and that one counts. */
  static final String RAISED = "almanac.dev/min-replicas";

  /** Stands in {@link #FOUND} where there was no bound. */
  private static final String NONE = "none";

  /** Where a bound may stand. */
  enum Kind {
    HPA(
        "/apis/autoscaling/v2",
        "horizontalpodautoscalers",
        "HorizontalPodAutoscaler",
        "minReplicas",
        "maxReplicas",
        1,
        1),
    SCALED_OBJECT(
        "/apis/keda.sh/v1alpha1",
        "scaledobjects",
        "ScaledObject",
        "minReplicaCount",
        "maxReplicaCount",
        0,
        100);

    final String prefix;
    final String plural;
    final String word;
    final String leastField;
    final String mostField;

    /** What holds where the object does not say. */
    final int leastDefault;

    final int mostDefault;

    Kind(
        String prefix,
        String plural,
        String word,
        String leastField,
        String mostField,
        int leastDefault,
        int mostDefault) {
      this.prefix = prefix;
      this.plural = plural;
      this.word = word;
      this.leastField = leastField;
      this.mostField = mostField;
      this.leastDefault = leastDefault;
      this.mostDefault = mostDefault;
    }

    String path(String namespace, String name) {
      return prefix + "/namespaces/" + namespace + "/" + plural + "/" + name;
    }
  }

  String name() {
    return id.substring(id.indexOf('/') + 1);
  }

  String path() {
    return kind.path(target.namespace(), name());
  }

  /** For people: {@code HorizontalPodAutoscaler web}. */
  String describe() {
    return kind.word + " " + name();
  }

  /** Who is to be asked about it: a ScaledObject of KEDA that has made it, else itself. */
  String maker() {
    return scaledObject.isEmpty() ? describe() : Kind.SCALED_OBJECT.word + " " + scaledObject;
  }

  /** The bound that holds now. */
  int floor() {
    return least.orElse(kind.leastDefault);
  }

  /** Whether the bound that stands there is ours. */
  boolean isOurs() {
    return found.isPresent() && raised.isPresent() && least.equals(raised);
  }

  /** The bound of its owner; empty where the owner has given none. */
  OptionalInt owners() {
    return isOurs() ? (found.getAsInt() < 0 ? OptionalInt.empty() : found) : least;
  }

  /**
   * The floor that a wish comes to: never below the owner's, never above the upper bound. One
   * replica is no floor of ours where the owner lets the workload fall asleep.
   */
  int reachable(int wish) {
    int owner = owners().orElse(kind.leastDefault);
    int floor = Math.max(owner, Math.min(wish, most));
    return owner == 0 && floor == 1 ? 0 : floor;
  }

  /** Whether {@link #patch} to this floor would change anything. */
  boolean differs(int floor) {
    boolean givenBack = floor <= owners().orElse(kind.leastDefault);
    return floor != floor() || (givenBack && (found.isPresent() || raised.isPresent()));
  }

  /**
   * The change that makes a floor of ours, or gives back the owner's bound where the floor asks for
   * no more than that.
   */
  byte[] patch(int floor) {
    OptionalInt owner = owners();
    boolean ours = floor > owner.orElse(kind.leastDefault);
    return Json.write(g -> {
      g.writeStartObject();
      g.writeObjectFieldStart("metadata");
      g.writeStringField("resourceVersion", resourceVersion);
      g.writeObjectFieldStart("annotations");
      if (ours) {
        g.writeStringField(FOUND, owner.isPresent() ? Integer.toString(owner.getAsInt()) : NONE);
        g.writeStringField(RAISED, Integer.toString(floor));
      } else {
        g.writeNullField(FOUND);
        g.writeNullField(RAISED);
      }
      g.writeEndObject();
      g.writeEndObject();
      g.writeObjectFieldStart("spec");
      if (ours) {
        g.writeNumberField(kind.leastField, floor);
      } else if (owner.isPresent()) {
        g.writeNumberField(kind.leastField, owner.getAsInt());
      } else {
        g.writeNullField(kind.leastField);
      }
      g.writeEndObject();
      g.writeEndObject();
    });
  }

  /** Reads a whole object; empty when it is none. */
  static Optional<FloorObject> read(Kind kind, byte[] body) {
    try (JsonParser p = Json.parser(body)) {
      FloorObject read = new Reader(kind).read(p);
      return read.id.isEmpty() || read.resourceVersion.isEmpty()
          ? Optional.empty()
          : Optional.of(read);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Reads objects of one kind. A bound that is no number of pods counts as none. */
  record Reader(Kind kind) implements ApiStream.ObjectReader<FloorObject> {

    @Override
    public FloorObject read(JsonParser p) throws IOException {
      Draft d = new Draft();
      d.meta.read(p, name -> metadata(p, name, d), () -> spec(p, d), () -> {});
      return new FloorObject(
          kind,
          d.meta.name.isEmpty() ? "" : Workload.id(d.meta.namespace, d.meta.name),
          d.meta.uid,
          d.meta.resourceVersion,
          new TargetRef(d.targetApi, d.targetKind, d.meta.namespace, d.targetName),
          d.least,
          d.most.orElse(kind.mostDefault),
          d.found,
          d.raised,
          d.scaledObject);
    }

    private static void metadata(JsonParser p, String name, Draft d) throws IOException {
      switch (name) {
        case "annotations" ->
            Json.eachField(
                p,
                key -> {
                  switch (key) {
                    case FOUND -> d.found = remembered(Json.text(p));
                    case RAISED -> d.raised = remembered(Json.text(p));
                    default -> {}
                  }
                });
        case "ownerReferences" ->
            Json.eachElement(
                p,
                () -> {
                  ObjectMeta.Owner owner = ObjectMeta.Owner.read(p);
                  if (owner.apiVersion().startsWith("keda.sh/")
                      && owner.kind().equals("ScaledObject")) {
                    d.scaledObject = owner.name();
                  }
                });
        default -> {}
      }
    }

    private void spec(JsonParser p, Draft d) throws IOException {
      // A ScaledObject may leave these out.
      d.targetApi = kind == Kind.SCALED_OBJECT ? "apps/v1" : "";
      d.targetKind = kind == Kind.SCALED_OBJECT ? "Deployment" : "";
      Json.eachField(
          p,
          name -> {
            if (name.equals(kind.leastField)) {
              d.least = pods(p);
            } else if (name.equals(kind.mostField)) {
              d.most = pods(p);
            } else if (name.equals("scaleTargetRef")) {
              Json.eachField(
                  p,
                  field -> {
                    switch (field) {
                      case "apiVersion" -> d.targetApi = Json.text(p);
                      case "kind" -> d.targetKind = Json.text(p);
                      case "name" -> d.targetName = Json.text(p);
                      default -> {}
                    }
                  });
            }
          });
    }

    private static OptionalInt pods(JsonParser p) throws IOException {
      if (p.currentToken() == JsonToken.VALUE_NULL) {
        return OptionalInt.empty();
      }
      OptionalLong read = Json.number(p);
      return read.isPresent() && read.getAsLong() >= 0 && read.getAsLong() <= Integer.MAX_VALUE
          ? OptionalInt.of((int) read.getAsLong())
          : OptionalInt.empty();
    }

    private static OptionalInt remembered(String text) {
      if (text.equals(NONE)) {
        return OptionalInt.of(-1);
      }
      return text.matches("\\d{1,9}")
          ? OptionalInt.of(Integer.parseInt(text))
          : OptionalInt.empty();
    }
  }

  /** The object as far as it has been read. */
  private static final class Draft {
    final ObjectMeta meta = new ObjectMeta();
    String targetApi = "";
    String targetKind = "";
    String targetName = "";
    String scaledObject = "";
    OptionalInt least = OptionalInt.empty();
    OptionalInt most = OptionalInt.empty();
    OptionalInt found = OptionalInt.empty();
    OptionalInt raised = OptionalInt.empty();
  }
}
