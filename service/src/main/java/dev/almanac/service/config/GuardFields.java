package dev.almanac.service.config;

import dev.almanac.predictor.scaling.FloorSchedule;
import dev.almanac.predictor.scaling.Guards;
import dev.almanac.predictor.scaling.Guards.Direction;
import dev.almanac.predictor.scaling.Guards.Veto;
import dev.almanac.service.config.CalendarTypes.Entries;
import dev.almanac.service.config.CalendarTypes.TimeOfDay;
import dev.almanac.service.config.CalendarTypes.Weekdays;
import dev.almanac.service.config.CalendarTypes.Zone;
import dev.almanac.service.config.FieldType.Choice;
import dev.almanac.service.config.FieldType.FiniteNumber;
import dev.almanac.service.config.FieldType.Line;
import dev.almanac.service.config.FieldType.Query;
import dev.almanac.service.config.FieldType.WholeNumber;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/** The fields that say what no decision may do, and the floors by calendar. */
final class GuardFields {
  private GuardFields() {}

  static final Field<Direction> DIRECTION =
      Field.of(
              "spec.direction",
              new Choice<>(directions(), List.of()),
              "UpOnly",
              "In which direction the size may move; the bounds hold in both.")
          .byDefault("Both")
          .alsoCalled("lock", "directionLock");

  static final Field<String> COVERAGE_QUERY =
      Field.of(
              "spec.coverage.reportingPods",
              new Query(),
              "count(up{namespace=\"$namespace\",deployment=\"$name\"} == 1)",
              "How many pods the demand comes from.")
          .requiredInBlock()
          .alsoCalled("podQuery");

  static final Field<Double> COVERAGE_LEAST =
      Field.of(
              "spec.coverage.leastPercent",
              new FiniteNumber(1, 100),
              "95",
              "Below this share of the Ready pods nothing falls.")
          .byDefault("90");

  private static final Field<String> VETO_NAME =
      Field.of("name", new Line(60), "errors", "For people.").required("");

  private static final Field<String> VETO_QUERY =
      Field.of(
              "query",
              new Query(),
              "sum(rate(http_requests_total{namespace=\"$namespace\",code=~\"5..\"}[1m])) or vector(0)",
              "A signal of trouble: one series, never negative. No answer is a veto, too.")
          .required("");

  private static final Field<Double> VETO_ABOVE =
      Field.of("above", new FiniteNumber(0, 1e12), "0.5", "Nothing falls while it is above this.")
          .required("");

  static final Schema VETO_ENTRY = Schema.ofEntry(List.of(VETO_NAME, VETO_QUERY, VETO_ABOVE));

  static final Field<List<Document>> VETOES =
      Field.of(
              "spec.vetoes",
              new Entries(VETO_ENTRY, 10),
              "[{name: errors, query: \"sum(rate(errors_total[1m])) or vector(0)\", above: 0.5}]",
              "Signals of trouble that forbid a fall.")
          .alsoCalled("veto", "scaleDownVetoes");

  private static final Field<String> FLOOR_NAME =
      Field.of("name", new Line(60), "office hours", "For people.").required("");

  private static final Field<List<DayOfWeek>> FLOOR_DAYS =
      Field.of("days", new Weekdays(), "Mon-Fri", "Days on which a range begins.")
          .byDefault("Mon-Sun")
          .alsoCalled("weekdays");

  private static final Field<LocalTime> FLOOR_FROM =
      Field.of("from", new TimeOfDay(), "08:00", "When it begins, by the clocks of the zone.")
          .required("")
          .alsoCalled("start", "begin");

  private static final Field<LocalTime> FLOOR_TO =
      Field.of(
              "to",
              new TimeOfDay(),
              "18:30",
              "When it ends; at or before `from` it is a time of the next day.")
          .required("")
          .alsoCalled("end", "until");

  private static final Field<ZoneId> FLOOR_ZONE =
      Field.of("timeZone", new Zone(), "Europe/Berlin", "Whose clocks.")
          .byDefault("UTC")
          .alsoCalled("timezone", "zone", "tz");

  private static final Field<Integer> FLOOR_REPLICAS =
      Field.of(
              "minReplicas",
              new WholeNumber(1, 150_000),
              "12",
              "Never fewer in the range; at most `spec.maxReplicas`.")
          .required("")
          .alsoCalled("replicas", "floor", "desiredReplicas");

  static final Schema FLOOR_ENTRY =
      Schema.ofEntry(
          List.of(FLOOR_NAME, FLOOR_DAYS, FLOOR_FROM, FLOOR_TO, FLOOR_ZONE, FLOOR_REPLICAS));

  static final Field<List<Document>> FLOORS =
      Field.of(
              "spec.floors",
              new Entries(FLOOR_ENTRY, 100),
              "[{name: office hours, days: Mon-Fri, from: 08:00, to: 18:30, timeZone: Europe/Berlin,"
                  + " minReplicas: 12}]",
              "Never fewer replicas at certain times; where several hold, the largest counts.")
          .alsoCalled("schedules", "schedule", "cron");

  /** Tells what no field can tell by itself. */
  static void check(Document doc, int maxReplicas) {
    for (Document floor : doc.given(FLOORS).orElse(List.of())) {
      floor
          .given(FLOOR_REPLICAS)
          .filter(replicas -> replicas > maxReplicas)
          .ifPresent(replicas ->
              floor.problem(
                  FLOOR_REPLICAS.path(),
                  "%d is above spec.maxReplicas, which is %d; lower one or raise the other"
                      .formatted(replicas, maxReplicas)));
    }
  }

  /** The guards of a sound document. */
  static Guards guards(Document doc) {
    return new Guards(
        doc.get(DIRECTION),
        doc.given(COVERAGE_QUERY).isPresent()
            ? OptionalDouble.of(doc.get(COVERAGE_LEAST) / 100)
            : OptionalDouble.empty(),
        doc.given(VETOES).orElse(List.of()).stream()
            .map(veto -> new Veto(veto.get(VETO_NAME), veto.get(VETO_ABOVE)))
            .toList());
  }

  /** The queries of the guards, in their order. */
  static Workload.SignalQueries queries(Document doc) {
    return new Workload.SignalQueries(
        doc.given(COVERAGE_QUERY).orElse(""),
        doc.given(VETOES).orElse(List.of()).stream().map(veto -> veto.get(VETO_QUERY)).toList());
  }

  /** The floors of a sound document. */
  static List<FloorSchedule> floors(Document doc) {
    return doc.given(FLOORS).orElse(List.of()).stream()
        .map(floor ->
            new FloorSchedule(
                floor.get(FLOOR_NAME),
                floor.get(FLOOR_DAYS),
                floor.get(FLOOR_FROM),
                floor.get(FLOOR_TO),
                floor.get(FLOOR_ZONE),
                floor.get(FLOOR_REPLICAS)))
        .toList();
  }

  private static SequencedMap<String, Direction> directions() {
    SequencedMap<String, Direction> words = new LinkedHashMap<>();
    words.put("Both", Direction.BOTH);
    words.put("UpOnly", Direction.UP_ONLY);
    words.put("DownOnly", Direction.DOWN_ONLY);
    return words;
  }
}
