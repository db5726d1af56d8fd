package dev.almanac.benchmarks.accuracy;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Chooses the rolling origins of a series. Deterministic: no random numbers. */
final class Windows {
  /*
   * Origins stand in the last 40 % of the grid: 6 of them, or 3 when the series is shorter than 15 days,
   * evenly spaced from the first to the last place from which the horizon fits. 15 minutes, 1 hour and
   * 24 hours share their origins (those of the longest one that fits), so that a contender is fitted once
   * for the three; 7 days have their own, on hourly averages. An origin whose sample is absent, or
   * after which the next hour (or the next step) has no sample, moves to the nearest later place where
   * both are there, and, when there is none, to the nearest earlier one. Origins that meet are one.
   */
  private static final double FIRST = 0.6;
  private static final int MANY = 6;
  private static final int FEW = 3;
  private static final double FEW_BELOW_DAYS = 15;
  private static final double WEEK_FROM_DAYS = 35;

  private Windows() {}

  /** The windows of a series, by origin, then by horizon. */
  static List<Window> of(WorkloadSeries raw) {
    WorkloadSeries series = raw.forScoring();
    List<Window> windows = new ArrayList<>();
    for (Horizon longest : List.of(Horizon.DAY, Horizon.HOUR, Horizon.QUARTER)) {
      List<Integer> origins = origins(series, longest);
      if (!origins.isEmpty()) {
        for (int origin : origins) {
          for (Horizon h : List.of(Horizon.QUARTER, Horizon.HOUR, Horizon.DAY)) {
            add(windows, series, origin, h.seconds() <= longest.seconds() ? h.seconds() : 0, h);
          }
        }
        break;
      }
    }
    if (series.days() >= WEEK_FROM_DAYS) {
      WorkloadSeries hourly = series.hourly();
      for (int origin : origins(hourly, Horizon.WEEK)) {
        add(windows, hourly, origin, Horizon.WEEK.seconds(), Horizon.WEEK);
      }
    }
    return windows;
  }

  private static void add(
      List<Window> windows, WorkloadSeries series, int origin, int seconds, Horizon horizon) {
    if (seconds >= series.step()) {
      Window window = new Window(series, origin, horizon);
      if (Metrics.present(window.actuals()) > 0) {
        windows.add(window);
      }
    }
  }

  private static List<Integer> origins(WorkloadSeries series, Horizon horizon) {
    int steps = horizon.steps(series.step());
    int n = series.samples().length();
    int first = (int) Math.ceil(FIRST * n);
    int last = n - 1 - steps;
    if (steps == 0 || last < first) {
      return List.of();
    }
    int count = series.days() < FEW_BELOW_DAYS ? FEW : MANY;
    TreeSet<Integer> origins = new TreeSet<>();
    for (int i = 0; i < count; i++) {
      int wanted = first + (int) ((long) i * (last - first) / (count - 1));
      int found = usable(series, wanted, first, last);
      if (found >= 0) {
        origins.add(found);
      }
    }
    return List.copyOf(origins);
  }

  private static int usable(WorkloadSeries series, int wanted, int first, int last) {
    for (int t = wanted; t <= last; t++) {
      if (usable(series, t)) {
        return t;
      }
    }
    for (int t = wanted - 1; t >= first; t--) {
      if (usable(series, t)) {
        return t;
      }
    }
    return -1;
  }

  private static boolean usable(WorkloadSeries series, int origin) {
    double[] values = series.samples().values();
    if (Double.isNaN(values[origin])) {
      return false;
    }
    int end = Math.min(values.length, origin + 1 + Math.max(1, Horizon.HOUR.steps(series.step())));
    for (int t = origin + 1; t < end; t++) {
      if (!Double.isNaN(values[t])) {
        return true;
      }
    }
    return false;
  }

  /**
   * Writes what any other tool needs to be scored on the same windows: the history of a window is
   * what the file has up to and including {@code origin}, averaged to {@code step_s}, at most 28
   * days; its actuals are the present samples from {@code first_target} to {@code last_target}.
   */
  static void write(List<Window> windows, Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write(
          "window,dataset,file,series,step_s,origin,horizon,steps,first_target,last_target,actuals,"
              + "min,max\n");
      for (int i = 0; i < windows.size(); i++) {
        Window w = windows.get(i);
        double[] actuals = w.actuals();
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (double y : actuals) {
          if (!Double.isNaN(y)) {
            min = Math.min(min, y);
            max = Math.max(max, y);
          }
        }
        out.write(
            "%d,%s,%s,%s,%d,%d,%s,%d,%d,%d,%d,%s,%s\n"
                .formatted(
                    i,
                    quoted(w.series().dataset()),
                    quoted(w.series().file()),
                    quoted(w.series().name()),
                    w.series().step(),
                    w.originEpochSecond(),
                    w.horizon().name(),
                    w.steps(),
                    w.originEpochSecond() + w.series().step(),
                    w.originEpochSecond() + (long) w.steps() * w.series().step(),
                    Metrics.present(actuals),
                    number(min),
                    number(max)));
      }
    }
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.9g", value);
  }

  /** A cell as RFC 4180 wants it. */
  static String quoted(String cell) {
    return cell.matches("[^\",\r\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }
}
