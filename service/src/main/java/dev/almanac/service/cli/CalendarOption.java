package dev.almanac.service.cli;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.service.config.Configuration;
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
    return switch (Configuration.load(file)) {
      case Configuration.Rejected rejected -> throw new BadInput(rejected.report().strip());
      case Configuration.Loaded(Configuration configuration) -> {
        Map<String, DemandCalendar> calendars = configuration.calendars();
        if (calendars.size() != 1) {
          throw new BadInput(
              "--calendar: %s holds %d DemandCalendars: give a file with one"
                  .formatted(file, calendars.size()));
        }
        yield calendars.values().iterator().next();
      }
    };
  }
}
