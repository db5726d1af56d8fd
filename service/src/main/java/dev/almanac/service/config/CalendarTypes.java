package dev.almanac.service.config;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.format.TextStyle;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** What may stand in the fields of a DemandCalendar. */
final class CalendarTypes {
  private static final int FIRST_YEAR = 1970;
  private static final int LAST_YEAR = 2100;

  private CalendarTypes() {}

  /** A zone of the IANA database. */
  record Zone() implements FieldType<ZoneId> {
    @Override
    public String name() {
      return "time zone";
    }

    @Override
    public String bounds() {
      return "a name of the IANA database";
    }

    @Override
    public Parsed<ZoneId> read(ScalarNode scalar) {
      String text = scalar.getValue();
      if (text.equals("UTC")) {
        return new Right<>(ZoneId.of(text)); // Java knows it without zone data.
      }
      Set<String> known = known();
      if (known.isEmpty()) {
        return new Wrong<>(
            "cannot be looked up: this Java has no zone data (lib/tzdb.dat); use one that has");
      }
      if (known.contains(text)) {
        return new Right<>(ZoneId.of(text));
      }
      String fix = Suggestion.text(text, known.stream().sorted().toList());
      return new Wrong<>(
          "%s is no zone of the IANA database%s"
              .formatted(
                  Shown.quoted(text), fix.isEmpty() ? "; write it as in Europe/Berlin" : fix));
    }

    private static Set<String> known() {
      try {
        return ZoneId.getAvailableZoneIds();
      } catch (LinkageError e) { // The JDK's way to say that the file is missing or damaged.
        return Set.of();
      }
    }
  }

  /** A country or a part of one, as the list of public holidays has it. */
  record Region() implements FieldType<String> {
    @Override
    public String name() {
      return "region";
    }

    @Override
    public String bounds() {
      return "ISO 3166 country, with or without its part: `de`, `de-by`, `us-ny`";
    }

    @Override
    public Parsed<String> read(ScalarNode scalar) {
      if (!scalar.isPlain() || FieldType.notText(scalar).isEmpty()) {
        String text = scalar.getValue();
        return PublicHolidays.problemOf(text)
            .<Parsed<String>>map(Wrong::new)
            .orElseGet(() -> new Right<>(text.toLowerCase(Locale.ROOT)));
      }
      return new Wrong<>(FieldType.notText(scalar).get()); // YAML reads Norway as false.
    }
  }

  /** A date without a time. */
  record Day() implements FieldType<LocalDate> {
    @Override
    public String name() {
      return "date";
    }

    @Override
    public String bounds() {
      return "YYYY-MM-DD, %d to %d".formatted(FIRST_YEAR, LAST_YEAR);
    }

    @Override
    public Parsed<LocalDate> read(ScalarNode scalar) {
      try {
        LocalDate date = LocalDate.parse(scalar.getValue());
        if (date.getYear() >= FIRST_YEAR && date.getYear() <= LAST_YEAR) {
          return new Right<>(date);
        }
      } catch (DateTimeParseException e) {
        // Told below.
      }
      return new Wrong<>(
          "%s is not a date; write it as %s".formatted(Shown.quoted(scalar.getValue()), bounds()));
    }
  }

  /** A time of day by some clock. */
  record TimeOfDay() implements FieldType<LocalTime> {
    @Override
    public String name() {
      return "time of day";
    }

    @Override
    public String bounds() {
      return "HH:MM, 00:00 to 23:59";
    }

    @Override
    public Parsed<LocalTime> read(ScalarNode scalar) {
      String text = scalar.getValue();
      try {
        if (text.length() == 5) {
          return new Right<>(LocalTime.parse(text));
        }
      } catch (DateTimeParseException e) {
        // Told below.
      }
      return new Wrong<>(
          text.equals("24:00")
              ? "a day ends at 00:00 of the next one; write 00:00"
              : "%s is not a time of day; write it as %s".formatted(Shown.quoted(text), bounds()));
    }
  }

  /** Days of the week, as single ones and ranges: {@code Mon-Fri, Sun}. */
  record Weekdays() implements FieldType<List<DayOfWeek>> {
    @Override
    public String name() {
      return "weekdays";
    }

    @Override
    public String bounds() {
      return "Mon, Tue, Wed, Thu, Fri, Sat, Sun and ranges of them, with commas between";
    }

    @Override
    public Parsed<List<DayOfWeek>> read(ScalarNode scalar) {
      Set<DayOfWeek> days = new TreeSet<>();
      for (String part : scalar.getValue().split(",", -1)) {
        String[] ends = part.strip().split("-", -1);
        Optional<DayOfWeek> first = day(ends[0]);
        Optional<DayOfWeek> last = day(ends[ends.length - 1]);
        if (ends.length > 2 || first.isEmpty() || last.isEmpty()) {
          return new Wrong<>(
              "%s is no day of the week; write it as in Mon-Fri, Sun"
                  .formatted(Shown.quoted(part.strip())));
        }
        days.add(last.get());
        for (DayOfWeek day = first.get(); day != last.get(); day = day.plus(1)) {
          days.add(day);
        }
      }
      return new Right<>(List.copyOf(days));
    }

    private static Optional<DayOfWeek> day(String text) {
      for (DayOfWeek day : DayOfWeek.values()) {
        String name = day.getDisplayName(TextStyle.FULL, Locale.ROOT);
        if (name.equalsIgnoreCase(text.strip())
            || name.substring(0, 3).equalsIgnoreCase(text.strip())) {
          return Optional.of(day);
        }
      }
      return Optional.empty();
    }
  }

  /** An instant: with its offset, or by the clocks of the calendar's zone. */
  record Moment() implements FieldType<Temporal> {
    @Override
    public String name() {
      return "time";
    }

    @Override
    public String bounds() {
      return "`2026-11-27`, `2026-11-27T09:00` (both local), `2026-11-27T08:00:00Z`";
    }

    @Override
    public Parsed<Temporal> read(ScalarNode scalar) {
      String text = scalar.getValue();
      Optional<Temporal> moment = parse(text);
      if (moment.isPresent()) {
        return new Right<>(moment.get());
      }
      String other = text.strip().replaceFirst(" +", "T");
      return new Wrong<>(
          "%s is not a time; %s"
              .formatted(
                  Shown.quoted(text),
                  parse(other).isPresent()
                      ? "did you mean \"%s\"?".formatted(other)
                      : "write it as in 2026-11-27T09:00 or 2026-11-27T08:00:00Z, %d to %d"
                          .formatted(FIRST_YEAR, LAST_YEAR)));
    }

    private static Optional<Temporal> parse(String text) {
      Temporal moment;
      int year;
      try {
        if (text.length() <= 10) {
          LocalDate date = LocalDate.parse(text);
          moment = date;
          year = date.getYear();
        } else if (text.endsWith("Z") || text.lastIndexOf('+') > 10 || text.lastIndexOf('-') > 10) {
          OffsetDateTime time = OffsetDateTime.parse(text);
          moment = time;
          year = time.withOffsetSameInstant(ZoneOffset.UTC).getYear();
        } else {
          LocalDateTime time = LocalDateTime.parse(text);
          moment = time;
          year = time.getYear();
        }
      } catch (DateTimeParseException e) {
        return Optional.empty();
      }
      return year >= FIRST_YEAR && year <= LAST_YEAR ? Optional.of(moment) : Optional.empty();
    }
  }

  /** Names of iCalendar files beside the documents. */
  record FileNames() implements FieldType<List<String>> {
    private static final int MAX = 20;
    private static final Pattern SHAPE =
        Pattern.compile("[A-Za-z0-9_][-A-Za-z0-9_.]{0,200}\\.ics", Pattern.CASE_INSENSITIVE);

    @Override
    public String name() {
      return "list of files";
    }

    @Override
    public String bounds() {
      return "up to %d names ending in `.ics`, in the folder of this document".formatted(MAX);
    }

    @Override
    public Parsed<List<String>> parse(Node node) {
      if (!(node instanceof SequenceNode list)) {
        return new Wrong<>("a %s is expected, not a %s".formatted(name(), FieldType.kind(node)));
      }
      List<String> names = new ArrayList<>();
      for (Node entry : list.getValue()) {
        if (!(entry instanceof ScalarNode scalar) || !SHAPE.matcher(scalar.getValue()).matches()) {
          return new Wrong<>(
              "%s is not the name of an .ics file in this folder; give the bare name"
                  .formatted(
                      entry instanceof ScalarNode scalar
                          ? Shown.quoted(scalar.getValue())
                          : "a " + FieldType.kind(entry)));
        }
        names.add(scalar.getValue());
      }
      return names.size() > MAX
          ? new Wrong<>("names more than %d files; join some".formatted(MAX))
          : new Right<>(List.copyOf(names));
    }

    @Override
    public Parsed<List<String>> read(ScalarNode scalar) {
      return parse(scalar);
    }
  }

  /**
   * A list whose entries are blocks with fields of their own.
   *
   * @param entry the fields of one
   * @param max how many there may be
   */
  record Entries(Schema entry, int max) implements FieldType<List<Document>> {
    @Override
    public String name() {
      return "list";
    }

    @Override
    public String bounds() {
      return "up to %,d entries; their fields are below".formatted(max);
    }

    /** Reads every entry and tells every problem. */
    List<Document> read(String file, String path, Node node, Problems problems) {
      if (!(node instanceof SequenceNode list)) {
        problems.add(
            file,
            YamlFile.line(node),
            path,
            "a list is expected, not a %s; begin each entry with \"- \""
                .formatted(FieldType.kind(node)));
        return List.of();
      }
      if (list.getValue().size() > max) {
        problems.add(
            file, YamlFile.line(node), path, "has more than %,d entries; split it".formatted(max));
        return List.of();
      }
      List<Document> entries = new ArrayList<>();
      int i = 0;
      for (Node element : list.getValue()) {
        String at = "%s[%d]".formatted(path, i++);
        Document.entry(file, at, element, entry, problems).ifPresent(entries::add);
      }
      return List.copyOf(entries);
    }

    @Override
    public Parsed<List<Document>> parse(Node node) {
      Problems problems = new Problems();
      List<Document> entries = read("", "", node, problems);
      return problems.size() == 0
          ? new Right<>(entries)
          : new Wrong<>(problems.sorted().getFirst().message());
    }

    @Override
    public Parsed<List<Document>> read(ScalarNode scalar) {
      return parse(scalar);
    }
  }
}
