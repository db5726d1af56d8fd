package dev.almanac.service.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.CalendarForecaster;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.scaling.FloorSchedule;
import dev.almanac.predictor.scaling.PlannedHour;
import dev.almanac.predictor.scaling.PlannedHour.Binding;
import dev.almanac.predictor.scaling.PlannedSize;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.config.Workload;
import dev.almanac.service.report.TerminalText;
import java.io.PrintStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What floors and a calendar will do, before they are applied. */
@Command(
    name = "plan",
    description = {
      "Shows hour by hour what floors and calendar would do.",
      "Of a PredictiveAutoscaler, before it is applied: which floor holds, what events",
      "multiply demand by, what the forecast needs, and which of them decides. Then the",
      "cheapest timetable of sizes that serves it. Without a history: floors, bounds",
      "and events alone."
    },
    footer = {
      "",
      "A preview: replicas are bought against the minutes ahead, and a floor is",
      "ordered one lead time before it begins.",
      "",
      "Examples:",
      "  almanac forecast plan --config DIR --workload shop/tickets --horizon 7d",
      "  almanac forecast plan --config DIR --csv demand.csv --level 0.99"
    },
    mixinStandardHelpOptions = true)
public final class ForecastPlan implements Callable<Integer> {
  private static final long MOST_HOURS = 366 * 24;
  private static final int MOST_STEPS = 100_000;

  /** Longer plans are printed day by day unless asked otherwise. */
  private static final Duration HOURLY = Duration.ofHours(48);

  private static final int NAME = 18;
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("EEE MM-dd HH:mm", Locale.ROOT);

  private enum By {
    HOUR,
    DAY
  }

  @Mixin private ConfigOption config = new ConfigOption();

  @Option(
      names = "--workload",
      paramLabel = "NAME",
      description = "Which PredictiveAutoscaler, as in shop/web, of several.")
  private String name = "";

  @ArgGroup private SeriesChoice history = new SeriesChoice();

  @Option(
      names = "--level",
      paramLabel = "P",
      description = "Quantile of demand that is to be served (default: 0.95).")
  private double level = 0.95;

  @Option(
      names = "--horizon",
      paramLabel = "TIME",
      description = "How far ahead, such as 24h or 14d (default: 24h).")
  private Duration horizon = Duration.ofHours(24);

  @Option(
      names = "--keep",
      paramLabel = "TIME",
      description = "The timetable keeps what is needed again so soon (default: 1h).")
  private Duration keep = Duration.ofHours(1);

  @Option(
      names = "--from",
      paramLabel = "INSTANT",
      description = "Where to begin (default: the end of the history, or now).")
  private List<Instant> from = List.of();

  @Option(
      names = "--time-zone",
      paramLabel = "ZONE",
      description = "Whose clocks to show (default: the calendar's, or a floor's).")
  private String timeZone = "";

  @Option(
      names = "--by",
      paramLabel = "SPAN",
      description =
          "hour or day; a day is its hour of most replicas (default: hour up to 48h, then"
              + " day).")
  private List<By> by = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json, which always has the hours (default: table).")
  private Output output = Output.TABLE;

  private final Streams streams = new Streams();

  /** What a floor does over a plan, in hours. */
  private record Part(FloorSchedule floor, long holds, long largest, long decides) {
    static Part of(FloorSchedule floor, List<PlannedHour> plan) {
      return new Part(
          floor,
          plan.stream().filter(hour -> hour.floors().contains(floor)).count(),
          plan.stream().filter(hour -> hour.floor().equals(Optional.of(floor))).count(),
          plan.stream().filter(hour -> decides(floor, hour)).count());
    }

    private static boolean decides(FloorSchedule floor, PlannedHour hour) {
      return hour.binding() == Binding.FLOOR && hour.floor().equals(Optional.of(floor));
    }
  }

  @Override
  public Integer call() {
    if (keep.isNegative() || keep.compareTo(Duration.ofDays(7)) > 0) {
      throw new BadInput("--keep must lie between 0 and 7d, was " + Durations.show(keep));
    }
    if (!(level > 0 && level < 1)) {
      throw new BadInput("--level must lie between 0 and 1, was " + level);
    }
    long hours = Math.ceilDiv(horizon.toSeconds(), Duration.ofHours(1).toSeconds());
    if (hours < 1 || hours > MOST_HOURS) {
      throw new BadInput(
          "--horizon %s is %,d hours: choose 1 to %,d"
              .formatted(Durations.show(horizon), hours, MOST_HOURS));
    }
    Workload workload = workload();
    ZoneId zone = zone(workload);
    Optional<TimeSeries> series =
        history.isGiven() ? Optional.of(history.read()) : Optional.empty();
    Instant now = InstantSource.system().instant();
    Instant first =
        from.stream()
            .findFirst()
            .or(() -> series.map(ForecastPlan::end))
            .orElse(now)
            .atZone(zone)
            .truncatedTo(ChronoUnit.HOURS)
            .toInstant();
    Instant last = first.plus(Duration.ofHours(hours));
    Optional<Forecast> forecast = series.map(s -> forecast(s, workload.calendar(), last));
    List<PlannedHour> plan =
        PlannedHour.of(workload.policy(), workload.calendar(), forecast, first, (int) hours);
    List<PlannedSize> timetable =
        forecast
            .map(f -> PlannedSize.of(workload.policy(), f, first, last, keep))
            .orElse(List.of());
    switch (output) {
      case JSON -> streams.out().println(json(workload, zone, forecast, plan, timetable));
      case TABLE -> print(streams.out(), workload, zone, forecast, plan, timetable);
    }
    return 0;
  }

  private Workload workload() {
    List<Workload> all = ConfigOption.read(config.path()).workloads();
    List<Workload> found =
        all.stream()
            .filter(w -> name.isEmpty() || w.id().equals(name) || w.name().equals(name))
            .toList();
    if (found.size() != 1) {
      throw new BadInput(
          "%s holds %d PredictiveAutoscalers%s; name one with --workload: %s"
              .formatted(
                  config.path(),
                  found.size(),
                  name.isEmpty() ? "" : " called " + name,
                  all.stream().map(Workload::id).limit(10).collect(Collectors.joining(", "))));
    }
    return found.getFirst();
  }

  private ZoneId zone(Workload workload) {
    if (timeZone.isEmpty()) {
      ZoneId ofCalendar = workload.calendar().zone();
      return !ofCalendar.equals(ZoneOffset.UTC)
          ? ofCalendar
          : workload.policy().floors().stream()
              .findFirst()
              .map(FloorSchedule::zone)
              .orElse(ZoneOffset.UTC);
    }
    try {
      return ZoneId.of(timeZone);
    } catch (DateTimeException e) {
      throw new BadInput("--time-zone: " + e.getMessage());
    }
  }

  private static Instant end(TimeSeries series) {
    return Instant.ofEpochSecond(series.endEpochSecond());
  }

  private Forecast forecast(TimeSeries series, DemandCalendar calendar, Instant last) {
    int newest = series.lastPresent();
    if (newest < 0) {
      throw new BadInput("the history has no sample: nothing to start a forecast from");
    }
    Instant origin = Instant.ofEpochSecond(series.epochSecondAt(newest));
    long steps =
        Math.ceilDiv(Duration.between(origin, last).toSeconds(), (long) series.stepSeconds());
    if (steps < 1 || steps > MOST_STEPS) {
      throw new BadInput(
          "the plan ends %,d steps of %d s after the last sample, %s: choose 1 to %,d"
              .formatted(steps, series.stepSeconds(), origin, MOST_STEPS));
    }
    return new CalendarForecaster(new PooledRidgeForecaster())
        .fit(series, calendar)
        .forecast(series, (int) steps, new double[] {level});
  }

  // ---------------------------------------------------------------- table

  private void print(
      PrintStream out,
      Workload workload,
      ZoneId zone,
      Optional<Forecast> forecast,
      List<PlannedHour> plan,
      List<PlannedSize> timetable) {
    ScalingPolicy policy = workload.policy();
    StringBuilder head = new StringBuilder();
    String capacity =
        policy.capacity().isPresent()
            ? " of %s %s each".formatted(figure(policy.perReplica()), workload.unit())
            : "; what one serves is still to be learned, so that needs are not known";
    TerminalText.wrap(
        head,
        "%s: %,d to %,d replicas%s; times of %s"
            .formatted(workload.id(), policy.minReplicas(), policy.maxReplicas(), capacity, zone),
        "",
        "  ");
    TerminalText.wrap(
        head,
        forecast
            .map(f -> "demand by %s, known up to %s".formatted(f.model().name(), f.origin()))
            .orElse("no history given: floors, bounds and events alone"),
        "",
        "  ");
    out.println(head);
    out.printf(
        "%-15s %6s %12s %7s %7s %9s  %s%n",
        "from",
        "uplift",
        "demand p" + figure(100 * level),
        "needs",
        "floor",
        "replicas",
        "decides");
    boolean daily = by.isEmpty() ? horizon.compareTo(HOURLY) > 0 : by.contains(By.DAY);
    for (PlannedHour hour : daily ? busiest(plan, zone) : plan) {
      out.printf(
          Locale.ROOT,
          "%-15s %6s %12s %7s %7s %9s  %s%n",
          HOUR.format(hour.from().atZone(zone)),
          hour.uplift() == 1 ? "-" : "x" + figure(hour.uplift()),
          hour.demand().isPresent() ? figure(hour.demand().getAsDouble()) : "-",
          hour.needed().isPresent() ? figure(hour.needed().getAsInt()) : "-",
          hour.floor().map(f -> figure(f.replicas())).orElse("-"),
          figure(hour.replicas()),
          TerminalText.cut(decides(hour), NAME));
    }
    if (!policy.floors().isEmpty()) {
      out.println();
    }
    for (FloorSchedule floor : policy.floors()) {
      Part part = Part.of(floor, plan);
      StringBuilder line = new StringBuilder();
      TerminalText.wrap(line, words(part, plan.size()), "", "  ");
      out.print(line);
    }
    if (!timetable.isEmpty() && !daily) {
      print(out, policy, zone, timetable);
    }
  }

  private void print(
      PrintStream out, ScalingPolicy policy, ZoneId zone, List<PlannedSize> timetable) {
    StringBuilder head = new StringBuilder("\n");
    TerminalText.wrap(
        head,
        "by the clock: the cheapest sizes that serve this, asked for %s ahead; what is needed again"
                .formatted(Durations.show(policy.leadTime().assumed()))
            + " within %s stays; %s replica-hours"
                .formatted(Durations.show(keep), figure(PlannedSize.replicaHours(timetable))),
        "",
        "  ");
    out.print(head);
    for (PlannedSize line : timetable) {
      out.printf(
          Locale.ROOT,
          "%-15s %6s%n",
          HOUR.format(line.from().atZone(zone)),
          figure(line.replicas()));
    }
  }

  /** Of each local day the hour of most replicas, the first of equal ones. */
  private static List<PlannedHour> busiest(List<PlannedHour> plan, ZoneId zone) {
    Map<LocalDate, PlannedHour> days = new LinkedHashMap<>();
    for (PlannedHour hour : plan) {
      days.merge(
          LocalDate.ofInstant(hour.from(), zone),
          hour,
          (a, b) -> b.replicas() > a.replicas() ? b : a);
    }
    return List.copyOf(days.values());
  }

  private static String decides(PlannedHour hour) {
    return switch (hour.binding()) {
      case DEMAND -> "demand";
      case FLOOR -> hour.floor().orElseThrow().name();
      case MIN_REPLICAS -> "minReplicas";
      case MAX_REPLICAS -> "maxReplicas";
    };
  }

  private static String words(Part part, int hours) {
    String name = "floor %s, %s: ".formatted(part.floor().name(), figure(part.floor().replicas()));
    if (part.holds() == 0) {
      return name + "does not occur in these %,d hours".formatted(hours);
    }
    String holds = "holds in %,d of %,d hours, ".formatted(part.holds(), hours);
    return part.largest() == 0
        ? name + holds + "and never counts: another one is as large in all of them"
        : name
            + holds
            + "is the largest in %,d, decides in %,d".formatted(part.largest(), part.decides());
  }

  private static String figure(double value) {
    double size = Math.abs(value);
    String format =
        size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 1 ? "%.1f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }

  // ---------------------------------------------------------------- JSON

  private String json(
      Workload workload,
      ZoneId zone,
      Optional<Forecast> forecast,
      List<PlannedHour> plan,
      List<PlannedSize> timetable) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("workload", workload.id());
    root.put("time_zone", zone.getId());
    root.put("level", level);
    root.put("model", forecast.map(f -> f.model().name()).orElse(null));
    root.put("origin", forecast.map(f -> f.origin().toString()).orElse(null));
    ArrayNode hours = root.putArray("hours");
    for (PlannedHour hour : plan) {
      ObjectNode row = hours.addObject();
      row.put("from", hour.from().toString());
      row.put("to", hour.to().toString());
      row.put("uplift", hour.uplift());
      row.put("demand", hour.demand().isPresent() ? hour.demand().getAsDouble() : null);
      row.put("needed", hour.needed().isPresent() ? hour.needed().getAsInt() : null);
      ArrayNode floors = row.putArray("floors");
      hour.floors()
          .forEach(f -> floors.addObject().put("name", f.name()).put("replicas", f.replicas()));
      row.put("replicas", hour.replicas());
      row.put("decides", hour.binding().name().toLowerCase(Locale.ROOT));
    }
    ArrayNode lines = root.putArray("timetable");
    for (PlannedSize line : timetable) {
      lines
          .addObject()
          .put("from", line.from().toString())
          .put("to", line.to().toString())
          .put("replicas", line.replicas());
    }
    ArrayNode floors = root.putArray("floors");
    for (FloorSchedule floor : workload.policy().floors()) {
      Part part = Part.of(floor, plan);
      floors
          .addObject()
          .put("name", floor.name())
          .put("replicas", floor.replicas())
          .put("hours", part.holds())
          .put("hours_largest", part.largest())
          .put("hours_decides", part.decides());
    }
    return root.toString();
  }
}
