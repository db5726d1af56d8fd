package dev.almanac.benchmarks.accuracy;

import dev.almanac.collector.trace.TraceFiles;
import dev.almanac.predictor.series.TimeSeries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A folder of workload series: one sub-folder a dataset, in it {@code .csv} or {@code .csv.gz}
 * files. A dataset that has both {@code train.csv} and {@code test.csv} comes with an official
 * split and is scored by it; any other is scored at rolling origins. Whatever folders are there are
 * read, in the order of their names; nothing is said about those that are not.
 *
 * @param series of the datasets without a split
 * @param splits one a dataset that has one
 */
record WorkloadCollection(List<WorkloadSeries> series, List<OfficialSplit> splits) {

  /**
   * Reads a folder.
   *
   * @param cap at most so many series of a dataset: every k-th of them by file, then by place in
   *     the file, from the first to the last; which ones depends on their number alone
   */
  static WorkloadCollection read(Path folder, int cap, Consumer<String> progress)
      throws IOException {
    List<WorkloadSeries> series = new ArrayList<>();
    List<OfficialSplit> splits = new ArrayList<>();
    for (Path dataset : sorted(folder, Files::isDirectory)) {
      Optional<Path> train = file(dataset, "train");
      Optional<Path> test = file(dataset, "test");
      String name = dataset.getFileName().toString();
      if (train.isPresent() && test.isPresent()) {
        progress.accept("reading " + name);
        splits.add(
            OfficialSplit.of(name, TraceFiles.read(train.get()), TraceFiles.read(test.get())));
        continue;
      }
      List<WorkloadSeries> all = new ArrayList<>();
      for (Path file : sorted(dataset, WorkloadCollection::isCsv)) {
        progress.accept("reading " + name + "/" + file.getFileName());
        for (Map.Entry<String, TimeSeries> entry : TraceFiles.read(file).entrySet()) {
          String fileName = file.getFileName().toString();
          all.add(new WorkloadSeries(name, fileName, entry.getKey(), entry.getValue()));
        }
      }
      series.addAll(spread(all, cap));
    }
    if (series.isEmpty() && splits.isEmpty()) {
      throw new IOException(
          folder
              + " has no dataset: it must hold folders with .csv or .csv.gz files"
              + " (series,timestamp,value)");
    }
    return new WorkloadCollection(List.copyOf(series), List.copyOf(splits));
  }

  /** At most so many series of each dataset; a dataset with a split gives its training parts. */
  List<WorkloadSeries> atMost(int cap) {
    SequencedMap<String, List<WorkloadSeries>> byDataset = new LinkedHashMap<>();
    for (WorkloadSeries s : series) {
      byDataset.computeIfAbsent(s.dataset(), _ -> new ArrayList<>()).add(s);
    }
    for (OfficialSplit split : splits) {
      byDataset.put(
          split.dataset(),
          split.pairs().stream()
              .map(p -> new WorkloadSeries(split.dataset(), "train", p.name(), p.train()))
              .toList());
    }
    return byDataset.values().stream().flatMap(all -> spread(all, cap).stream()).toList();
  }

  static <T> List<T> spread(List<T> all, int cap) {
    if (all.size() <= cap) {
      return all;
    }
    List<T> chosen = new ArrayList<>();
    for (int i = 0; i < cap; i++) {
      chosen.add(all.get((int) ((long) i * (all.size() - 1) / Math.max(1, cap - 1))));
    }
    return chosen;
  }

  private static Optional<Path> file(Path folder, String stem) {
    return Stream.of(stem + ".csv", stem + ".csv.gz")
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private static boolean isCsv(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file) && (name.endsWith(".csv") || name.endsWith(".csv.gz"));
  }

  private static List<Path> sorted(Path folder, Predicate<Path> which) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(which)
          .filter(p -> !p.getFileName().toString().startsWith("."))
          .sorted((a, b) -> a.getFileName().toString().compareTo(b.getFileName().toString()))
          .toList();
    }
  }
}
