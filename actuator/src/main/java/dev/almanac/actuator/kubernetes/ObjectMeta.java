package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** What objects of all kinds have in common, as far as it is read here; empty where it is not. */
final class ObjectMeta {
  String namespace = "";
  String name = "";
  String uid = "";
  String resourceVersion = "";

  /** Whether its deletion has begun. */
  boolean ending;

  /**
   * Goes through an object: its metadata comes here, and all else to the readers.
   *
   * @param metadata is called at each further field of the metadata
   */
  void read(
      JsonParser p, Json.FieldReader metadata, Json.ElementReader spec, Json.ElementReader status)
      throws IOException {
    Json.eachField(
        p,
        part -> {
          switch (part) {
            case "metadata" -> Json.eachField(p, field -> field(p, field, metadata));
            case "spec" -> spec.element();
            case "status" -> status.element();
            default -> {}
          }
        });
  }

  private void field(JsonParser p, String field, Json.FieldReader others) throws IOException {
    switch (field) {
      case "namespace" -> namespace = Json.text(p);
      case "name" -> name = Json.text(p);
      case "uid" -> uid = Json.text(p);
      case "resourceVersion" -> resourceVersion = Json.text(p);
      case "deletionTimestamp" -> ending = !Json.text(p).isEmpty();
      default -> others.field(field);
    }
  }

  /** Entry of {@code metadata.ownerReferences}. */
  record Owner(String apiVersion, String kind, String name, boolean controller) {

    static Owner read(JsonParser p) throws IOException {
      String[] texts = {"", "", ""};
      boolean[] controller = {false};
      Json.eachField(
          p,
          field -> {
            switch (field) {
              case "apiVersion" -> texts[0] = Json.text(p);
              case "kind" -> texts[1] = Json.text(p);
              case "name" -> texts[2] = Json.text(p);
              case "controller" -> controller[0] = p.getValueAsBoolean(false);
              default -> {}
            }
          });
      return new Owner(texts[0], texts[1], texts[2], controller[0]);
    }
  }
}
