package dev.almanac.simulator.policy;

/** The last steps of HPA's rule with default behavior, on numbers only. */
public final class HpaRule {
  private static final int UP_PODS = 4;

  private HpaRule() {}

  /**
   * From the answers of the stabilization window to a size: it never crosses itself, rises by 4
   * pods or 100 % a sync at most, and keeps the bounds.
   *
   * @param size replicas now, at least 0
   * @param raw answer of this sync, at least 0
   * @param top highest answer of the window, at least {@code raw}
   */
  public static int settle(int size, int raw, int top, int min, int max) {
    // In ints, saturating, so that a loop over many rows decides on several at once.
    int limit = size + Math.min(Math.max(UP_PODS, size), Integer.MAX_VALUE - size);
    int want = Math.min(Math.min(Math.max(size, raw), top), limit);
    return Math.min(Math.max(want, min), max);
  }
}
