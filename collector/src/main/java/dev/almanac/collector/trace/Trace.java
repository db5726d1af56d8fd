package dev.almanac.collector.trace;

import dev.almanac.predictor.series.TimeSeries;
import java.util.SequencedMap;

/**
 * The series of a trace, and what their numbers are.
 *
 * @param series by name, at least one
 * @param unit for people; empty where the file does not say
 * @param broken lines that were passed over, a few of a log at most
 */
public record Trace(
    TraceFormat format,
    SequencedMap<String, TimeSeries> series,
    String unit,
    Scale scale,
    long broken) {

  /** What values can be compared with. */
  public enum Scale {
    /** Values in a unit that everyone knows, or in the user's own. */
    ABSOLUTE("absolute"),
    /** All values in one unit that was kept secret: they add up, but have no size of their own. */
    COMMON_UNIT("relative to a unit that is not published"),
    /** Each series by its own size: they do not add up either. */
    OWN_SIZE("relative to the size of each");

    private final String words;

    Scale(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }
  }

  /** Absent grid points over all grid points, 0 to 1. */
  public double gapShare() {
    long points = 0;
    long present = 0;
    for (TimeSeries one : series.values()) {
      points += one.length();
      present += one.presentCount();
    }
    return points == 0 ? 1 : (double) (points - present) / points;
  }
}
