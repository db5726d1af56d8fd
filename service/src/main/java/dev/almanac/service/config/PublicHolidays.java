package dev.almanac.service.config;

import de.focus_shift.jollyday.core.CalendarHierarchy;
import de.focus_shift.jollyday.core.Holiday;
import de.focus_shift.jollyday.core.HolidayManager;
import de.focus_shift.jollyday.core.HolidayType;
import de.focus_shift.jollyday.core.ManagerParameters;
import java.time.LocalDate;
import java.time.Year;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Public holidays of a country or a part of it, from the lists that come with Jollyday. */
final class PublicHolidays {
  // The span of the traces people have and of the forecasts anybody will ask for; fixed, so that a
  // configuration means the same at any time.
  private static final int FIRST_YEAR = 1990;
  private static final int LAST_YEAR = 2060;

  private PublicHolidays() {}

  /** Why a region has no list; empty when it has one. */
  static Optional<String> problemOf(String region) {
    String[] parts = parts(region);
    List<String> countries =
        HolidayManager.getSupportedCalendarCodes().stream()
            .map(code -> code.toLowerCase(Locale.ROOT))
            .filter(code -> code.length() == 2) // the others are stock exchanges
            .sorted()
            .toList();
    if (!countries.contains(parts[0])) {
      return Optional.of(
          "%s is no country with a list of holidays; known: %s"
              .formatted(Shown.quoted(region), String.join(" ", countries)));
    }
    CalendarHierarchy at = manager(parts[0]).getCalendarHierarchy();
    for (int i = 1; i < parts.length; i++) {
      CalendarHierarchy part = at.getChildren().get(parts[i]);
      if (part == null) {
        String around = String.join("-", Arrays.copyOf(parts, i));
        String known = String.join(" ", new TreeSet<>(at.getChildren().keySet()));
        return Optional.of(
            "%s has no part %s with a list of its own; %s"
                .formatted(
                    around,
                    Shown.quoted(parts[i]),
                    known.isEmpty() ? "write " + around : "known: " + known));
      }
      at = part;
    }
    return Optional.empty();
  }

  /**
   * The holidays from 1990 to 2060 by date, each with its English name; observances, on which
   * people work, are left out.
   *
   * @param region without a problem
   */
  static Map<LocalDate, String> of(String region) {
    String[] parts = parts(region);
    HolidayManager manager = manager(parts[0]);
    String[] within = Arrays.copyOfRange(parts, 1, parts.length);
    Map<LocalDate, String> holidays = new TreeMap<>();
    for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
      for (Holiday holiday : manager.getHolidays(Year.of(year), within)) {
        if (holiday.getType() != HolidayType.OBSERVANCE) {
          // Of two on one day always the same one, whatever the order of the set.
          holidays.merge(
              holiday.getDate(),
              holiday.getDescription(Locale.ENGLISH),
              (a, b) -> a.compareTo(b) <= 0 ? a : b);
        }
      }
    }
    return holidays;
  }

  private static HolidayManager manager(String country) {
    return HolidayManager.getInstance(ManagerParameters.create(country));
  }

  private static String[] parts(String region) {
    return region.toLowerCase(Locale.ROOT).split("-", -1);
  }
}
