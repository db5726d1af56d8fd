package dev.almanac.predictor.calendar;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * What people know about demand that its history does not say: on which local day and at which
 * local time an instant falls, which days are holidays, which events are coming, and which times a
 * model must not learn from.
 *
 * <p>Days and times of day are those of the clocks on the wall in {@link #zone()}: a day has 23 or
 * 25 hours where the clocks change, in spring a time of day does not occur and in autumn it occurs
 * twice. Two calendars with equal contents are equal. Immutable.
 */
public final class DemandCalendar {
  private static final DemandCalendar EMPTY = new DemandCalendar(List.of());
  private static final int SECONDS_A_DAY = 86_400;

  /**
   * A local day with a demand of its own.
   *
   * @param date in the zone of the calendar
   * @param name days of one name are of one kind, whatever their year
   * @param like the weekday that it resembles, for as long as history has no day of this name
   */
  public record Holiday(LocalDate date, String name, DayOfWeek like) {}

  /**
   * Something that moves demand once. History must not be learned while it lasts, and a forecast is
   * multiplied.
   *
   * @param from first instant
   * @param to first instant after it, after {@code from}
   * @param uplift demand over what it would be without, above 0 and finite: 1.5 is half as much
   *     again
   * @param name shown to people
   */
  public record Event(Instant from, Instant to, double uplift, String name) {
    /** Refuses an empty or reversed range and a factor that is none. */
    public Event {
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException("event ends before it starts: " + from + " " + to);
      }
      if (!(uplift > 0 && Double.isFinite(uplift))) {
        throw new IllegalArgumentException("uplift must be above 0 and finite, was " + uplift);
      }
    }
  }

  /**
   * A time that says nothing about ordinary demand.
   *
   * @param from first instant left out
   * @param to first instant that counts again, after {@code from}
   * @param reason shown to people
   */
  public record Exclusion(Instant from, Instant to, String reason) {
    /** Refuses an empty or reversed range. */
    public Exclusion {
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException("exclusion ends before it starts: " + from + " " + to);
      }
    }
  }

  private final ZoneId zone;
  private final List<Holiday> holidays;
  private final List<Event> events;
  private final List<Exclusion> exclusions;

  /** Of the zone: looked up once, for it is asked for every sample. */
  private final ZoneRules rules;

  private final long[] holidayDays;
  private final String[] holidayNames;

  /** Where learning stops and starts again, in turn; rising. */
  private final long[] turns;

  /**
   * A calendar.
   *
   * @param zone an IANA zone
   * @param holidays at most one a date, in any order
   * @param events may overlap, in any order
   * @param exclusions incidents, load tests and other times to leave out of training; may overlap,
   *     in any order
   * @throws IllegalArgumentException when a date has two holidays
   */
  public DemandCalendar(
      ZoneId zone, List<Holiday> holidays, List<Event> events, List<Exclusion> exclusions) {
    this.zone = zone;
    this.holidays = holidays.stream().sorted(Comparator.comparing(Holiday::date)).toList();
    this.events =
        events.stream().sorted(Comparator.comparing(Event::from).thenComparing(Event::to)).toList();
    this.exclusions =
        exclusions.stream()
            .sorted(Comparator.comparing(Exclusion::from).thenComparing(Exclusion::to))
            .toList();
    rules = zone.getRules();
    holidayDays = this.holidays.stream().mapToLong(h -> h.date().toEpochDay()).toArray();
    for (int i = 1; i < holidayDays.length; i++) {
      if (holidayDays[i] == holidayDays[i - 1]) {
        throw new IllegalArgumentException("two holidays on " + this.holidays.get(i).date());
      }
    }
    holidayNames =
        this.holidays.stream().map(Holiday::name).distinct().sorted().toArray(String[]::new);
    turns = turns();
  }

  /** A calendar in UTC that knows nothing but what to leave out. */
  public DemandCalendar(List<Exclusion> exclusions) {
    this(ZoneOffset.UTC, List.of(), List.of(), exclusions);
  }

  /** A calendar in UTC that knows nothing. */
  public static DemandCalendar empty() {
    return EMPTY;
  }

  /** The zone whose days these are. */
  public ZoneId zone() {
    return zone;
  }

  /** In the order of their dates. */
  public List<Holiday> holidays() {
    return holidays;
  }

  /** In the order of their beginnings. */
  public List<Event> events() {
    return events;
  }

  /** In the order of their beginnings. */
  public List<Exclusion> exclusions() {
    return exclusions;
  }

  /** Whether a sample at this instant may be learnt from: no exclusion and no event covers it. */
  public boolean counts(long epochSecond) {
    int found = Arrays.binarySearch(turns, epochSecond);
    int passed = found >= 0 ? found + 1 : -found - 1;
    return passed % 2 == 0;
  }

  /** What the events at this instant multiply demand by; 1 without one, their product with more. */
  public double uplift(long epochSecond) {
    double uplift = 1;
    for (Event e : events) {
      if (e.from().getEpochSecond() > epochSecond) {
        break;
      }
      if (epochSecond < e.to().getEpochSecond()) {
        uplift *= e.uplift();
      }
    }
    return uplift;
  }

  /** The local date of an instant, in days since 1970-01-01. */
  public long localDay(long epochSecond) {
    return Math.floorDiv(local(epochSecond), (long) SECONDS_A_DAY);
  }

  /** The local time of an instant, in seconds since the clocks showed midnight: 0 to 86,399. */
  public int secondOfDay(long epochSecond) {
    return (int) Math.floorMod(local(epochSecond), (long) SECONDS_A_DAY);
  }

  /**
   * What kind of day an instant falls on: 1 (Monday) to 7 (Sunday) for an ordinary one, 8 and above
   * for a holiday, one number for each name. The numbers hold for this calendar only.
   */
  public int dayType(long epochSecond) {
    long day = localDay(epochSecond);
    int holiday = Arrays.binarySearch(holidayDays, day);
    return holiday < 0 ? weekday(day) : 8 + nameIndex(holiday);
  }

  /** The largest number that {@link #dayType} gives. */
  public int dayTypes() {
    return 7 + holidayNames.length;
  }

  /** The name of a kind of day: {@code MONDAY} to {@code SUNDAY}, or the holiday's. */
  public String dayTypeName(int dayType) {
    return dayType <= 7 ? DayOfWeek.of(dayType).name() : holidayNames[dayType - 8];
  }

  /**
   * The weekday that the day of an instant is, or, for a holiday, resembles: 1 (Monday) to 7
   * (Sunday).
   */
  public int likeWeekday(long epochSecond) {
    long day = localDay(epochSecond);
    int holiday = Arrays.binarySearch(holidayDays, day);
    return holiday < 0 ? weekday(day) : holidays.get(holiday).like().getValue();
  }

  private long local(long epochSecond) {
    return epochSecond + rules.getOffset(Instant.ofEpochSecond(epochSecond)).getTotalSeconds();
  }

  private int nameIndex(int holiday) {
    return Arrays.binarySearch(holidayNames, holidays.get(holiday).name());
  }

  private static int weekday(long epochDay) {
    return 1 + (int) Math.floorMod(epochDay + 3, 7L); // 1970-01-01 was a Thursday.
  }

  private long[] turns() {
    long[][] spans = new long[events.size() + exclusions.size()][];
    int n = 0;
    for (Event e : events) {
      spans[n++] = new long[] {e.from().getEpochSecond(), e.to().getEpochSecond()};
    }
    for (Exclusion e : exclusions) {
      spans[n++] = new long[] {e.from().getEpochSecond(), e.to().getEpochSecond()};
    }
    Arrays.sort(spans, Comparator.comparingLong(span -> span[0]));
    long[] merged = new long[2 * n];
    int used = 0;
    for (long[] span : spans) {
      if (span[0] == span[1]) {
        continue; // Less than a second: no sample can stand in it.
      }
      if (used > 0 && span[0] <= merged[used - 1]) {
        merged[used - 1] = Math.max(merged[used - 1], span[1]);
      } else {
        merged[used++] = span[0];
        merged[used++] = span[1];
      }
    }
    return Arrays.copyOf(merged, used);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DemandCalendar c
        && c.zone.equals(zone)
        && c.holidays.equals(holidays)
        && c.events.equals(events)
        && c.exclusions.equals(exclusions);
  }

  @Override
  public int hashCode() {
    return Objects.hash(zone, holidays, events, exclusions);
  }

  @Override
  public String toString() {
    return "DemandCalendar[%s, %d holidays, %d events, %d exclusions]"
        .formatted(zone, holidays.size(), events.size(), exclusions.size());
  }
}
