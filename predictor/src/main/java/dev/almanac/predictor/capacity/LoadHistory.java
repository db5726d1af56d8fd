package dev.almanac.predictor.capacity;

/**
 * How busy the pods of one workload were at which demand, on a regular grid.
 *
 * @param demand on the whole workload, at least 0; NaN = absent
 * @param pods that served it, at least 0; NaN = absent
 * @param usage of an average pod, in any unit that grows with load, such as the share of its CPU
 *     limit that it used; at least 0; NaN = absent
 */
@SuppressWarnings("ArrayRecordComponent") // A view of columns, never compared.
public record LoadHistory(double[] demand, double[] pods, double[] usage) {
  /** Refuses columns of different lengths. */
  public LoadHistory {
    if (demand.length != pods.length || demand.length != usage.length) {
      throw new IllegalArgumentException(
          "columns of one grid have one length: %d, %d, %d"
              .formatted(demand.length, pods.length, usage.length));
    }
  }
}
