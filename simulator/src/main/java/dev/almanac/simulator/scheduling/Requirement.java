package dev.almanac.simulator.scheduling;

import java.util.List;
import java.util.Map;

/**
 * One condition on one label, of label selectors and node selectors.
 *
 * @param values of {@code IN} and {@code NOT_IN}; the one bound of {@code GREATER} and {@code LESS}
 */
public record Requirement(String key, Operator operator, List<String> values) {

  /** Kubernetes' operators; the last two exist on nodes only. */
  public enum Operator {
    IN,
    NOT_IN,
    EXISTS,
    DOES_NOT_EXIST,
    GREATER,
    LESS
  }

  /** Copies the values. */
  public Requirement {
    values = List.copyOf(values);
  }

  /** A label must have a value. */
  public static Requirement equal(String key, String value) {
    return new Requirement(key, Operator.IN, List.of(value));
  }

  /** As in Kubernetes, {@code NOT_IN} is met where the label is missing. */
  boolean isMetBy(Map<String, String> labels) {
    String value = labels.get(key);
    return switch (operator) {
      case IN -> value != null && values.contains(value);
      case NOT_IN -> value == null || !values.contains(value);
      case EXISTS -> value != null;
      case DOES_NOT_EXIST -> value == null;
      case GREATER -> compare(value) > 0;
      case LESS -> compare(value) < 0;
    };
  }

  /** 0, which meets neither, where either side is not a whole number. */
  private int compare(@org.jspecify.annotations.Nullable String value) {
    try {
      return value == null || values.size() != 1
          ? 0
          : Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst()));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
