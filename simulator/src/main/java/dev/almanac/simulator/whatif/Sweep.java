package dev.almanac.simulator.whatif;

import dev.almanac.simulator.fleet.Outage;
import java.util.List;

/**
 * The same outage at many instants and places.
 *
 * @param places what is struck, for example zones
 * @param everyMinutes from one instant to the next, at least 1
 * @param minutes length of each outage, at least 1
 * @param watchMinutes that are watched after it began, at least {@code minutes}
 */
public record Sweep(List<Place> places, int everyMinutes, int minutes, int watchMinutes) {

  /**
   * What is struck.
   *
   * @param name for example {@code zone a}
   */
  public record Place(String name, Outage.What what, int[] groups) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Place p && p.name.equals(name) && p.what == what;
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }

    Outage at(int minute, int minutes) {
      return new Outage(what, groups, minute, minutes);
    }
  }

  /**
   * What came of one outage.
   *
   * @param place index of the place
   * @param minute of the scenario in which it began
   * @param shortPodMinutes missing pods in the time watched that would not have been missing
   *     without the outage, times the time
   * @param peakPending most pods without a node
   * @param recoveryMinutes until for a quarter of an hour no more pods were missing than without it
   */
  public record Cell(
      int place, int minute, double shortPodMinutes, int peakPending, double recoveryMinutes) {}

  /** Copies; refuses values out of bounds. */
  public Sweep {
    places = List.copyOf(places);
    if (places.isEmpty() || everyMinutes < 1 || minutes < 1 || watchMinutes < minutes) {
      throw new IllegalArgumentException(
          "a sweep needs places, and 1 <= every, 1 <= length <= watched");
    }
  }
}
