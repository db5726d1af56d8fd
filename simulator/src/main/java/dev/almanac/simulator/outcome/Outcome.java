package dev.almanac.simulator.outcome;

/**
 * What a policy achieved and what it cost. Times of unknown demand are in none of the figures.
 *
 * @param policy for example {@code hpa}
 * @param shortMinutes time with fewer Ready pods than demand needed
 * @param shortPodMinutes pods missing in that time, times the time
 * @param podHours pods paid for ({@code spec.replicas}), times the time
 * @param scaleEvents changes of {@code spec.replicas}
 * @param scoredMinutes time that was looked at
 */
public record Outcome(
    String policy,
    double shortMinutes,
    double shortPodMinutes,
    double podHours,
    long scaleEvents,
    double scoredMinutes) {

  /** Short time over scored time in percent, 0 when nothing was scored. */
  public double shortPercent() {
    return scoredMinutes == 0 ? 0 : 100 * shortMinutes / scoredMinutes;
  }

  /** Mean number of pods paid for, 0 when nothing was scored. */
  public double meanPods() {
    return scoredMinutes == 0 ? 0 : 60 * podHours / scoredMinutes;
  }

  /** Scale events in a day of scored time, 0 when nothing was scored. */
  public double eventsPerDay() {
    return scoredMinutes == 0 ? 0 : scaleEvents * 1440.0 / scoredMinutes;
  }
}
