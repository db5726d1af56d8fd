package dev.almanac.benchmarks;

import dev.almanac.collector.trace.TraceFiles;
import dev.almanac.predictor.accuracy.Scorecard;
import dev.almanac.predictor.accuracy.SeasonalScale;
import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.CalendarForecaster;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.Forecaster;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Forecasts with and without a calendar, on series that have holidays, an incident and changes of
 * the clocks: does it help there, and does it do no harm on other days?
 */
final class CalendarBenchmark implements Benchmark {
  private static final int SECONDS_A_DAY = 86_400;
  private static final int HISTORY_DAYS = 28;

  /** Not a divisor of a day, so that origins fall on all hours. */
  private static final int HOURS_BETWEEN_ORIGINS = 11;

  /** A file of the data and the calendar that goes with it. */
  private enum Collection {
    TAXI("nab/nyc_taxi.csv", "UTC", "us-ny", "2015-01-26T12:00, to: 2015-01-28T00:00"),
    PEDESTRIAN("pedestrian/counts_1h.csv.gz", "Australia/Melbourne", "au-vic", "");

    private final String file;
    private final String yaml;

    Collection(String file, String zone, String region, String incident) {
      this.file = file;
      yaml =
          """
          apiVersion: almanac.dev/v1alpha1
          kind: DemandCalendar
          metadata: {name: days}
          spec:
            timeZone: %s
            holidays: {region: %s}
          """
                  .formatted(zone, region)
              + (incident.isEmpty()
                  ? ""
                  : "  exclusions: [{from: %s, reason: incident}]\n".formatted(incident));
    }
  }

  @Override
  public String about() {
    return "Errors 24 h ahead with a calendar over those without, by the kind of day forecast.";
  }

  @Override
  public Table run(Optional<Path> data) throws IOException {
    Path folder = data.orElseThrow(() -> new IllegalArgumentException("calendar needs --data DIR"));
    Table table =
        new Table(
            "series",
            "day",
            "targets",
            "SQL without",
            "SQL with",
            "SQL ratio",
            "P95 ratio",
            "p95 covered without",
            "p95 covered with");
    for (Collection collection : Collection.values()) {
      Path file = folder.resolve(collection.file);
      if (Files.exists(file)) {
        DemandCalendar calendar = calendar(collection.yaml);
        for (Map.Entry<String, TimeSeries> series : TraceFiles.read(file).entrySet()) {
          compare(series.getKey(), series.getValue(), calendar, table);
        }
      }
    }
    return table;
  }

  private static DemandCalendar calendar(String yaml) throws IOException {
    Path file = Files.createTempFile("calendar", ".yaml");
    try {
      Files.writeString(file, yaml);
      return switch (Configuration.load(file)) {
        case Configuration.Loaded(Configuration loaded) ->
            loaded.calendars().values().iterator().next();
        case Configuration.Rejected rejected -> throw new IllegalStateException(rejected.report());
      };
    } finally {
      Files.delete(file);
    }
  }

  private static void compare(
      String name, TimeSeries series, DemandCalendar calendar, Table table) {
    Forecaster forecaster = new CalendarForecaster(new PooledRidgeForecaster());
    int step = series.stepSeconds();
    int day = SECONDS_A_DAY / step;
    Map<String, Scorecard[]> cards = new TreeMap<>();
    double[] all = series.values();
    int every = HOURS_BETWEEN_ORIGINS * 3_600 / step;
    for (int origin = HISTORY_DAYS * day; origin + day < all.length; origin += every) {
      int first = origin + 1 - HISTORY_DAYS * day;
      TimeSeries history =
          new TimeSeries(
              series.epochSecondAt(first), step, Arrays.copyOfRange(all, first, origin + 1));
      double scale = SeasonalScale.of(history.values(), history.length(), day);
      if (Double.isNaN(all[origin]) || !(scale > 0)) {
        continue;
      }
      Forecast[] forecasts = new Forecast[2];
      List<DemandCalendar> arms = List.of(DemandCalendar.empty(), calendar);
      for (int arm = 0; arm < 2; arm++) {
        forecasts[arm] =
            forecaster.fit(history, arms.get(arm)).forecast(history, day, Scorecard.levels());
      }
      for (int h = 0; h < day; h++) {
        double actual = all[origin + 1 + h];
        for (String kind : kinds(series.epochSecondAt(origin + 1 + h), calendar)) {
          Scorecard[] pair =
              cards.computeIfAbsent(kind, _ -> new Scorecard[] {new Scorecard(), new Scorecard()});
          for (int arm = 0; arm < 2; arm++) {
            pair[arm].add(actual, forecasts[arm].quantiles(), h, scale);
          }
        }
      }
    }
    cards.forEach((kind, pair) -> {
      Scorecard without = pair[0];
      Scorecard with = pair[1];
      table.row(
          name,
          kind,
          without.targets(),
          without.scaledQuantileLoss(),
          with.scaledQuantileLoss(),
          with.scaledQuantileLoss() / without.scaledQuantileLoss(),
          with.scaledPinball(0.95) / without.scaledPinball(0.95),
          without.coverage(0.95),
          with.coverage(0.95));
    });
  }

  /** What is special about an instant, and {@code all}. */
  private static List<String> kinds(long at, DemandCalendar calendar) {
    Map<String, Boolean> is = new LinkedHashMap<>();
    boolean excluded = !calendar.counts(at);
    boolean holiday = calendar.dayType(at) > 7;
    is.put("incident", excluded);
    is.put("holiday", holiday && !excluded);
    boolean afterIncident = false;
    boolean afterHoliday = false;
    for (int d = 1; d <= 7; d++) {
      long before = at - (long) d * SECONDS_A_DAY;
      afterIncident |= !calendar.counts(before);
      afterHoliday |= calendar.dayType(before) > 7;
    }
    boolean ordinary = !excluded && !holiday;
    var rules = calendar.zone().getRules();
    boolean clocks =
        !rules
            .getOffset(Instant.ofEpochSecond(at))
            .equals(rules.getOffset(Instant.ofEpochSecond(at - 14L * SECONDS_A_DAY)));
    is.put("week after an incident", ordinary && afterIncident);
    is.put("week after a holiday", ordinary && afterHoliday);
    is.put("two weeks after the clocks", ordinary && clocks);
    is.put("any other", ordinary && !afterIncident && !afterHoliday && !clocks);
    is.put("all", true);
    List<String> kinds = new ArrayList<>();
    is.forEach((kind, yes) -> {
      if (yes) {
        kinds.add(kind);
      }
    });
    return kinds;
  }
}
