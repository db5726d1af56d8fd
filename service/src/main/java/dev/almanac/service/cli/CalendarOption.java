package dev.almanac.service.cli;

import dev.almanac.predictor.calendar.DemandCalendar;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** A calendar beside a series. */
final class CalendarOption {
  @Option(
      names = "--calendar",
      paramLabel = "FILE",
      description = "A DemandCalendar document: holidays, events, exclusions.")
  private Path file = Path.of("");

  DemandCalendar read() {
    if (file.toString().isEmpty()) {
      return DemandCalendar.empty();
    }
    Map<String, DemandCalendar> calendars = ConfigOption.read(file).calendars();
    if (calendars.size() != 1) {
      throw new BadInput(
          "--calendar: %s holds %d DemandCalendars: give a file with one"
              .formatted(file, calendars.size()));
    }
    return calendars.values().iterator().next();
  }
}
