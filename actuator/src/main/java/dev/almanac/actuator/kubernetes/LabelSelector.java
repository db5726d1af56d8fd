package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which pods belong to a workload. All requirements have to be met; a selector without any matches
 * nothing here, since an autoscaler that took every pod of a namespace for its own would be wrong.
 */
record LabelSelector(List<Requirement> requirements) {
  static final LabelSelector NOTHING = new LabelSelector(List.of());

  enum Operator {
    IN,
    NOT_IN,
    EXISTS,
    MISSING
  }

  /**
   * One condition on one label. As in Kubernetes, {@code NOT_IN} is met where the label is missing.
   */
  record Requirement(String key, Operator operator, Set<String> values) {
    String text() {
      String list = String.join(",", new TreeSet<>(values));
      return switch (operator) {
        case IN -> values.size() == 1 ? key + "=" + list : key + " in (" + list + ")";
        case NOT_IN -> key + " notin (" + list + ")";
        case EXISTS -> key;
        case MISSING -> "!" + key;
      };
    }

    boolean isMetBy(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case IN -> value != null && values.contains(value);
        case NOT_IN -> value == null || !values.contains(value);
        case EXISTS -> value != null;
        case MISSING -> value == null;
      };
    }
  }

  LabelSelector {
    requirements = List.copyOf(requirements);
  }

  /** The text form, as a list request takes it. */
  String text() {
    return requirements.stream().map(Requirement::text).collect(Collectors.joining(","));
  }

  boolean isEmpty() {
    return requirements.isEmpty();
  }

  boolean matches(Map<String, String> labels) {
    for (Requirement requirement : requirements) {
      if (!requirement.isMetBy(labels)) {
        return false;
      }
    }
    return !requirements.isEmpty();
  }

  /**
   * Reads {@code spec.selector}: matchLabels and matchExpressions. What cannot be understood makes
   * it match nothing.
   */
  static LabelSelector read(JsonParser p) throws IOException {
    List<Requirement> read = new ArrayList<>();
    boolean[] understood = {true};
    Json.eachField(
        p,
        part -> {
          switch (part) {
            case "matchLabels" ->
                Json.eachField(
                    p, key -> read.add(new Requirement(key, Operator.IN, Set.of(Json.text(p)))));
            case "matchExpressions" ->
                Json.eachElement(
                    p, () -> expression(p).ifPresentOrElse(read::add, () -> understood[0] = false));
            default -> understood[0] = false; // It would narrow the match, and we do not know how.
          }
        });
    return understood[0] ? new LabelSelector(read) : NOTHING;
  }

  private static Optional<Requirement> expression(JsonParser p) throws IOException {
    String[] key = {""};
    String[] operator = {""};
    List<String> values = new ArrayList<>();
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "key" -> key[0] = Json.text(p);
            case "operator" -> operator[0] = Json.text(p);
            case "values" -> Json.eachElement(p, () -> values.add(Json.text(p)));
            default -> {}
          }
        });
    return switch (operator[0]) {
      case "In" -> requirement(key[0], Operator.IN, values);
      case "NotIn" -> requirement(key[0], Operator.NOT_IN, values);
      case "Exists" -> requirement(key[0], Operator.EXISTS, List.of());
      case "DoesNotExist" -> requirement(key[0], Operator.MISSING, List.of());
      default -> Optional.empty();
    };
  }

  private static Optional<Requirement> requirement(
      String key, Operator operator, Collection<String> values) {
    boolean needsValues = operator == Operator.IN || operator == Operator.NOT_IN;
    return key.isEmpty() || (needsValues && values.isEmpty())
        ? Optional.empty()
        : Optional.of(new Requirement(key, operator, Set.copyOf(values)));
  }

  private static final int LONGEST_TEXT = 2048;

  private static final String KEY = "([A-Za-z0-9][-A-Za-z0-9_./]*)";

  /** One requirement of the text form, and the comma or end behind it. */
  private static final Pattern REQUIREMENT =
      Pattern.compile(
          "\\s*(?:(?<missing>!)\\s*)?"
              + KEY
              + "\\s*(?:(?<equality>==|=|!=)\\s*(?<value>[-A-Za-z0-9_.]*)"
              + "|\\s(?<set>in|notin)\\s*\\((?<values>[-A-Za-z0-9_., ]*)\\))?\\s*(?:,|$)");

  /**
   * Parses the text form that a Scale object has in {@code status.selector}, for example {@code
   * app=web,tier in (a,b),!canary}. What cannot be understood matches nothing.
   */
  static LabelSelector parse(String text) {
    if (text.length() > LONGEST_TEXT) {
      return NOTHING;
    }
    List<Requirement> read = new ArrayList<>();
    Matcher m = REQUIREMENT.matcher(text);
    for (int at = 0; at < text.length(); at = m.end()) {
      if (!m.region(at, text.length()).lookingAt()) {
        return NOTHING;
      }
      Optional<Requirement> requirement = requirement(m);
      if (requirement.isEmpty()) {
        return NOTHING;
      }
      read.add(requirement.get());
    }
    return new LabelSelector(read);
  }

  private static Optional<Requirement> requirement(Matcher m) {
    String key = m.group(2);
    boolean missing = m.group("missing") != null;
    String equality = m.group("equality");
    String set = m.group("set");
    if (equality == null && set == null) {
      return requirement(key, missing ? Operator.MISSING : Operator.EXISTS, List.of());
    }
    if (missing) {
      return Optional.empty();
    }
    if (equality != null) {
      Operator operator = equality.equals("!=") ? Operator.NOT_IN : Operator.IN;
      return requirement(key, operator, List.of(m.group("value")));
    }
    Operator operator = "in".equals(set) ? Operator.IN : Operator.NOT_IN;
    return requirement(key, operator, List.of(m.group("values").replace(" ", "").split(",")));
  }
}
