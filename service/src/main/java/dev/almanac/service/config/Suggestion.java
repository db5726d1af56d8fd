package dev.almanac.service.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** "Did you mean": the known word that an unknown one was probably meant to be. */
public final class Suggestion {
  /** Longer words are not compared; no known word is that long. */
  private static final int MAX_LENGTH = 64;

  private Suggestion() {}

  /** {@code ; did you mean "x"?}, or nothing where no known word is near. */
  static String text(String word, Collection<String> known) {
    return closest(word, known).map(x -> "; did you mean \"%s\"?".formatted(x)).orElse("");
  }

  /**
   * The known word at the smallest edit distance, if that is at most a third of the shorter length
   * (but always 1); letter case counts nothing against it. The first of several wins.
   */
  public static Optional<String> closest(String word, Collection<String> known) {
    if (word.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String lower = word.toLowerCase(Locale.ROOT);
    Optional<String> best = Optional.empty();
    int least = Integer.MAX_VALUE;
    for (String candidate : known) {
      if (candidate.length() > MAX_LENGTH) {
        continue;
      }
      int shorter = Math.min(candidate.length(), word.length());
      int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
      if (distance <= Math.max(1, shorter / 3) && distance < Math.min(shorter, least)) {
        least = distance;
        best = Optional.of(candidate);
      }
    }
    return best;
  }

  /**
   * Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
   *
   * @return at least 0, at most the longer length
   */
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substitution, 1 + Math.min(last[j], row[j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }
}
