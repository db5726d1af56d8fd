package dev.almanac.service.config;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.calendar.DemandCalendar.Event;
import dev.almanac.predictor.calendar.DemandCalendar.Exclusion;
import dev.almanac.predictor.calendar.DemandCalendar.Holiday;
import dev.almanac.service.config.Schema.Calendar;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Turns a DemandCalendar document, and the files that it names, into a calendar. */
final class CalendarReader {
  private final Document doc;
  private final Problems problems;
  private final ZoneId zone;
  private final Map<LocalDate, Holiday> holidays = new TreeMap<>();
  private final List<Event> events = new ArrayList<>();

  private CalendarReader(Document doc, Problems problems) {
    this.doc = doc;
    this.problems = problems;
    this.zone = doc.value(Calendar.TIME_ZONE).orElse(ZoneId.of("UTC"));
  }

  /**
   * Reads a document whose fields have been read.
   *
   * @param files what stands beside the document
   * @param problems takes what is wrong
   * @return nothing when something is wrong, with this or any other document
   */
  static Optional<DemandCalendar> read(Document doc, ConfigurationFiles files, Problems problems) {
    CalendarReader reader = new CalendarReader(doc, problems);
    // Who names a day knows better than a file, and a file better than a list for a whole country.
    reader.readDates();
    doc.given(Calendar.FILES).ifPresent(names -> names.forEach(name -> reader.file(name, files)));
    reader.readRegion();
    reader.readEvents();
    List<Exclusion> exclusions = reader.exclusions();
    return doc.isSound()
        ? Optional.of(
            new DemandCalendar(
                reader.zone, List.copyOf(reader.holidays.values()), reader.events, exclusions))
        : Optional.empty();
  }

  private void readDates() {
    for (Document entry : doc.given(Calendar.DATES).orElse(List.of())) {
      Optional<LocalDate> date = entry.given(Calendar.DATE);
      Optional<String> name = entry.given(Calendar.HOLIDAY_NAME);
      if (date.isPresent() && name.isPresent()) {
        DayOfWeek like = entry.given(Calendar.DATE_LIKE).orElseGet(this::like);
        Holiday holiday = new Holiday(date.get(), name.get(), like);
        if (holidays.putIfAbsent(date.get(), holiday) != null) {
          entry.problem(Calendar.DATE.path(), date.get() + " is given twice; keep one");
        }
      }
    }
  }

  private void file(String name, ConfigurationFiles files) {
    Optional<byte[]> content = files.calendar(name);
    if (content.isEmpty()) {
      doc.problem(
          Calendar.FILES.path(),
          "%s is not in the folder of this document, or is larger than 1 MiB%s"
              .formatted(Shown.bare(name), Suggestion.text(name, files.calendars().keySet())));
      return;
    }
    CalendarFile read = CalendarFile.read(Shown.bare(name), content.get(), zone, problems);
    read.holidays().forEach(this::addHoliday);
    events.addAll(read.events());
  }

  private void readRegion() {
    doc.given(Calendar.REGION)
        .ifPresent(region -> PublicHolidays.of(region).forEach(this::addHoliday));
  }

  private void addHoliday(LocalDate date, String name) {
    holidays.putIfAbsent(date, new Holiday(date, name, like()));
  }

  private DayOfWeek like() {
    return doc.value(Calendar.LIKE).orElse(DayOfWeek.SUNDAY);
  }

  private void readEvents() {
    for (Document entry : doc.given(Calendar.EVENTS).orElse(List.of())) {
      Optional<Instant[]> span = span(entry);
      Optional<Double> uplift = entry.given(Calendar.UPLIFT);
      Optional<String> name = entry.given(Calendar.EVENT_NAME);
      if (span.isPresent() && uplift.isPresent() && name.isPresent()) {
        events.add(new Event(span.get()[0], span.get()[1], uplift.get(), name.get()));
      }
    }
  }

  private List<Exclusion> exclusions() {
    List<Exclusion> exclusions = new ArrayList<>();
    for (Document entry : doc.given(Calendar.EXCLUSIONS).orElse(List.of())) {
      Optional<Instant[]> span = span(entry);
      Optional<String> reason = entry.given(Calendar.REASON);
      if (span.isPresent() && reason.isPresent()) {
        exclusions.add(new Exclusion(span.get()[0], span.get()[1], reason.get()));
      }
    }
    return exclusions;
  }

  /** From and to, when both are given and in their order. */
  private Optional<Instant[]> span(Document entry) {
    Optional<Instant> from = entry.given(Calendar.FROM).map(this::instant);
    Optional<Instant> to = entry.given(Calendar.TO).map(this::instant);
    if (from.isEmpty() || to.isEmpty()) {
      return Optional.empty();
    }
    if (!from.get().isBefore(to.get())) {
      entry.problem(Calendar.TO.path(), "is not after `from`; are they swapped?");
      return Optional.empty();
    }
    return Optional.of(new Instant[] {from.get(), to.get()});
  }

  /** A local time that the clocks skip counts as the one after the gap; of a double, the first. */
  private Instant instant(Temporal moment) {
    return switch (moment) {
      case OffsetDateTime time -> time.toInstant();
      case LocalDateTime time -> time.atZone(zone).toInstant();
      case LocalDate date -> date.atStartOfDay(zone).toInstant();
      default -> throw new IllegalStateException("no time of ours: " + moment);
    };
  }
}
