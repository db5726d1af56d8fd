package dev.almanac.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.series.TimeSeries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitRunTest {
  private static final int HOUR = 3600;

  @Test
  void oneSeriesScoredByHand() {
    // Two-step season of 12 h; train repeats 10, 30 with one step up: scale = mean(0, .., 2, 2).
    TimeSeries train = new TimeSeries(0, 43_200, new double[] {10, 30, 10, 30, 12, 32});
    TimeSeries test = new TimeSeries(6 * 43_200, 43_200, new double[] {12, 40});
    double[][] q = new double[Levels.count()][];
    Arrays.fill(q, new double[] {12, 32});
    SplitScores scores = new SplitScores();
    scores.add(SplitScores.score(new OfficialSplit.Pair("x", train, test), q, 1, 1));
    Map<String, Object> f = scores.figures();
    // Scale (0 + 0 + 2 + 2) / 4 = 1; errors 0 and 8: MASE 4; sMAPE (0 + 200 x 8 / 72) / 2.
    assertThat(f).containsEntry("mase", 4.0).containsEntry("smape", 11.111);
    // No width; 40 x 8 / 2 = 160.
    assertThat(f).containsEntry("msis", 160.0);
    // Per decile 8 tau: mean over tau = 4; 2 x 4 / 52.
    assertThat(f).containsEntry("wql", 0.15385);
    // (11.111 / 18.383 + 4 / 2.395) / 2
    assertThat((double) f.get("owa")).isCloseTo(1.13728, within(1e-4));
    assertThat(f).containsEntry("series", 1);
  }

  @Test
  void onlySeriesWithTestRowsAreScored(@TempDir Path folder) throws Exception {
    Path set = Files.createDirectory(folder.resolve("hourly"));
    StringBuilder train = new StringBuilder("series,timestamp,value\n");
    for (String name : List.of("A", "B")) {
      for (int t = 0; t < 100; t++) {
        train
            .append(name)
            .append(',')
            .append(t * HOUR)
            .append(',')
            .append(10 + t % 24)
            .append('\n');
      }
    }
    Files.writeString(set.resolve("train.csv"), train);
    Files.writeString(
        set.resolve("test.csv"),
        "series,timestamp,value\nB,%d,14\nB,%d,15\n".formatted(100 * HOUR, 101 * HOUR));
    WorkloadCollection collection = WorkloadCollection.read(folder, 20, _ -> {});
    assertThat(collection.series()).isEmpty();
    assertThat(collection.splits().getFirst().pairs().stream().map(p -> p.name()))
        .containsExactly("B");
  }

  @Test
  void aPeerOnASampleStandsBesideUsOnItsSeries() {
    TimeSeries train = new TimeSeries(0, 43_200, new double[] {10, 30, 10, 30, 12, 32});
    TimeSeries test = new TimeSeries(6 * 43_200, 43_200, new double[] {12, 40});
    double[][] q = new double[Levels.count()][];
    Arrays.fill(q, new double[] {12, 32});
    SplitScores ours = new SplitScores();
    SplitScores peers = new SplitScores();
    for (String name : List.of("x", "y", "z")) {
      ours.add(SplitScores.score(new OfficialSplit.Pair(name, train, test), q, 1, 1));
    }
    peers.add(SplitScores.score(new OfficialSplit.Pair("y", train, test), q, 1, 1));
    Report report = new Report("almanac");
    report.split("hourly", Map.of("almanac", ours, "peer", peers));
    Map<?, ?> peer = (Map<?, ?>) ((Map<?, ?>) report.json().get("peers")).get("peer");
    assertThat(((Map<?, ?>) report.json().get("hourly")).get("series")).isEqualTo(3);
    assertThat(((Map<?, ?>) peer.get("almanac_on_the_same_hourly")).get("series")).isEqualTo(1);
  }

  @Test
  void partsThatDoNotMeetAreRefused() {
    TimeSeries train = new TimeSeries(0, HOUR, new double[] {1, 2});
    TimeSeries test = new TimeSeries(3 * HOUR, HOUR, new double[] {3});
    SequencedMap<String, TimeSeries> known = new LinkedHashMap<>(Map.of("x", train));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OfficialSplit.of("set", known, Map.of("x", test)))
        .withMessageContaining("series x");
  }

  @Test
  void aCapSpreadsOverTheWholeList() {
    List<Integer> all = List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(WorkloadCollection.spread(all, 4)).containsExactly(0, 3, 6, 9);
    assertThat(WorkloadCollection.spread(all, 1)).containsExactly(0);
    assertThat(WorkloadCollection.spread(all, 10)).isEqualTo(all);
  }

  @Test
  void anEmptyFolderIsAClearError(@TempDir Path folder) throws Exception {
    assertThat(Accuracy.run(List.of("--data", folder.toString()))).isEqualTo(2);
  }
}
