package dev.almanac.service.config;

import biweekly.ICalendar;
import biweekly.component.VEvent;
import biweekly.io.ParseWarning;
import biweekly.io.text.ICalReader;
import biweekly.property.RawProperty;
import biweekly.property.Status;
import biweekly.util.Frequency;
import biweekly.util.ICalDate;
import dev.almanac.predictor.calendar.DemandCalendar.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;

/**
 * An iCalendar file (RFC 5545). An entry with the property {@code X-ALMANAC-UPLIFT} is an event; an
 * all-day entry without it is a holiday on each of its days. Recurrences (RRULE, RDATE, EXDATE) are
 * followed to the end of 2060.
 */
final class CalendarFile {
  static final String UPLIFT = "X-ALMANAC-UPLIFT";

  /** What biweekly drops when it cannot read it, and we cannot do without. */
  private static final Set<String> NEEDED =
      Set.of("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID");

  private static final Set<Frequency> FREQUENCIES =
      Set.of(Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY, Frequency.YEARLY);

  private static final Instant LAST = Instant.parse("2061-01-01T00:00:00Z");
  private static final int MAX_OCCURRENCES = 20_000;
  private static final int MAX_DAYS = 366;
  private static final double MAX_UPLIFT = 100;

  private final String file;
  private final ZoneId zone;
  private final Problems problems;
  private final Map<LocalDate, String> holidays = new TreeMap<>();
  private final List<Event> events = new ArrayList<>();
  private int occurrences;

  private CalendarFile(String file, ZoneId zone, Problems problems) {
    this.file = file;
    this.zone = zone;
    this.problems = problems;
  }

  /**
   * Reads a file.
   *
   * @param content UTF-8, at most 1 MiB
   * @param zone where days begin, and whose clocks times without a zone follow
   * @param problems takes what is wrong, with its line where that is known
   */
  static CalendarFile read(String file, byte[] content, ZoneId zone, Problems problems) {
    CalendarFile read = new CalendarFile(file, zone, problems);
    try (ICalReader reader = new ICalReader(new String(content, StandardCharsets.UTF_8))) {
      reader.setDefaultTimezone(TimeZone.getTimeZone(zone));
      ICalendar calendar = reader.readNext();
      if (calendar == null) {
        problems.add(file, 1, "", "is not iCalendar; it must begin with BEGIN:VCALENDAR");
      }
      for (; calendar != null; calendar = reader.readNext()) {
        for (ParseWarning warning : reader.getWarnings()) {
          String property = String.valueOf(warning.getPropertyName()).toUpperCase(Locale.ROOT);
          if (NEEDED.contains(property)) {
            int line = warning.getLineNumber() == null ? 0 : warning.getLineNumber();
            problems.add(
                file, line, property, Shown.sentence(String.valueOf(warning.getMessage())));
          }
        }
        calendar.getEvents().forEach(read::entry);
      }
    } catch (IOException e) {
      problems.add(file, 0, "", "cannot be read: " + Shown.sentence(String.valueOf(e)));
    }
    return read;
  }

  /** Holidays by date, the first of two on one day. */
  Map<LocalDate, String> holidays() {
    return holidays;
  }

  List<Event> events() {
    return events;
  }

  private void entry(VEvent entry) {
    String name = entry.getSummary() == null ? "holiday" : entry.getSummary().getValue();
    String shown = Shown.quoted(name);
    if (Status.cancelled().equals(entry.getStatus())) {
      return;
    }
    if (entry.getDateStart() == null) {
      problems.add(file, 0, "", shown + " has no DTSTART; give it one");
      return;
    }
    if (entry.getRecurrenceId() != null) {
      problems.add(
          file,
          0,
          "RECURRENCE-ID",
          shown + " changes one occurrence of another; write an EXDATE and an entry of its own");
      return;
    }
    if (entry.getRecurrenceRule() != null
        && !FREQUENCIES.contains(entry.getRecurrenceRule().getValue().getFrequency())) {
      problems.add(file, 0, "RRULE", shown + " recurs more often than daily, which is not read");
      return;
    }
    boolean allDay = !entry.getDateStart().getValue().hasTime();
    Optional<RawProperty> uplift = Optional.ofNullable(entry.getExperimentalProperty(UPLIFT));
    if (!allDay && uplift.isEmpty()) {
      problems.add(
          file,
          0,
          "",
          "%s has a time but no %s; give it one, or make it last whole days"
              .formatted(shown, UPLIFT));
      return;
    }
    double factor = uplift.map(property -> factor(property.getValue())).orElse(1.0);
    if (Double.isNaN(factor)) {
      problems.add(
          file, 0, UPLIFT, "%s needs a number above 0, up to %s".formatted(shown, MAX_UPLIFT));
      return;
    }
    if (allDay) {
      datesToUtc(entry);
    }
    ZoneId read = allDay ? ZoneOffset.UTC : zone;
    Duration length = length(entry, allDay);
    if (length.isNegative() || length.isZero() || length.toDays() > MAX_DAYS) {
      problems.add(
          file,
          0,
          "DTEND",
          "%s must last up to %d days, and end after DTSTART".formatted(shown, MAX_DAYS));
      return;
    }
    for (Iterator<Date> dates = entry.getDateIterator(TimeZone.getTimeZone(read));
        dates.hasNext(); ) {
      Instant start = dates.next().toInstant();
      if (start.isAfter(LAST)) {
        return;
      }
      if (++occurrences > MAX_OCCURRENCES) {
        problems.add(
            file,
            0,
            "",
            "holds more than %,d occurrences; give RRULE an end".formatted(MAX_OCCURRENCES));
        return;
      }
      LocalDate day = start.atZone(read).toLocalDate();
      if (uplift.isEmpty()) {
        for (long d = 0; d < length.toDays(); d++) {
          holidays.putIfAbsent(day.plusDays(d), name);
        }
      } else {
        Instant from = allDay ? day.atStartOfDay(zone).toInstant() : start;
        Instant to =
            allDay
                ? day.plusDays(length.toDays()).atStartOfDay(zone).toInstant()
                : start.plus(length);
        events.add(new Event(from, to, factor, name));
      }
    }
  }

  /**
   * biweekly reads a date as midnight in the zone of this machine, where some midnights do not
   * exist. UTC has them all.
   */
  private static void datesToUtc(VEvent entry) {
    entry.getDateStart().setValue(utc(entry.getDateStart().getValue()));
    if (entry.getDateEnd() != null) {
      entry.getDateEnd().setValue(utc(entry.getDateEnd().getValue()));
    }
    entry.getExceptionDates().forEach(dates -> dates.getValues().replaceAll(CalendarFile::utc));
    entry.getRecurrenceDates().forEach(dates -> dates.getDates().replaceAll(CalendarFile::utc));
  }

  private static ICalDate utc(ICalDate date) {
    return date.hasTime() || date.getRawComponents() == null
        ? date
        : new ICalDate(
            date.getRawComponents().toDate(TimeZone.getTimeZone("UTC")),
            date.getRawComponents(),
            false);
  }

  private static Duration length(VEvent entry, boolean allDay) {
    if (entry.getDateEnd() != null) {
      return Duration.between(
          entry.getDateStart().getValue().toInstant(), entry.getDateEnd().getValue().toInstant());
    }
    if (entry.getDuration() != null) {
      return Duration.ofMillis(entry.getDuration().getValue().toMillis());
    }
    return allDay ? Duration.ofDays(1) : Duration.ZERO;
  }

  private static double factor(String text) {
    double value = NumberText.isPlain(text) ? Double.parseDouble(text) : Double.NaN;
    return value > 0 && value <= MAX_UPLIFT ? value : Double.NaN;
  }
}
