package dev.almanac.simulator.fleet;

/**
 * What a pod asks for, or what a node offers to pods.
 *
 * @param millicores at least 0
 * @param bytes of memory, at least 0
 */
public record Resources(long millicores, long bytes) {

  /** Asks for nothing. */
  public static final Resources NONE = new Resources(0, 0);

  /** Refuses negative amounts. */
  public Resources {
    if (millicores < 0 || bytes < 0) {
      throw new IllegalArgumentException(
          "resources must not be negative, were %d m and %d bytes".formatted(millicores, bytes));
    }
  }
}
