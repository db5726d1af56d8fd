package dev.almanac.actuator.kubernetes;

import dev.almanac.predictor.cluster.TargetRef;
import java.util.Optional;

/** The kinds that are watched; every other kind is read through its scale subresource. */
enum WatchedKind {
  DEPLOYMENT("Deployment", "deployments"),
  STATEFUL_SET("StatefulSet", "statefulsets");

  static final String PREFIX = "/apis/apps/v1";

  private final String kind;
  private final String plural;

  WatchedKind(String kind, String plural) {
    this.kind = kind;
    this.plural = plural;
  }

  static Optional<WatchedKind> of(TargetRef target) {
    for (WatchedKind watched : values()) {
      if (target.apiVersion().equals("apps/v1") && target.kind().equals(watched.kind)) {
        return Optional.of(watched);
      }
    }
    return Optional.empty();
  }

  /** Path of an object of this kind. */
  String path(TargetRef target) {
    return PREFIX + "/namespaces/" + target.namespace() + "/" + plural + "/" + target.name();
  }

  String plural() {
    return plural;
  }
}
