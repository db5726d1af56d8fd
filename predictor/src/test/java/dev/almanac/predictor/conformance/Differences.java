package dev.almanac.predictor.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What of one case differs from what is expected. */
public final class Differences {
  private final List<String> list = new ArrayList<>();

  public void compare(String name, Object expected, Object actual) {
    if (!Objects.equals(expected, actual)) {
      add(name, expected, actual);
    }
  }

  /** Two numbers that may differ by a share of the expected one. */
  public void compare(String name, double expected, double actual, double relative) {
    if (!(Math.abs(expected - actual) <= relative * Math.abs(expected))) {
      add(name, expected, actual);
    }
  }

  /** As {@code name expected X actual Y}, one a difference. */
  public List<String> list() {
    return list;
  }

  private void add(String name, Object expected, Object actual) {
    list.add("%s expected %s actual %s".formatted(name, expected, actual));
  }
}
