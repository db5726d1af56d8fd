package dev.almanac.service.config;

import dev.almanac.service.config.FieldType.Right;
import dev.almanac.service.config.FieldType.Wrong;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.Yaml;

/**
 * One field of a document: the rule that reads it and its row in the reference page.
 *
 * @param path from the root of the document, for example {@code spec.minReplicas}
 * @param type what may stand there
 * @param presence whether it may be left out
 * @param fallbackText what stands for an absent field, as YAML; empty: absent stays absent
 * @param fallback the same, read
 * @param example a value, as YAML
 * @param meaning a sentence for the reference page
 * @param missing what to say when it is missing, beyond that
 * @param alsoCalled what other products call it, for suggestions
 */
record Field<T>(
    String path,
    FieldType<T> type,
    Presence presence,
    String fallbackText,
    Optional<T> fallback,
    String example,
    String meaning,
    String missing,
    List<String> alsoCalled) {

  /** Whether a field may be left out. */
  enum Presence {
    /** It may. */
    OPTIONAL,
    /** It and the blocks around it may not. */
    REQUIRED,
    /** It may, together with the block that it stands in. */
    REQUIRED_IN_BLOCK
  }

  /** An optional field without a default; the methods below say more. */
  static <T> Field<T> of(String path, FieldType<T> type, String example, String meaning) {
    return new Field<>(
        path, type, Presence.OPTIONAL, "", Optional.empty(), example, meaning, "", List.of());
  }

  Field<T> byDefault(String yaml) {
    return new Field<>(
        path,
        type,
        presence,
        yaml,
        Optional.of(valueOf(yaml)),
        example,
        meaning,
        missing,
        alsoCalled);
  }

  Field<T> required(String hint) {
    return with(Presence.REQUIRED, hint, alsoCalled);
  }

  Field<T> requiredInBlock() {
    return with(Presence.REQUIRED_IN_BLOCK, missing, alsoCalled);
  }

  Field<T> alsoCalled(String... names) {
    return with(presence, missing, List.of(names));
  }

  private Field<T> with(Presence presence, String missing, List<String> alsoCalled) {
    return new Field<>(
        path, type, presence, fallbackText, fallback, example, meaning, missing, alsoCalled);
  }

  /** Reads a value from a text of our own. */
  T valueOf(String yaml) {
    return switch (type.parse(new Yaml().compose(new StringReader(yaml)))) {
      case Right<T>(T value) -> value;
      case Wrong<T>(String message) -> throw new IllegalStateException(path + ": " + message);
    };
  }
}
