package dev.almanac.predictor.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What of one case differs from what is expected. */
public final class Differences {
  private final List<String> list = new ArrayList<>();

  public void compare(String name, Object expected, @Nullable Object actual) {
    if (!Objects.equals(expected, actual)) {
      add(name, expected, actual);
    }
  }

  /** A whole number that a case may leave out: then its source asserts nothing. */
  public void compareIfGiven(CaseFields out, String name, @Nullable Long actual) {
    if (out.has(name)) {
      compare(name, out.integer(name), actual);
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

  private void add(String name, Object expected, @Nullable Object actual) {
    list.add("%s expected %s actual %s".formatted(name, expected, actual));
  }
}
