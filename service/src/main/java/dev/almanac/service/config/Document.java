package dev.almanac.service.config;

import dev.almanac.service.config.CalendarTypes.Entries;
import dev.almanac.service.config.Field.Presence;
import dev.almanac.service.config.FieldType.Right;
import dev.almanac.service.config.FieldType.Wrong;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * One document held against its schema: the values that are right, and where every key stands. What
 * is wrong has gone to the problems by the time {@link #of} returns.
 *
 * <p>Only the blocks of the schema are walked, so neither aliases nor depth can make this long.
 */
final class Document {
  private final String file;

  /** Where this stands in the document; empty for a document. */
  private final String prefix;

  private final int line;
  private final Schema schema;
  private final Problems problems;
  private final int problemsBefore;
  private final Map<String, Object> values = new HashMap<>();

  /** Lines of the keys that were given, by path, whatever their values. */
  private final Map<String, Integer> lines = new HashMap<>();

  /** Paths whose absence has been told by another problem: misspelt, misplaced, not a block. */
  private final Set<String> excused = new HashSet<>();

  private Document(String file, String prefix, int line, Schema schema, Problems problems) {
    this.file = file;
    this.prefix = prefix;
    this.line = line;
    this.schema = schema;
    this.problems = problems;
    this.problemsBefore = problems.size();
  }

  static Document of(String file, MappingNode root, Schema schema, Problems problems) {
    return new Document(file, "", YamlFile.line(root), schema, problems).read(root);
  }

  /**
   * An entry of a list, read like a document of its own.
   *
   * @param prefix its path in the document
   * @return empty when it is no block of fields, which has been told
   */
  static Optional<Document> entry(
      String file, String prefix, Node node, Schema schema, Problems problems) {
    Document entry = new Document(file, prefix, YamlFile.line(node), schema, problems);
    if (node instanceof MappingNode fields) {
      return Optional.of(entry.read(fields));
    }
    entry.tell(
        entry.line,
        "",
        "a block of fields is expected, not a %s; known here: %s"
            .formatted(FieldType.kind(node), entry.keysOf("")));
    return Optional.empty();
  }

  private Document read(MappingNode root) {
    walk(root, "");
    findMissing();
    return this;
  }

  String file() {
    return file;
  }

  /** Where the document begins. */
  int line() {
    return line;
  }

  /** Whether nothing was found wrong with this document, up to now. */
  boolean isSound() {
    return problems.size() == problemsBefore && !problems.full();
  }

  /** Whether a key stands there, with a right value or a wrong one. */
  boolean has(String path) {
    return lines.containsKey(path);
  }

  /** The value that is given and right. */
  @SuppressWarnings("unchecked") // Put there by read(), which the field's own type has checked.
  <T> Optional<T> given(Field<T> field) {
    return Optional.ofNullable((T) values.get(field.path()));
  }

  /** The value, or what stands for an absent one; empty too when the given value is wrong. */
  <T> Optional<T> value(Field<T> field) {
    return has(field.path()) || excused.contains(field.path()) ? given(field) : field.fallback();
  }

  /** The value of a field that is required or has a default, in a sound document. */
  <T> T get(Field<T> field) {
    return value(field)
        .orElseThrow(() -> new IllegalStateException(field.path() + " has no value"));
  }

  /** Tells a problem at a key; at the block around it where the key itself is absent. */
  void problem(String path, String message) {
    tell(lineOf(path), path, message);
  }

  private void tell(int at, String path, String message) {
    problems.add(file, at, whole(path), message);
  }

  /** A path in this entry or document as one of the document around it. */
  private String whole(String path) {
    return prefix.isEmpty() ? path : Schema.child(prefix, path);
  }

  private int lineOf(String path) {
    for (String at = path; !at.isEmpty(); at = Schema.parent(at)) {
      Integer known = lines.get(at);
      if (known != null) {
        return known;
      }
    }
    return line;
  }

  private void walk(MappingNode block, String path) {
    Map<String, Integer> seen = new HashMap<>();
    for (NodeTuple entry : block.getValue()) {
      int at = YamlFile.line(entry.getKeyNode());
      if (!(entry.getKeyNode() instanceof ScalarNode keyNode)) {
        tell(at, path, "a key must be a single text");
        continue;
      }
      String key = keyNode.getValue();
      String child = Schema.child(path, key.indexOf('.') < 0 ? Shown.bare(key) : Shown.quoted(key));
      Integer first = seen.putIfAbsent(key, at);
      if (first != null) {
        tell(at, child, "is given twice, first in line %d; keep one".formatted(first));
      } else {
        read(entry.getValueNode(), path, child, key, at);
      }
    }
  }

  private void read(Node node, String block, String path, String key, int at) {
    Optional<Field<?>> field = schema.field(path);
    if (field.isEmpty() && !schema.isBlock(path)) {
      unknown(block, path, key, at);
      return;
    }
    lines.put(path, at);
    if (field.isPresent() && field.get().type() instanceof FieldType.Refused refused) {
      problem(path, refused.why());
    } else if (YamlFile.isEmpty(node)) {
      excused.add(path);
      problem(path, "has no value; give one or remove the key");
    } else if (field.isPresent() && field.get().type() instanceof Entries entries) {
      values.put(path, entries.read(file, whole(path), node, problems));
    } else if (field.isPresent()) {
      switch (field.get().type().parse(node)) {
        case Right<?>(Object value) -> values.put(path, value);
        case Wrong<?>(String message) -> problem(path, message);
      }
    } else if (node instanceof MappingNode fields) {
      walk(fields, path);
    } else {
      excused.add(path);
      problem(
          path,
          "a block of fields is expected, not a %s; known here: %s"
              .formatted(FieldType.kind(node), keysOf(path)));
    }
  }

  private void unknown(String block, String path, String key, int at) {
    if (key.equals("<<")) {
      tell(at, path, "merge keys are not supported; write the fields out");
      return;
    }
    List<String> meant = meant(block, key);
    excused.addAll(meant);
    String fix = meant.isEmpty() ? "known here: " + keysOf(block) : fix(block, meant);
    tell(at, path, "unknown field; " + fix);
  }

  /** The paths that a key may have been meant for: one, or several equally near ones. */
  private List<String> meant(String block, String key) {
    List<String> here = keys(block).toList();
    List<String> sameButCase = here.stream().filter(key::equalsIgnoreCase).toList();
    if (!sameButCase.isEmpty()) {
      return List.of(Schema.child(block, sameButCase.getFirst()));
    }
    List<String> elsewhere =
        schema.paths().stream().filter(p -> Schema.key(p).equals(key)).toList();
    if (!elsewhere.isEmpty()) {
      int nearest =
          elsewhere.stream().mapToInt(p -> steps(block, Schema.parent(p))).min().orElse(0);
      return elsewhere.stream().filter(p -> steps(block, Schema.parent(p)) == nearest).toList();
    }
    List<String> synonyms =
        schema.fields().stream()
            .filter(field -> field.alsoCalled().contains(key))
            .<String>map(Field::path)
            .toList();
    if (!synonyms.isEmpty()) {
      return synonyms;
    }
    Optional<String> near = Suggestion.closest(key, here).map(k -> Schema.child(block, k));
    if (near.isPresent()) {
      return List.of(near.get());
    }
    Map<String, String> everywhere = new LinkedHashMap<>();
    schema.paths().forEach(p -> everywhere.putIfAbsent(Schema.key(p), p));
    return Suggestion.closest(key, everywhere.keySet()).map(everywhere::get).stream().toList();
  }

  private static String fix(String block, List<String> meant) {
    if (meant.size() > 1) {
      return "it belongs at " + String.join(" or ", meant);
    }
    String path = meant.getFirst();
    String around = Schema.parent(path);
    if (around.equals(block)) {
      return "did you mean \"%s\"?".formatted(Schema.key(path));
    }
    if (around.equals(Schema.parent(block))) {
      return "did you mean %s, one level up?".formatted(path);
    }
    if (Schema.parent(around).equals(block) && !around.isEmpty()) {
      return "did you mean %s, one level down?".formatted(path);
    }
    return "did you mean %s?".formatted(path);
  }

  /** Steps from one block to another, up and down. */
  private static int steps(String from, String to) {
    int steps = 0;
    for (String up = from; ; up = Schema.parent(up), steps++) {
      if (to.equals(up) || up.isEmpty() || to.startsWith(up + ".")) {
        String down = to.substring(up.length());
        return steps + (int) Stream.of(down.split("\\.")).filter(part -> !part.isEmpty()).count();
      }
    }
  }

  private Stream<String> keys(String block) {
    return schema.paths().stream().filter(p -> Schema.parent(p).equals(block)).map(Schema::key);
  }

  private String keysOf(String block) {
    return keys(block).collect(Collectors.joining(", "));
  }

  private void findMissing() {
    Set<String> told = new HashSet<>();
    for (Field<?> field : schema.fields()) {
      if (field.presence() == Presence.OPTIONAL || has(field.path())) {
        continue;
      }
      String absent = field.path();
      while (!has(Schema.parent(absent)) && !Schema.parent(absent).isEmpty()) {
        absent = Schema.parent(absent);
      }
      boolean blockAbsent = !absent.equals(field.path());
      boolean optionalBlock = blockAbsent && field.presence() == Presence.REQUIRED_IN_BLOCK;
      if (optionalBlock || isExcused(field.path()) || !told.add(absent)) {
        continue;
      }
      if (blockAbsent) {
        problem(absent, "is missing; it needs " + requiredIn(absent));
      } else {
        problem(absent, "is missing" + (field.missing().isEmpty() ? "" : "; " + field.missing()));
      }
    }
  }

  /** Whether a field is absent without a field beside it that was probably meant to be it. */
  boolean isMissing(Field<?> field) {
    return !has(field.path()) && !isExcused(field.path());
  }

  /** Whether the absence of a field, or of a block around it, has been told already. */
  private boolean isExcused(String path) {
    for (String at = path; !at.isEmpty(); at = Schema.parent(at)) {
      if (excused.contains(at)) {
        return true;
      }
    }
    return false;
  }

  private String requiredIn(String block) {
    return schema.fields().stream()
        .filter(f -> f.presence() == Presence.REQUIRED && f.path().startsWith(block + "."))
        .map(f -> f.path().substring(block.length() + 1))
        .collect(Collectors.joining(", "));
  }
}
