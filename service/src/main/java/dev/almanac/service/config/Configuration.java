package dev.almanac.service.config;

import dev.almanac.collector.prometheus.PrometheusOptions;
import dev.almanac.predictor.calendar.DemandCalendar;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What Almanac has been told to do, checked as a whole.
 *
 * @param workloads in the order of their files and documents; no two share a name or a target
 * @param sources by name, in the order of names; every workload's source is among them
 * @param calendars by namespace and name, as in {@code shop/days}
 * @param policies in the order of their files; no two are for the same workload
 */
public record Configuration(
    List<Workload> workloads,
    Map<String, PrometheusOptions> sources,
    Map<String, DemandCalendar> calendars,
    List<ResourcePolicy> policies) {

  /** Copies, so that the value stays what it is. */
  public Configuration {
    workloads = List.copyOf(workloads);
    sources = Collections.unmodifiableMap(new TreeMap<>(sources));
    calendars = Collections.unmodifiableMap(new TreeMap<>(calendars));
    policies = List.copyOf(policies);
  }

  /** A configuration, or everything that is wrong with it. */
  public sealed interface Result {}

  /** Nothing is wrong. */
  public record Loaded(Configuration configuration) implements Result {}

  /**
   * Something is wrong.
   *
   * @param problems all of them, in the order of files and lines; at least one, and no more than a
   *     person would read
   */
  public record Rejected(List<Problem> problems) implements Result {
    /** Copies. */
    public Rejected {
      problems = List.copyOf(problems);
    }

    /** All problems as a text for people, wrapped at 80 columns. */
    public String report() {
      return Problem.report(problems);
    }
  }

  /**
   * Reads a file, or all {@code *.yaml} and {@code *.yml} files of a folder.
   *
   * <p>Bounds: 1 MiB a file, 10 MiB and 10,000 files a folder, 10,000 documents. Nothing is thrown
   * for whatever the files hold, nor for files that are not there.
   */
  public static Result load(Path place) {
    return ConfigurationReader.read(ConfigurationFiles.read(place));
  }
}
