package dev.almanac.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.calendar.DemandCalendar.Event;
import dev.almanac.predictor.calendar.DemandCalendar.Exclusion;
import dev.almanac.predictor.calendar.DemandCalendar.Holiday;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a DemandCalendar document and the files that it names to a calendar. */
class CalendarTest {
  private static final String HEAD =
      """
      apiVersion: almanac.dev/v1alpha1
      kind: DemandCalendar
      metadata: {name: days, namespace: shop}
      """;

  @TempDir private Path folder;

  @Test
  void everyFieldReachesItsValue() {
    DemandCalendar calendar =
        calendar(
            """
            spec:
              timeZone: Europe/Berlin
              holidays:
                like: Saturday
                dates:
                  - {date: 2026-12-24, name: Christmas Eve}
                  - {date: 2026-12-31, name: Silvester, like: Friday}
              events:
                - {name: sale, from: 2026-03-29T02:30, to: 2026-10-25T02:30, uplift: 1.8}
              exclusions:
                - {from: 2026-10-02, to: "2026-10-02T14:00:00+01:00", reason: incident}
            """);
    assertThat(calendar)
        .isEqualTo(
            new DemandCalendar(
                ZoneId.of("Europe/Berlin"),
                List.of(
                    new Holiday(LocalDate.of(2026, 12, 24), "Christmas Eve", DayOfWeek.SATURDAY),
                    new Holiday(LocalDate.of(2026, 12, 31), "Silvester", DayOfWeek.FRIDAY)),
                List.of(
                    new Event(
                        Instant.parse("2026-03-29T01:30:00Z"), // 2:30 is skipped: 3:30 in summer
                        Instant.parse("2026-10-25T00:30:00Z"), // the first 2:30, still in summer
                        1.8,
                        "sale")),
                List.of(
                    new Exclusion(
                        Instant.parse("2026-10-01T22:00:00Z"),
                        Instant.parse("2026-10-02T13:00:00Z"),
                        "incident"))));
  }

  @Test
  void theAutoscalersOfItsNamespaceGoByIt() {
    String autoscaler =
        """
        ---
        apiVersion: almanac.dev/v1alpha1
        kind: PredictiveAutoscaler
        metadata: {name: web, namespace: %s}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          maxReplicas: 4
          demand: {source: cluster-prometheus, query: up, perReplica: 1, calendar: %s}
        """;
    String calendar = HEAD + "spec: {timeZone: Asia/Tokyo}\n";
    Configuration configuration =
        Documents.configuration(calendar + autoscaler.formatted("shop", "days") + Documents.SOURCE);
    assertThat(configuration.workloads().getFirst().calendar().zone())
        .isEqualTo(ZoneId.of("Asia/Tokyo"));
    assertThat(configuration.calendars()).containsOnlyKeys("shop/days");
    assertThat(
            Documents.problems(calendar + autoscaler.formatted("shop", "dayz") + Documents.SOURCE))
        .containsExactly(
            "web.yaml:12: spec.demand.calendar: no DemandCalendar in namespace shop is named"
                + " \"dayz\"; did you mean \"days\"?");
    assertThat(
            Documents.problems(calendar + autoscaler.formatted("other", "days") + Documents.SOURCE))
        .singleElement()
        .asString()
        .contains("no DemandCalendar in namespace other");
  }

  @Test
  void aRegionBringsItsPublicHolidays() {
    DemandCalendar calendar =
        calendar(
            """
            spec:
              timeZone: America/New_York
              holidays:
                region: US-ny
                dates: [{date: 2014-11-27, name: Turkey}]
            """);
    // Thanksgiving is the fourth Thursday of November.
    assertThat(nameOn(calendar, "2015-11-26")).isEqualTo("Thanksgiving Day");
    assertThat(nameOn(calendar, "2014-12-25")).isEqualTo("Christmas");
    assertThat(nameOn(calendar, "2014-11-27")).as("own dates first").isEqualTo("Turkey");
    assertThat(nameOn(calendar, "2014-11-28")).isEqualTo("FRIDAY");
  }

  @Test
  void anICalendarFileBringsHolidaysAndEvents() throws IOException {
    ics(
        "BEGIN:VEVENT",
        "UID:1",
        "SUMMARY:Christmas",
        "DTSTART;VALUE=DATE:20201225",
        "DTEND;VALUE=DATE:20201227",
        "RRULE:FREQ=YEARLY",
        "EXDATE;VALUE=DATE:20221225",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:2",
        "SUMMARY:Called off",
        "STATUS:CANCELLED",
        "DTSTART;VALUE=DATE:20210601",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:3",
        "SUMMARY:Sale",
        "DTSTART;TZID=Europe/London:20260701T090000",
        "DURATION:PT3H",
        "X-ALMANAC-UPLIFT:1.5",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:4",
        "SUMMARY:Fair",
        "DTSTART;VALUE=DATE:20260328",
        "DTEND;VALUE=DATE:20260330",
        "X-ALMANAC-UPLIFT:2",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:5",
        "SUMMARY:Local time",
        "DTSTART:20260801T090000",
        "DTEND:20260801T100000",
        "X-ALMANAC-UPLIFT:3",
        "END:VEVENT");
    DemandCalendar calendar = calendar(withFile());
    for (String day : List.of("2020-12-25", "2020-12-26", "2021-12-25", "2060-12-26")) {
      assertThat(nameOn(calendar, day)).as(day).isEqualTo("Christmas");
    }
    for (String day : List.of("2020-12-24", "2020-12-27", "2022-12-25", "2021-06-01")) {
      assertThat(nameOn(calendar, day)).as(day).isNotEqualTo("Christmas").isUpperCase();
    }
    assertThat(calendar.events())
        .containsExactly(
            new Event( // a day of 24 and one of 23 hours in Berlin
                Instant.parse("2026-03-27T23:00:00Z"),
                Instant.parse("2026-03-29T22:00:00Z"),
                2,
                "Fair"),
            new Event(
                Instant.parse("2026-07-01T08:00:00Z"),
                Instant.parse("2026-07-01T11:00:00Z"),
                1.5,
                "Sale"),
            new Event(
                Instant.parse("2026-08-01T07:00:00Z"),
                Instant.parse("2026-08-01T08:00:00Z"),
                3,
                "Local time"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Asia/Beirut", "America/Sao_Paulo", "Pacific/Kiritimati"})
  void theZoneOfTheMachineDoesNotMatter(String zone) throws IOException {
    // Beirut and Sao Paulo change their clocks at midnight.
    ics(
        "BEGIN:VEVENT",
        "UID:1",
        "SUMMARY:Every day",
        "DTSTART;VALUE=DATE:20170101",
        "RRULE:FREQ=DAILY;UNTIL=20171231",
        "END:VEVENT");
    TimeZone before = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone(zone));
      assertThat(calendar(withFile()).holidays()).hasSize(365);
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void whatIsWrongInAFileIsToldWithItsLine() throws IOException {
    ics(
        "BEGIN:VEVENT",
        "UID:1",
        "SUMMARY:a",
        "DTSTART:2026xx01",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:2",
        "SUMMARY:b",
        "DTSTART:20260801T090000",
        "DTEND:20260801T100000",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:3",
        "SUMMARY:c",
        "DTSTART;VALUE=DATE:20260801",
        "X-ALMANAC-UPLIFT:-1",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:4",
        "SUMMARY:d",
        "DTSTART:20260801T000000",
        "RRULE:FREQ=SECONDLY",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:5",
        "SUMMARY:e",
        "DTSTART;VALUE=DATE:20260802",
        "DTEND;VALUE=DATE:20260801",
        "END:VEVENT");
    assertThat(problems(withFile()))
        .hasSize(6)
        .anyMatch(p -> p.startsWith("days.ics:7: DTSTART: "))
        .anyMatch(p -> p.contains("\"a\" has no DTSTART"))
        .anyMatch(p -> p.contains("\"b\" has a time but no X-ALMANAC-UPLIFT"))
        .anyMatch(p -> p.contains("\"c\" needs a number above 0"))
        .anyMatch(p -> p.contains("\"d\" recurs more often than daily"))
        .anyMatch(p -> p.contains("\"e\" must last up to 366 days, and end after DTSTART"));
  }

  @Test
  void hostileFilesEnd() throws IOException {
    Files.writeString(folder.resolve("days.ics"), "<html>");
    assertThat(problems(withFile())).singleElement().asString().contains("is not iCalendar");
    Files.writeString(folder.resolve("days.ics"), "");
    assertThat(problems(withFile())).singleElement().asString().contains("is not iCalendar");
    Files.writeString(folder.resolve("days.ics"), "x".repeat((1 << 20) + 1));
    assertThat(problems(withFile())).singleElement().asString().contains("larger than 1 MiB");
    ics(
        "BEGIN:VEVENT",
        "UID:1",
        "SUMMARY:never",
        "DTSTART;VALUE=DATE:20260201",
        "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:2",
        "SUMMARY:always",
        "DTSTART;VALUE=DATE:19000101",
        "RRULE:FREQ=DAILY",
        "END:VEVENT");
    assertThat(problems(withFile())).singleElement().asString().contains("20,000 occurrences");
    Files.delete(folder.resolve("days.ics"));
    assertThat(problems(withFile())).singleElement().asString().contains("is not in the folder");
    Files.writeString(folder.resolve("day.ics"), "BEGIN:VCALENDAR\nEND:VCALENDAR\n");
    assertThat(problems(withFile())).singleElement().asString().contains("did you mean");
    assertThat(problems("spec: {holidays: {files: [../../etc/passwd]}}"))
        .singleElement()
        .asString()
        .contains("not the name of an .ics file in this folder");
  }

  @Test
  void allProblemsOfADocumentAreToldAtOnce() {
    assertThat(
            problems(
                """
                spec:
                  timeZone: Europe/Berln
                  holidays:
                    region: de-xy
                    like: sunday
                    dates:
                      - {date: 2026-02-30, name: x}
                      - {date: 2026-03-01, nam: x}
                      - just text
                      - {date: 2026-03-02, name: y}
                      - {date: 2026-03-02, name: z}
                  events:
                    - {name: a, from: 2026-03-01 09:00, to: 2026-03-02, uplift: 120%}
                    - {name: b, from: 2026-03-02, to: 2026-03-01, uplift: 2}
                  exclusions: {from: 2026-03-01, to: 2026-03-02}
                  exclusion: []
                """))
        .containsExactly(
            "calendar.yaml:5: spec.timeZone: \"Europe/Berln\" is no zone of the IANA database;"
                + " did you mean \"Europe/Berlin\"?",
            "calendar.yaml:7: spec.holidays.region: de has no part \"xy\" with a list of its own;"
                + " known: bb be bw by hb he hh mv ni nw rp sh sl sn st th",
            "calendar.yaml:8: spec.holidays.like: \"sunday\" is unknown; did you mean \"Sunday\"?",
            "calendar.yaml:10: spec.holidays.dates[0].date: \"2026-02-30\" is not a date; write it"
                + " as YYYY-MM-DD, 1970 to 2100",
            "calendar.yaml:11: spec.holidays.dates[1].nam: unknown field; did you mean \"name\"?",
            "calendar.yaml:12: spec.holidays.dates[2]: a block of fields is expected, not a single"
                + " value; known here: date, name, like",
            "calendar.yaml:14: spec.holidays.dates[4].date: 2026-03-02 is given twice; keep one",
            "calendar.yaml:16: spec.events[0].from: \"2026-03-01 09:00\" is not a time; did you"
                + " mean \"2026-03-01T09:00\"?",
            "calendar.yaml:16: spec.events[0].uplift: \"120%\" is not a plain, finite number",
            "calendar.yaml:17: spec.events[1].to: is not after `from`; are they swapped?",
            "calendar.yaml:18: spec.exclusions: a list is expected, not a block of fields; begin"
                + " each entry with \"- \"",
            "calendar.yaml:19: spec.exclusion: unknown field; did you mean \"exclusions\"?");
  }

  @Test
  void norwayIsACountry() {
    assertThat(problems("spec: {holidays: {region: no}}"))
        .singleElement()
        .asString()
        .contains("put it in quotes");
    assertThat(nameOn(calendar("spec: {holidays: {region: \"no\"}}"), "2026-05-17"))
        .isEqualTo("Constitution Day");
    assertThat(problems("spec: {holidays: {region: atlantis}}"))
        .singleElement()
        .asString()
        .contains("is no country with a list of holidays; known: ad ae");
  }

  @Test
  void aChangedFileIsAChangedConfiguration() throws IOException {
    ics("BEGIN:VEVENT", "UID:1", "SUMMARY:a", "DTSTART;VALUE=DATE:20260801", "END:VEVENT");
    Files.writeString(folder.resolve("calendar.yaml"), HEAD + withFile());
    ConfigurationFolder watched = new ConfigurationFolder(folder);
    assertThat(watched.reloadIfChanged()).isInstanceOf(ConfigurationFolder.Reload.Changed.class);
    assertThat(watched.reloadIfChanged()).isInstanceOf(ConfigurationFolder.Reload.Unchanged.class);
    ics("BEGIN:VEVENT", "UID:1", "SUMMARY:b", "DTSTART;VALUE=DATE:20260801", "END:VEVENT");
    assertThat(watched.reloadIfChanged()).isInstanceOf(ConfigurationFolder.Reload.Changed.class);
  }

  @Test
  void aJavaWithoutZoneDataDoesNotStart() throws Exception {
    Files.writeString(folder.resolve("calendar.yaml"), HEAD + "spec: {timeZone: Europe/Berlin}\n");
    Process serve =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.time.zone.DefaultZoneRulesProvider=" + NoZones.class.getName(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.almanac.service.Main",
                "serve",
                "--config",
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(serve.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(serve.waitFor()).as(said).isEqualTo(2);
    assertThat(said).contains("spec.timeZone").contains("no zone data");
  }

  private static String withFile() {
    return "spec: {timeZone: Europe/Berlin, holidays: {files: [days.ics]}}\n";
  }

  private void ics(String... lines) throws IOException {
    Files.writeString(
        folder.resolve("days.ics"),
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n"
            + String.join("\r\n", lines)
            + "\r\nEND:VCALENDAR\r\n");
  }

  private static String nameOn(DemandCalendar calendar, String day) {
    long noon = LocalDate.parse(day).atTime(12, 0).atZone(calendar.zone()).toEpochSecond();
    return calendar.dayTypeName(calendar.dayType(noon));
  }

  private DemandCalendar calendar(String spec) {
    Configuration.Result result = load(spec);
    assertThat(result)
        .as(result instanceof Configuration.Rejected r ? r.report() : "")
        .isInstanceOf(Configuration.Loaded.class);
    return ((Configuration.Loaded) result).configuration().calendars().get("shop/days");
  }

  private List<String> problems(String spec) {
    return load(spec) instanceof Configuration.Rejected rejected
        ? rejected.problems().stream().map(Problem::toString).toList()
        : List.of();
  }

  /** A document in a file of its own, with what has been put beside it. */
  private Configuration.Result load(String spec) {
    try {
      return Configuration.load(
          Files.writeString(folder.resolve("calendar.yaml"), HEAD + spec + "\n"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
