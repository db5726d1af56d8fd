package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.series.TimeSeries;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What peers outside this process are asked, and their answers. One task is one history and the
 * longest horizon asked of it; the shorter horizons are the first steps of the same answer.
 *
 * <p>Tasks stand in an order in which every beginning is a fair sample: the first series of each
 * dataset, the second of each, and so on, so that a peer that runs out of time has seen them all.
 */
final class PeerTasks {
  private static final int OF_A_SPREAD = 0x9E3779B1;

  /** One thing to ask. */
  private sealed interface Task {
    String dataset();

    TimeSeries history();

    int steps();

    /** Windows of one origin, by their numbers. */
    record Origin(List<Integer> numbers, List<Window> windows) implements Task {
      @Override
      public String dataset() {
        return windows.getFirst().series().dataset();
      }

      @Override
      public TimeSeries history() {
        return windows.getFirst().history();
      }

      @Override
      public int steps() {
        return windows.stream().mapToInt(Window::steps).max().orElseThrow();
      }
    }

    /** One series of an official split. */
    record Split(String dataset, OfficialSplit.Pair pair) implements Task {
      @Override
      public TimeSeries history() {
        return pair.train();
      }

      @Override
      public int steps() {
        return pair.test().length();
      }
    }
  }

  private final List<Task> tasks;

  private PeerTasks(List<Task> tasks) {
    this.tasks = tasks;
  }

  static PeerTasks of(List<Window> windows, List<OfficialSplit> splits) {
    Map<String, List<Task>> byDataset = new TreeMap<>();
    for (List<Integer> numbers : RollingRun.sharedOrigins(windows)) {
      Task task = new Task.Origin(numbers, numbers.stream().map(windows::get).toList());
      byDataset.computeIfAbsent(task.dataset(), _ -> new ArrayList<>()).add(task);
    }
    for (OfficialSplit split : splits) {
      for (OfficialSplit.Pair pair : split.pairs()) {
        byDataset
            .computeIfAbsent(split.dataset(), _ -> new ArrayList<>())
            .add(new Task.Split(split.dataset(), pair));
      }
    }
    // Within a dataset by a multiplicative hash of the place: neighbours are far apart.
    byDataset.replaceAll((_, list) -> spread(list));
    List<Task> tasks = new ArrayList<>();
    int longest = byDataset.values().stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < longest; i++) {
      for (List<Task> list : byDataset.values()) {
        if (i < list.size()) {
          tasks.add(list.get(i));
        }
      }
    }
    return new PeerTasks(List.copyOf(tasks));
  }

  private static List<Task> spread(List<Task> list) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      places.add(i);
    }
    places.sort(Comparator.comparingInt(i -> i * OF_A_SPREAD));
    return places.stream().map(list::get).toList();
  }

  int size() {
    return tasks.size();
  }

  /** One line a task: id, dataset, step, steps a day, steps to forecast, values with NA. */
  void write(Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int id = 0; id < tasks.size(); id++) {
        Task task = tasks.get(id);
        TimeSeries history = task.history();
        out.write(
            "%d %s %d %d %d"
                .formatted(
                    id,
                    task.dataset().replaceAll("\\s", "_"),
                    history.stepSeconds(),
                    WorkloadSeries.DAY / history.stepSeconds(),
                    task.steps()));
        for (double v : history.values()) {
          out.write(Double.isNaN(v) ? " NA" : " " + (float) v);
        }
        out.write('\n');
      }
    }
  }

  /**
   * The answers of a folder.
   *
   * @param windows scores by peer and number of the window
   * @param splits scores by dataset and peer
   * @param status what became of each peer, in words
   * @param cpuMillis processor time of each answer
   */
  record Answers(
      Map<String, TreeMap<Integer, WindowScore>> windows,
      Map<String, Map<String, SplitScores>> splits,
      Map<String, String> status,
      Map<String, List<Double>> cpuMillis) {}

  static Answers noAnswers() {
    return new Answers(
        new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
  }

  /** Reads and scores {@code NAME.txt} of every peer that left one. */
  Answers read(Path folder) throws IOException {
    Answers answers = noAnswers();
    if (!Files.isDirectory(folder)) {
      return answers;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".txt")).sorted().toList()) {
        String name = file.getFileName().toString().replace(".txt", "");
        read(name, file, answers);
      }
    }
    return answers;
  }

  private void read(String name, Path file, Answers answers) throws IOException {
    int answered = 0;
    int failed = 0;
    TreeMap<Integer, String> lines = new TreeMap<>();
    try (BufferedReader in = Files.newBufferedReader(file)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        // By task, so that the order in which a peer answered changes no sum.
        lines.put(Integer.parseInt(line.substring(0, Math.max(0, line.indexOf(' ')))), line);
      }
    }
    for (Map.Entry<Integer, String> line : lines.entrySet()) {
      String[] cells = line.getValue().split(" ", -1);
      Task task = tasks.get(line.getKey());
      if (cells.length != 3 + Levels.count() * task.steps()) {
        failed++;
        continue;
      }
      answered++;
      double[][] quantiles = new double[Levels.count()][task.steps()];
      for (int i = 0; i < quantiles.length; i++) {
        for (int h = 0; h < task.steps(); h++) {
          quantiles[i][h] = Double.parseDouble(cells[3 + i * task.steps() + h]);
        }
      }
      double millis = 1000 * Double.parseDouble(cells[1]);
      answers
          .cpuMillis()
          .computeIfAbsent(name, _ -> new ArrayList<>())
          .add(1000 * Double.parseDouble(cells[2]));
      score(name, task, quantiles, millis, answers);
    }
    answers
        .status()
        .put(name, "%d of %d tasks answered, %d failed".formatted(answered, tasks.size(), failed));
  }

  private static void score(
      String name, Task task, double[][] quantiles, double millis, Answers answers) {
    switch (task) {
      case Task.Origin origin -> {
        double scale =
            Metrics.scale(
                task.history().values(), origin.windows().getFirst().series().stepsPerDay());
        for (int i = 0; i < origin.windows().size(); i++) {
          double[] actuals = origin.windows().get(i).actuals();
          answers
              .windows()
              .computeIfAbsent(name, _ -> new TreeMap<>())
              .put(
                  origin.numbers().get(i),
                  WindowScore.of(actuals, quantiles, scale, millis, Double.NaN));
        }
      }
      case Task.Split split ->
          answers
              .splits()
              .computeIfAbsent(split.dataset(), _ -> new LinkedHashMap<>())
              .computeIfAbsent(name, _ -> new SplitScores())
              .add(SplitScores.score(split.pair(), quantiles, millis, Double.NaN));
    }
  }
}
