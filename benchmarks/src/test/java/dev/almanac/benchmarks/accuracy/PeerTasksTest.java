package dev.almanac.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.series.TimeSeries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerTasksTest {
  private static final int DAY = 24;

  private final List<Window> windows = new ArrayList<>();
  private final OfficialSplit split;

  PeerTasksTest() {
    for (String dataset : List.of("a", "b")) {
      double[] y = new double[20 * DAY];
      for (int t = 0; t < y.length; t++) {
        y[t] = t % 7 == 3 ? Double.NaN : t;
      }
      WorkloadSeries s = new WorkloadSeries(dataset, "f.csv", "x", new TimeSeries(0, 3600, y));
      windows.addAll(Windows.of(s));
    }
    TimeSeries train = new TimeSeries(0, 3600, WindowsTest.noise(100));
    TimeSeries test = new TimeSeries(360_000, 3600, new double[] {1, 2});
    split = new OfficialSplit("c", List.of(new OfficialSplit.Pair("H1", train, test)));
  }

  @Test
  void everyBeginningIsAFairSample(@TempDir Path folder) throws Exception {
    PeerTasks tasks = PeerTasks.of(windows, List.of(split));
    Path file = folder.resolve("tasks.txt");
    tasks.write(file);
    List<String> lines = Files.readAllLines(file);
    // Two datasets of six origins, each asked for a day, and one series of a split.
    assertThat(lines).hasSize(13);
    assertThat(lines.stream().limit(5).map(l -> l.split(" ")[1]))
        .containsExactly("a", "b", "c", "a", "b");
    String[] first = lines.getFirst().split(" ");
    assertThat(first).startsWith("0", "a", "3600", "24", "24", "0.0", "1.0", "2.0", "NA");
    // The second origin: its windows are numbers 2 and 3.
    Window window = windows.get(2);
    assertThat(first.length - 5).isEqualTo(window.history().length());
  }

  @Test
  void answersAreScoredOnTheWindowsOfTheirTask(@TempDir Path folder) throws Exception {
    PeerTasks tasks = PeerTasks.of(windows, List.of(split));
    StringBuilder text = new StringBuilder("0 0.5 0.25");
    for (int i = 0; i < Levels.count(); i++) {
      for (double y : windows.get(3).actuals()) {
        text.append(' ').append(Double.isNaN(y) ? -5 : y);
      }
    }
    text.append("\n1 nan nan failed for a reason\n2 0.1 0.1");
    text.append(" 3".repeat(2 * Levels.count())).append('\n');
    Files.writeString(folder.resolve("peer.txt"), text);
    PeerTasks.Answers answers = tasks.read(folder);
    assertThat(answers.status()).containsEntry("peer", "2 of 13 tasks answered, 1 failed");
    TreeMap<Integer, WindowScore> scores = answers.windows().get("peer");
    // Task 0 is the second origin: its 1 h and 24 h windows, answered with the truth.
    assertThat(scores.keySet()).containsExactly(2, 3);
    assertThat(scores.values()).allMatch(s -> s.mase() == 0 && s.fitMillis() == 500);
    assertThat(answers.splits().get("c").get("peer").figures()).containsEntry("series", 1);
  }

  @Test
  void noFolderIsNoAnswers(@TempDir Path folder) throws Exception {
    PeerTasks tasks = PeerTasks.of(windows, List.of());
    assertThat(tasks.read(folder.resolve("nowhere")).windows()).isEmpty();
  }
}
