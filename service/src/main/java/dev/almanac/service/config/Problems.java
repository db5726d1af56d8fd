package dev.almanac.service.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects problems; of a hostile file no more than a person would read. */
public final class Problems {
  /** Kept at most; nobody reads further, and a hostile file could hold millions. */
  static final int MAX = 1_000;

  private final List<Problem> problems = new ArrayList<>();

  /** With no problem yet. */
  public Problems() {}

  /**
   * Adds one.
   *
   * @param line counted from 1; 0 for the file as a whole
   * @param path the field; empty for the document as a whole
   */
  public void add(String file, int line, String path, String message) {
    if (problems.size() < MAX) {
      problems.add(new Problem(file, line, path, message));
    } else if (problems.size() == MAX) {
      problems.add(new Problem(file, 0, "", "and more; only the first 1,000 are told"));
    }
  }

  /** How many are kept. */
  public int size() {
    return problems.size();
  }

  boolean full() {
    return problems.size() > MAX;
  }

  /** In the order of files and lines. */
  public List<Problem> sorted() {
    List<Problem> sorted = new ArrayList<>(problems.subList(0, Math.min(MAX, problems.size())));
    sorted.sort(Comparator.comparing(Problem::file).thenComparingInt(Problem::line));
    if (full()) {
      sorted.add(problems.getLast());
    }
    return List.copyOf(sorted);
  }
}
