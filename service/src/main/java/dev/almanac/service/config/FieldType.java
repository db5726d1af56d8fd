package dev.almanac.service.config;

import dev.almanac.collector.promql.PromQl;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * What may stand in a field. A type reads the text of a value, says in one sentence what is wrong
 * with it and what was probably meant, and describes itself for the reference page.
 *
 * <p>Values are read from their text and not from what YAML makes of it: there {@code 010} is 8,
 * {@code 1:30} is 90 and {@code no} is false.
 */
interface FieldType<T> {

  /** For the reference page, and for "a NAME is expected". */
  String name();

  /** What is allowed within the type, for the reference page; may be empty. */
  String bounds();

  /** Reads the text of a value. */
  Parsed<T> read(ScalarNode scalar);

  /** Reads a value, which must be a scalar unless a type says otherwise. */
  default Parsed<T> parse(Node node) {
    return node instanceof ScalarNode scalar
        ? read(scalar)
        : new Wrong<>("a %s is expected, not a %s".formatted(name(), kind(node)));
  }

  /** What became of a value. */
  sealed interface Parsed<T> {}

  /** The value is right. */
  record Right<T>(T value) implements Parsed<T> {}

  /** The value is not right; the message says why and what would be. */
  record Wrong<T>(String message) implements Parsed<T> {}

  /** What people call a node. */
  static String kind(Node node) {
    return switch (node) {
      case ScalarNode _ -> "single value";
      case MappingNode _ -> "block of fields";
      default -> "list";
    };
  }

  /** Whole numbers, written in plain decimal digits. */
  record WholeNumber(long min, long max) implements FieldType<Integer> {
    private static final Pattern PLAIN = Pattern.compile("-?(0|[1-9][0-9]{0,17})");

    @Override
    public String name() {
      return "whole number";
    }

    @Override
    public String bounds() {
      return "%,d to %,d".formatted(min, max);
    }

    @Override
    public Parsed<Integer> read(ScalarNode scalar) {
      String text = scalar.getValue();
      if (PLAIN.matcher(text).matches()) {
        long value = Long.parseLong(text);
        if (value < min || value > max) {
          return new Wrong<>("%s is out of bounds; allowed: %s".formatted(text, bounds()));
        }
        return scalar.isPlain() ? new Right<>((int) value) : quotedNumber(text);
      }
      String fix =
          NumberText.meant(text, 100).stream()
              .filter(
                  m -> m.value() == Math.rint(m.value()) && m.value() >= min && m.value() <= max)
              .findFirst()
              .map(m -> "; did you mean %s?".formatted(NumberText.show(m.value())))
              .orElse("");
      return new Wrong<>(Shown.quoted(text) + " is not a whole number" + fix);
    }
  }

  /** Finite numbers. */
  record FiniteNumber(double min, double max) implements FieldType<Double> {
    @Override
    public String name() {
      return "number";
    }

    @Override
    public String bounds() {
      return NumberText.show(min) + " to " + NumberText.show(max);
    }

    @Override
    public Parsed<Double> read(ScalarNode scalar) {
      String text = scalar.getValue();
      if (NumberText.isPlain(text)) {
        double value = Double.parseDouble(text);
        if (!(value >= min && value <= max)) {
          String percent =
              max <= 1 && value / 100 >= min && value / 100 <= max
                  ? "; did you mean %s?".formatted(NumberText.show(value / 100))
                  : "";
          return new Wrong<>(
              "%s is out of bounds; allowed: %s%s".formatted(Shown.bare(text), bounds(), percent));
        }
        return scalar.isPlain() ? new Right<>(value) : quotedNumber(text);
      }
      List<NumberText.Meaning> meant =
          NumberText.meant(text, max <= 1 ? 1 : 100).stream()
              .filter(m -> m.value() >= min && m.value() <= max)
              .toList();
      String fix =
          switch (meant.size()) {
            case 0 -> "";
            case 1 -> "; did you mean %s?".formatted(NumberText.show(meant.getFirst().value()));
            default -> "; write %s or %s".formatted(meant.getFirst(), meant.getLast());
          };
      return new Wrong<>(Shown.quoted(text) + " is not a plain, finite number" + fix);
    }
  }

  /** Durations with their unit: {@code 500ms}, {@code 15s}, {@code 2m}, {@code 1h30m}. */
  record TimeSpan(Duration min, Duration max) implements FieldType<Duration> {
    @Override
    public String name() {
      return "duration";
    }

    @Override
    public String bounds() {
      return "%s to %s".formatted(DurationText.show(min), DurationText.show(max));
    }

    @Override
    public Parsed<Duration> read(ScalarNode scalar) {
      String text = scalar.getValue();
      Optional<Duration> value = DurationText.read(text);
      if (value.isEmpty()) {
        String fix =
            DurationText.meant(text)
                .map(meant -> "did you mean \"%s\"?".formatted(meant))
                .orElse("write it as in 15s, 2m or 1h30m");
        String what = NumberText.isPlain(text) ? " has no unit; " : " is not a duration; ";
        return new Wrong<>(Shown.quoted(text) + what + fix);
      }
      if (value.get().compareTo(min) < 0 || value.get().compareTo(max) > 0) {
        return new Wrong<>("%s is out of bounds; allowed: %s".formatted(text, bounds()));
      }
      return new Right<>(value.get());
    }
  }

  /** A whole number of seconds, as HPA's {@code behavior} has them. */
  record Seconds(int min, int max) implements FieldType<Duration> {
    @Override
    public String name() {
      return "whole number of seconds";
    }

    @Override
    public String bounds() {
      return "%,d to %,d".formatted(min, max);
    }

    @Override
    public Parsed<Duration> read(ScalarNode scalar) {
      Optional<Duration> withUnit = DurationText.read(scalar.getValue());
      if (withUnit.isPresent() && withUnit.get().toNanosPart() == 0) {
        return new Wrong<>(
            "%s is not a whole number of seconds; did you mean %d?"
                .formatted(Shown.quoted(scalar.getValue()), withUnit.get().toSeconds()));
      }
      return switch (new WholeNumber(min, max).read(scalar)) {
        case Right<Integer>(Integer seconds) -> new Right<>(Duration.ofSeconds(seconds));
        case Wrong<Integer>(String message) -> new Wrong<>(message);
      };
    }
  }

  /** A number of minutes without its unit, which the field's name has. */
  record Minutes(double min, double max) implements FieldType<Duration> {
    @Override
    public String name() {
      return "number of minutes";
    }

    @Override
    public String bounds() {
      return new FiniteNumber(min, max).bounds();
    }

    @Override
    public Parsed<Duration> read(ScalarNode scalar) {
      Optional<Duration> withUnit = DurationText.read(scalar.getValue());
      if (withUnit.isPresent()) {
        return new Wrong<>(
            "%s is not a plain number of minutes; did you mean %s?"
                .formatted(
                    Shown.quoted(scalar.getValue()),
                    NumberText.show(withUnit.get().toMillis() / 60_000.0)));
      }
      return switch (new FiniteNumber(min, max).read(scalar)) {
        case Right<Double>(Double minutes) ->
            new Right<>(Duration.ofMillis(Math.round(minutes * 60_000)));
        case Wrong<Double>(String message) -> new Wrong<>(message);
      };
    }
  }

  /** {@code true} or {@code false}. */
  record Flag() implements FieldType<Boolean> {
    @Override
    public String name() {
      return "flag";
    }

    @Override
    public String bounds() {
      return "`true`, `false`";
    }

    @Override
    public Parsed<Boolean> read(ScalarNode scalar) {
      String text = scalar.getValue();
      if (text.equals("true") || text.equals("false")) {
        return scalar.isPlain()
            ? new Right<>(text.equals("true"))
            : new Wrong<>("\"%s\" is text; remove the quotes".formatted(text));
      }
      String meant =
          switch (text.toLowerCase(Locale.ROOT)) {
            case "yes", "on", "y", "1", "true" -> "; did you mean true?";
            case "no", "off", "n", "0", "false" -> "; did you mean false?";
            default -> "";
          };
      return new Wrong<>(Shown.quoted(text) + " is neither true nor false" + meant);
    }
  }

  /**
   * One of several words, in exactly their case.
   *
   * @param notYet words that will be understood one day
   */
  record Choice<T>(Map<String, T> words, List<String> notYet) implements FieldType<T> {
    @Override
    public String name() {
      return "text";
    }

    @Override
    public String bounds() {
      return "`" + String.join("`, `", words.keySet()) + "`";
    }

    @Override
    public Parsed<T> read(ScalarNode scalar) {
      String text = scalar.getValue();
      T value = words.get(text);
      if (value != null) {
        return new Right<>(value);
      }
      String allowed = "allowed: " + String.join(", ", words.keySet());
      if (notYet.contains(text)) {
        return new Wrong<>("%s is not supported yet; %s".formatted(text, allowed));
      }
      return new Wrong<>(
          Suggestion.closest(text, words.keySet())
              .map(x -> "%s is unknown; did you mean \"%s\"?".formatted(Shown.quoted(text), x))
              .orElse("%s is unknown; %s".formatted(Shown.quoted(text), allowed)));
    }
  }

  /** A line of text. */
  record Line(int maxLength) implements FieldType<String> {
    @Override
    public String name() {
      return "text";
    }

    @Override
    public String bounds() {
      return "1 to %,d characters".formatted(maxLength);
    }

    @Override
    public Parsed<String> read(ScalarNode scalar) {
      String text = scalar.getValue();
      return notText(scalar)
          .or(() ->
              text.isBlank() || text.length() > maxLength
                  ? Optional.of("must have 1 to %,d characters".formatted(maxLength))
                  : Optional.empty())
          .or(() ->
              text.chars().anyMatch(Character::isISOControl)
                  ? Optional.of("must be one line without control characters")
                  : Optional.empty())
          .<Parsed<String>>map(Wrong::new)
          .orElseGet(() -> new Right<>(text));
    }
  }

  /** Lines of text, at least one. */
  record Lines(int max, int maxLength) implements FieldType<List<String>> {
    @Override
    public String name() {
      return "list of texts";
    }

    @Override
    public String bounds() {
      return "up to %d, each of %s".formatted(max, new Line(maxLength).bounds());
    }

    @Override
    public Parsed<List<String>> parse(Node node) {
      if (!(node instanceof SequenceNode list)) {
        return new Wrong<>("a %s is expected, not a %s".formatted(name(), kind(node)));
      }
      if (list.getValue().isEmpty() || list.getValue().size() > max) {
        return new Wrong<>("must have 1 to %d texts".formatted(max));
      }
      List<String> lines = new ArrayList<>();
      for (Node entry : list.getValue()) {
        switch (new Line(maxLength).parse(entry)) {
          case Right<String>(String line) -> lines.add(line);
          case Wrong<String>(String message) -> {
            return new Wrong<>("one of the texts is wrong: " + message);
          }
        }
      }
      return new Right<>(List.copyOf(lines));
    }

    @Override
    public Parsed<List<String>> read(ScalarNode scalar) {
      return parse(scalar);
    }
  }

  /**
   * A name of a Kubernetes object.
   *
   * @param what for people
   * @param shape what it must match
   * @param rule the shape in words
   * @param maxLength in characters
   */
  record Name(String what, Pattern shape, String rule, int maxLength) implements FieldType<String> {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

    /** RFC 1123 subdomain: Deployments and most others. */
    static Name subdomain() {
      return new Name(
          "DNS name",
          Pattern.compile(LABEL + "(\\." + LABEL + ")*"),
          "a-z, 0-9, - and . with a letter or digit at both ends",
          253);
    }

    /** RFC 1123 label: namespaces. */
    static Name label() {
      return new Name(
          "DNS label",
          Pattern.compile(LABEL),
          "a-z, 0-9 and - with a letter or digit at both ends",
          63);
    }

    /** A kind, as in {@code Deployment}. */
    static Name kind() {
      return new Name(
          "kind", Pattern.compile("[A-Z][A-Za-z0-9]*"), "letters and digits, a capital first", 63);
    }

    /** A version with or without a group, as in {@code apps/v1}. */
    static Name apiVersion() {
      return new Name(
          "group and version",
          Pattern.compile("(" + LABEL + "(\\." + LABEL + ")*/)?v[0-9][a-z0-9]*"),
          "GROUP/VERSION, as in apps/v1",
          253);
    }

    @Override
    public String name() {
      return what;
    }

    @Override
    public String bounds() {
      return "up to %d characters: %s".formatted(maxLength, rule);
    }

    @Override
    public Parsed<String> read(ScalarNode scalar) {
      String text = scalar.getValue();
      Optional<String> notText = notText(scalar);
      if (notText.isPresent()) {
        return new Wrong<>(notText.get());
      }
      if (isValid(text)) {
        return new Right<>(text);
      }
      String fixed = text.strip().toLowerCase(Locale.ROOT).replaceAll("[_ ]", "-");
      String fix =
          isValid(fixed) ? "did you mean \"%s\"?".formatted(fixed) : "allowed: " + bounds();
      return new Wrong<>("%s is not a %s; %s".formatted(Shown.quoted(text), what, fix));
    }

    // The length comes first, so that the pattern never sees a long text.
    private boolean isValid(String text) {
      return text.length() <= maxLength && shape.matcher(text).matches();
    }
  }

  /** A query with placeholders. */
  record Query() implements FieldType<String> {
    private static final int MAX_LENGTH = 8_192;

    @Override
    public String name() {
      return "text";
    }

    @Override
    public String bounds() {
      return "1 to %,d characters; `$namespace` and `$name` inside quotes".formatted(MAX_LENGTH);
    }

    @Override
    public Parsed<String> read(ScalarNode scalar) {
      String text = scalar.getValue();
      if (text.isBlank() || text.length() > MAX_LENGTH) {
        return new Wrong<>("must have 1 to %,d characters".formatted(MAX_LENGTH));
      }
      return notText(scalar)
          .or(() -> faultOf(text))
          .<Parsed<String>>map(Wrong::new)
          .orElseGet(() -> new Right<>(text));
    }

    // Names hold neither quotes nor backticks, so what can be filled once can be filled always.
    private static Optional<String> faultOf(String query) {
      try {
        var _ = PromQl.fill(query, Map.of("namespace", "shop", "name", "web"));
        return Optional.empty();
      } catch (IllegalArgumentException e) {
        String grafana = query.contains("$__") ? " (Grafana's $__ ranges: write [1m])" : "";
        return Optional.of(Shown.sentence(String.valueOf(e.getMessage())) + grafana);
      }
    }
  }

  /** The address of a store. Its text is never shown: people put passwords and tokens into it. */
  record Url() implements FieldType<URI> {
    private static final int MAX_LENGTH = 2_048;

    @Override
    public String name() {
      return "URL";
    }

    @Override
    public String bounds() {
      return "`http` or `https`; no user, query or fragment";
    }

    @Override
    public Parsed<URI> read(ScalarNode scalar) {
      if (scalar.getValue().length() > MAX_LENGTH) {
        return new Wrong<>("is longer than %,d characters".formatted(MAX_LENGTH));
      }
      URI uri;
      try {
        uri = new URI(scalar.getValue());
      } catch (URISyntaxException e) {
        return new Wrong<>("is not a URL; write it as in http://prometheus.monitoring:9090");
      }
      String scheme = uri.getScheme();
      if (!("http".equals(scheme) || "https".equals(scheme)) || uri.getHost() == null) {
        return new Wrong<>("must be http://HOST or https://HOST, with or without port and path");
      }
      if (uri.getRawUserInfo() != null) {
        return new Wrong<>("must not hold a user or password; name their files in spec.auth");
      }
      if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
        return new Wrong<>("must not hold a query (?) or fragment (#); leave it out");
      }
      if (uri.getPort() == 0 || uri.getPort() > 65_535) {
        return new Wrong<>("has a port outside 1 to 65535");
      }
      if (uri.getPath().contains("/api/v1")) {
        return new Wrong<>("must not hold /api/v1; end it before");
      }
      return new Right<>(uri);
    }
  }

  /** A file that is read later. Its text is never shown: people put the secret itself there. */
  record FilePath() implements FieldType<Path> {
    private static final int MAX_LENGTH = 4_096;

    @Override
    public String name() {
      return "file";
    }

    @Override
    public String bounds() {
      return "absolute path without `..`";
    }

    @Override
    public Parsed<Path> read(ScalarNode scalar) {
      String text = scalar.getValue();
      boolean absolute = text.startsWith("/") && text.length() <= MAX_LENGTH;
      try {
        Path path = Path.of(text);
        if (absolute && path.equals(path.normalize())) {
          return new Right<>(path);
        }
      } catch (InvalidPathException e) {
        // Told below like every other text that names no file.
      }
      return new Wrong<>("must be the absolute path of a file, without . and ..");
    }
  }

  /** Labels and annotations: accepted, as they come with the object, and not used. */
  record TextMap() implements FieldType<Map<String, String>> {
    @Override
    public String name() {
      return "block of texts";
    }

    @Override
    public String bounds() {
      return "";
    }

    @Override
    public Parsed<Map<String, String>> parse(Node node) {
      if (!(node instanceof MappingNode mapping)) {
        return new Wrong<>("a %s is expected, not a %s".formatted(name(), kind(node)));
      }
      Map<String, String> texts = new LinkedHashMap<>();
      for (NodeTuple entry : mapping.getValue()) {
        if (!(entry.getKeyNode() instanceof ScalarNode key)
            || !(entry.getValueNode() instanceof ScalarNode value)) {
          return new Wrong<>("holds a key or value that is not a single text");
        }
        Optional<String> fault = notText(value);
        if (fault.isPresent()) {
          return new Wrong<>(Shown.bare(key.getValue()) + ": " + fault.get());
        }
        if (texts.put(key.getValue(), value.getValue()) != null) {
          return new Wrong<>(Shown.bare(key.getValue()) + " is given twice; keep one");
        }
      }
      return new Right<>(texts);
    }

    @Override
    public Parsed<Map<String, String>> read(ScalarNode scalar) {
      return parse(scalar);
    }
  }

  /**
   * A field that is known but cannot be used here, whatever its value.
   *
   * @param why and what to do instead
   */
  record Refused(String why) implements FieldType<Void> {
    @Override
    public String name() {
      return "refused";
    }

    @Override
    public String bounds() {
      return why;
    }

    @Override
    public Parsed<Void> parse(Node node) {
      return new Wrong<>(why);
    }

    @Override
    public Parsed<Void> read(ScalarNode scalar) {
      return new Wrong<>(why);
    }
  }

  private static <T> Parsed<T> quotedNumber(String text) {
    return new Wrong<>("\"%s\" is text; remove the quotes".formatted(text));
  }

  /** Why YAML would not read an unquoted value as text. */
  static Optional<String> notText(ScalarNode scalar) {
    Tag tag = scalar.getTag();
    boolean other =
        scalar.isPlain() && (tag.equals(Tag.BOOL) || tag.equals(Tag.INT) || tag.equals(Tag.FLOAT));
    return other
        ? Optional.of(
            "YAML reads %s as a %s; put it in quotes"
                .formatted(Shown.bare(scalar.getValue()), tag.equals(Tag.BOOL) ? "flag" : "number"))
        : Optional.empty();
  }
}
