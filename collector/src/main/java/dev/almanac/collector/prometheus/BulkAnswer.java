package dev.almanac.collector.prometheus;

import java.util.List;
import java.util.Map;

/** What a store answers to a question about many series at once. */
public sealed interface BulkAnswer {

  /**
   * The series, in the order of the answer.
   *
   * @param bytes of the answer
   * @param warnings what the store said beside it: then parts may be missing
   */
  record Present(List<Labelled> series, long bytes, List<String> warnings) implements BulkAnswer {}

  /** Nothing could be reached, or it asks for patience: the same question may do later. */
  record Busy(String detail) implements BulkAnswer {}

  /** More than the store computes or than we read: a smaller question may do. */
  record TooMuch(String detail) implements BulkAnswer {}

  /** A refusal, or an answer that cannot be read. */
  record Refused(String detail) implements BulkAnswer {}

  /**
   * One series.
   *
   * @param labels by name, the metric's as {@code __name__}
   * @param at grid points of its samples, ascending; not copied
   * @param values of the samples; any double, as it was sent
   */
  record Labelled(Map<String, String> labels, int[] at, double[] values) {
    /** The value of a label, empty where it is missing. */
    public String label(String name) {
      return labels.getOrDefault(name, "");
    }
  }
}
