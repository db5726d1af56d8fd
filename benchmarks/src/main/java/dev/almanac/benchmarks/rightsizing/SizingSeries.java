package dev.almanac.benchmarks.rightsizing;

import dev.almanac.collector.trace.TraceFiles;
import dev.almanac.predictor.rightsizing.RequestAdvisor;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.replay.Usage;
import dev.almanac.predictor.series.TimeSeries;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The usage of one resource, scaled so that containers of different sizes count alike.
 *
 * @param name of the series, with the file that it is from
 * @param group folder and file: where one kind of containers is
 * @param check whether it is in the half that constants were not chosen on
 */
record SizingSeries(String name, String group, boolean check, Resource resource, Usage usage) {
  private static final int STEP = 300;
  private static final int HISTORY_DAYS = 3;
  private static final double GIBIBYTE = 1L << 30;
  private static final List<String> KINDS =
      List.of("_avg_cpu", "_max_cpu", "_cpu_mhz", "_avgcpu", "_avgmem", "_cpu", "_mem");

  /**
   * The CPU and memory series of a folder: those on a 5 minute grid whose own name or whose file's
   * name says which of the two they are, and that are longer than the history that is needed.
   *
   * @param hours by how much earlier days begin than at midnight
   */
  static List<SizingSeries> read(Path folder, Resource resource, int hours) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files =
          walk.filter(file -> file.toString().matches(".*\\.csv(\\.gz)?"))
              .filter(file -> !file.getFileName().toString().equals("catalog.csv"))
              .sorted()
              .toList();
    }
    List<SizingSeries> all = new ArrayList<>();
    for (Path file : files) {
      String stem = file.getFileName().toString().replaceFirst("\\.csv(\\.gz)?$", "");
      if (resourceOf(stem, "").isEmpty() && !stem.contains("cells") && !stem.contains("clusters")) {
        continue;
      }
      String group = folder.relativize(file).resolveSibling(stem).toString();
      TraceFiles.read(file)
          .forEach((name, series) -> {
            if (resourceOf(name, stem).equals(Optional.of(resource))
                && series.stepSeconds() == STEP) {
              usage(series, hours, resource == Resource.CPU ? 1 : GIBIBYTE)
                  .map(usage -> new SizingSeries(name, group, inCheck(name), resource, usage))
                  .ifPresent(all::add);
            }
          });
    }
    return all;
  }

  private static Optional<Resource> resourceOf(String series, String file) {
    for (String name : List.of(series, file)) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.contains("mem")) {
        return Optional.of(Resource.MEMORY);
      }
      if (lower.contains("cpu")) {
        return Optional.of(Resource.CPU);
      }
    }
    return Optional.empty();
  }

  /**
   * Whole days from the midnight before the first sample. The mean of the maxima of the first and
   * the second 24 hours becomes one unit; negative values, which one source has, become 0.
   */
  private static Optional<Usage> usage(TimeSeries series, int hours, double unit) {
    long start = series.startEpochSecond() - hours * 3600L;
    int offset = (int) (Math.floorMod(start, 86_400L) / STEP);
    int perDay = RequestAdvisor.PER_DAY;
    int days = (offset + series.length() + perDay - 1) / perDay;
    double[] samples = new double[days * perDay];
    Arrays.fill(samples, Double.NaN);
    for (int i = 0; i < series.length(); i++) {
      double value = series.values()[i];
      samples[offset + i] = Double.isNaN(value) ? value : Math.max(value, 0);
    }
    double scale = (max(samples, offset, perDay) + max(samples, offset + perDay, perDay)) / 2;
    if (!(scale > 0)) {
      scale = max(samples, offset, HISTORY_DAYS * perDay);
    }
    if (!(scale > 0)) {
      scale = 1;
    }
    for (int i = 0; i < samples.length; i++) {
      samples[i] = samples[i] / scale * unit;
    }
    int first = (offset + HISTORY_DAYS * perDay + perDay - 1) / perDay;
    return first < days ? Optional.of(new Usage(samples, first)) : Optional.empty();
  }

  private static double max(double[] samples, int from, int length) {
    double max = Double.NaN;
    for (int i = from; i < Math.min(from + length, samples.length); i++) {
      if (!(samples[i] <= max) && !Double.isNaN(samples[i])) {
        max = samples[i];
      }
    }
    return max;
  }

  /** The name without its kind, which several series of one machine have in common. */
  String machine() {
    return machine(name);
  }

  private static String machine(String name) {
    for (String kind : KINDS) {
      if (name.endsWith(kind)) {
        return name.substring(0, name.length() - kind.length());
      }
    }
    return name;
  }

  /** So that one machine never sits in both halves. */
  private static boolean inCheck(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("MD5").digest(machine(name).getBytes(StandardCharsets.UTF_8));
      return new BigInteger(1, digest).testBit(0);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }
}
