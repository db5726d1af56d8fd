package dev.almanac.simulator.whatif;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The answer to one case.
 *
 * @param scenario name
 * @param labels values of its axes
 * @param seed of random start-up times and of the noise in coarse traces
 * @param lines figures of every line
 * @param places of a sweep; empty without one
 * @param cells of it, by instant, then place
 */
public record CaseResult(
    String scenario,
    List<String> labels,
    long seed,
    Map<Line, Figures> lines,
    List<String> places,
    List<Sweep.Cell> cells) {

  /** Copies; refuses a result with a line missing. */
  public CaseResult {
    labels = List.copyOf(labels);
    lines = new EnumMap<>(lines);
    places = List.copyOf(places);
    cells = List.copyOf(cells);
    if (lines.size() < Line.values().length) {
      throw new IllegalArgumentException("a case has all lines, not " + lines.keySet());
    }
  }

  /** Unique in its study. */
  public String id() {
    return scenario + (labels.isEmpty() ? "" : " " + String.join(" ", labels)) + " seed=" + seed;
  }

  /** The figures of a line. */
  public Figures line(Line line) {
    return Optional.ofNullable(lines.get(line)).orElseThrow();
  }
}
