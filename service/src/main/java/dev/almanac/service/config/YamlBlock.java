package dev.almanac.service.config;

import dev.almanac.service.config.FieldType.Choice;
import dev.almanac.service.config.FieldType.FiniteNumber;
import dev.almanac.service.config.FieldType.Line;
import dev.almanac.service.config.FieldType.Right;
import dev.almanac.service.config.FieldType.TimeSpan;
import dev.almanac.service.config.FieldType.WholeNumber;
import dev.almanac.service.config.FieldType.Wrong;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A block of fields that is read key by key, for documents whose shape is not one table of fields.
 * What is wrong goes to the problems, with its line; {@link #end} then refuses the keys that nobody
 * has asked for. A value that is absent or wrong is empty.
 */
public final class YamlBlock {
  private static final int MOST_TEXT = 200;

  private final String file;
  private final String path;
  private final MappingNode node;
  private final Problems problems;
  private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();

  private YamlBlock(String file, String path, MappingNode node, Problems problems) {
    this.file = file;
    this.path = path;
    this.node = node;
    this.problems = problems;
    for (NodeTuple entry : node.getValue()) {
      String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
      if (entries.putIfAbsent(key, entry) != null) {
        tell(YamlFile.line(entry.getKeyNode()), key, "is given twice; keep one");
      }
    }
  }

  /** The documents of a file that are blocks of fields. */
  public static List<YamlBlock> read(String file, byte[] content, Problems problems) {
    List<YamlBlock> blocks = new ArrayList<>();
    YamlFile.read(
        file,
        content,
        problems,
        root -> {
          if (root instanceof MappingNode fields) {
            blocks.add(new YamlBlock(file, "", fields, problems));
          } else {
            problems.add(
                file,
                YamlFile.line(root),
                "",
                "a block of fields is expected, not a " + FieldType.kind(root));
          }
        });
    return blocks;
  }

  /** Whether a key is there, with a right value or a wrong one. */
  public boolean has(String key) {
    known.add(key);
    return entries.containsKey(key);
  }

  /** Text on one line. */
  public Optional<String> text(String key) {
    return value(key, new Line(MOST_TEXT));
  }

  /** A finite number. */
  public Optional<Double> number(String key, double min, double max) {
    return value(key, new FiniteNumber(min, max));
  }

  /** A whole number. */
  public Optional<Integer> whole(String key, int min, int max) {
    return value(key, new WholeNumber(min, max));
  }

  /** A number, or percent of something. */
  public record Amount(int number, boolean percent) {}

  /** A whole number, or percent; at least 0. */
  public Optional<Amount> numberOrPercent(String key) {
    return value(key, new NumberOrPercent());
  }

  /** A duration with its unit. */
  public Optional<Duration> time(String key, Duration min, Duration max) {
    return value(key, new TimeSpan(min, max));
  }

  /** One of several words. */
  public <T> Optional<T> choice(String key, Map<String, T> words) {
    return value(key, new Choice<>(words, List.of()));
  }

  /** A quantity of Kubernetes in whole units, rounded up. */
  public Optional<Long> units(String key) {
    return quantity(key, 0);
  }

  /** A quantity of Kubernetes in thousandths, rounded up. */
  public Optional<Long> thousandths(String key) {
    return quantity(key, 3);
  }

  private Optional<Long> quantity(String key, int digits) {
    Optional<BigDecimal> amount = value(key, new Quantity());
    if (amount.isEmpty()) {
      return Optional.empty();
    }
    BigDecimal scaled = amount.get().movePointRight(digits).setScale(0, RoundingMode.CEILING);
    if (scaled.precision() > 18) {
      problem(key, "is larger than anything that could be meant");
      return Optional.empty();
    }
    return Optional.of(scaled.longValueExact());
  }

  /** A list of texts, or one text; empty when it is absent. */
  public List<String> texts(String key) {
    return several(key, new Line(MOST_TEXT));
  }

  /** A list of whole numbers, or one; empty when it is absent. */
  public List<Integer> wholes(String key, int min, int max) {
    return several(key, new WholeNumber(min, max));
  }

  private <T> List<T> several(String key, FieldType<T> type) {
    known.add(key);
    NodeTuple entry = entries.get(key);
    if (entry == null) {
      return List.of();
    }
    List<Node> items =
        entry.getValueNode() instanceof SequenceNode list
            ? list.getValue()
            : List.of(entry.getValueNode());
    List<T> values = new ArrayList<>();
    for (Node item : items) {
      switch (type.parse(item)) {
        case Right<T>(T value) -> values.add(value);
        case Wrong<T>(String message) -> tell(YamlFile.line(item), key, message);
      }
    }
    return values;
  }

  /** A block inside this one. */
  public Optional<YamlBlock> block(String key) {
    known.add(key);
    NodeTuple entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    return inner(key, entry.getValueNode());
  }

  /** A list of blocks, or one block; empty when it is absent. */
  public List<YamlBlock> blocks(String key) {
    known.add(key);
    NodeTuple entry = entries.get(key);
    if (entry == null) {
      return List.of();
    }
    List<YamlBlock> blocks = new ArrayList<>();
    if (entry.getValueNode() instanceof SequenceNode list) {
      for (int i = 0; i < list.getValue().size(); i++) {
        inner(key + "[" + i + "]", list.getValue().get(i)).ifPresent(blocks::add);
      }
    } else {
      inner(key, entry.getValueNode()).ifPresent(blocks::add);
    }
    return blocks;
  }

  /**
   * The same, where a text stands for a block with that text as its only field.
   *
   * @param field which one
   */
  public List<YamlBlock> blocksOrTexts(String key, String field) {
    known.add(key);
    NodeTuple entry = entries.get(key);
    if (entry == null) {
      return List.of();
    }
    List<Node> items =
        entry.getValueNode() instanceof SequenceNode list
            ? list.getValue()
            : List.of(entry.getValueNode());
    List<YamlBlock> blocks = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Node item = items.get(i);
      Node block = item instanceof ScalarNode text ? only(field, text) : item;
      inner(key + "[" + i + "]", block).ifPresent(blocks::add);
    }
    return blocks;
  }

  private static Node only(String field, ScalarNode text) {
    ScalarNode name =
        new ScalarNode(
            Tag.STR,
            field,
            text.getStartMark(),
            text.getEndMark(),
            DumperOptions.ScalarStyle.PLAIN);
    return new MappingNode(
        Tag.MAP, List.of(new NodeTuple(name, text)), DumperOptions.FlowStyle.BLOCK);
  }

  private Optional<YamlBlock> inner(String key, Node value) {
    if (value instanceof MappingNode fields) {
      return Optional.of(new YamlBlock(file, Schema.child(path, key), fields, problems));
    }
    tell(
        YamlFile.line(value),
        key,
        "a block of fields is expected, not a %s".formatted(FieldType.kind(value)));
    return Optional.empty();
  }

  private <T> Optional<T> value(String key, FieldType<T> type) {
    known.add(key);
    NodeTuple entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (YamlFile.isEmpty(entry.getValueNode())) {
      problem(key, "has no value; give one or remove the key");
      return Optional.empty();
    }
    return switch (type.parse(entry.getValueNode())) {
      case Right<T>(T value) -> Optional.of(value);
      case Wrong<T>(String message) -> {
        problem(key, message);
        yield Optional.empty();
      }
    };
  }

  /** Tells a problem at a key, or at the block where the key is absent or empty. */
  public void problem(String key, String message) {
    NodeTuple entry = entries.get(key);
    tell(YamlFile.line(entry == null ? node : entry.getKeyNode()), key, message);
  }

  private void tell(int line, String key, String message) {
    String place = key.isEmpty() ? path : Schema.child(path, Shown.bare(key));
    problems.add(file, line, place, message);
  }

  /** Tells that a key is missing. */
  public void missing(String key, String fix) {
    if (!has(key)) {
      problem(key, "is missing; " + fix);
    }
  }

  /** Refuses all keys that nobody has asked for. */
  public void end() {
    for (Map.Entry<String, NodeTuple> entry : entries.entrySet()) {
      if (!known.contains(entry.getKey())) {
        String fix =
            Suggestion.closest(entry.getKey(), known)
                .map(near -> "did you mean \"%s\"?".formatted(near))
                .orElse("known here: " + String.join(", ", known));
        problem(entry.getKey(), "unknown field; " + fix);
      }
    }
  }

  /**
   * A block with one value of each axis.
   *
   * @param labels {@code path=value} of each axis
   */
  public record Point(List<String> labels, YamlBlock block) {}

  /**
   * All combinations of this block's axes, the last axis running fastest. An axis is a key with a
   * list of single values, at any depth.
   *
   * @param lists keys whose lists are values by themselves
   * @param most combinations; more are a problem
   */
  public List<Point> points(Set<String> lists, int most) {
    List<Axis> axes = new ArrayList<>();
    findAxes(node, "", lists, axes);
    long count = 1;
    for (Axis axis : axes) {
      count = Math.min(Integer.MAX_VALUE, count * axis.values().size());
    }
    if (count > most) {
      problem("", "its lists make %,d combinations; at most %,d are run".formatted(count, most));
      return List.of();
    }
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<Node, Node> chosen = new java.util.IdentityHashMap<>();
      List<String> labels = new ArrayList<>();
      int rest = i;
      for (int a = axes.size() - 1; a >= 0; a--) {
        Axis axis = axes.get(a);
        ScalarNode value = axis.values().get(rest % axis.values().size());
        rest /= axis.values().size();
        chosen.put(axis.list(), value);
        labels.addFirst(axis.path() + "=" + Shown.bare(value.getValue()));
      }
      points.add(
          new Point(labels, new YamlBlock(file, path, (MappingNode) put(node, chosen), problems)));
    }
    return points;
  }

  private record Axis(String path, SequenceNode list, List<ScalarNode> values) {}

  private static void findAxes(Node at, String path, Set<String> lists, List<Axis> axes) {
    if (!(at instanceof MappingNode block)) {
      return;
    }
    for (NodeTuple entry : block.getValue()) {
      String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
      String child = Schema.child(path, key);
      if (entry.getValueNode() instanceof SequenceNode list
          && !lists.contains(key)
          && !list.getValue().isEmpty()
          && list.getValue().stream().allMatch(ScalarNode.class::isInstance)) {
        axes.add(
            new Axis(child, list, list.getValue().stream().map(ScalarNode.class::cast).toList()));
      } else {
        findAxes(entry.getValueNode(), child, lists, axes);
      }
    }
  }

  private static Node put(Node at, Map<Node, Node> chosen) {
    if (chosen.containsKey(at)) {
      return chosen.getOrDefault(at, at);
    }
    if (!(at instanceof MappingNode block)) {
      return at;
    }
    List<NodeTuple> entries = new ArrayList<>();
    for (NodeTuple entry : block.getValue()) {
      entries.add(new NodeTuple(entry.getKeyNode(), put(entry.getValueNode(), chosen)));
    }
    Mark start = block.getStartMark();
    return new MappingNode(
        block.getTag(), true, entries, start, block.getEndMark(), block.getFlowStyle());
  }
}
