package dev.almanac.simulator.scheduling;

/**
 * A taint that keeps pods away: NoSchedule or NoExecute. PreferNoSchedule keeps none away and is
 * not read.
 */
public record Taint(String key, String value, String effect) {

  /** What a cordoned node carries. */
  public static final Taint UNSCHEDULABLE =
      new Taint("node.kubernetes.io/unschedulable", "", "NoSchedule");

  @Override
  public String toString() {
    return key + (value.isEmpty() ? "" : "=" + value) + ":" + effect;
  }
}
