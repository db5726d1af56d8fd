package dev.almanac.benchmarks.accuracy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code benchmarks/run accuracy}: scores a forecaster of the product beside its peers. */
public final class Accuracy {
  private Accuracy() {}

  /**
   * Runs the benchmark.
   *
   * @return exit code: 0 fine, 2 bad usage or input
   */
  public static int run(List<String> arguments) throws InterruptedException {
    try {
      measure(Options.parse(arguments));
      return 0;
    } catch (IllegalArgumentException | IOException e) {
      System.err.println("accuracy: " + e.getMessage());
      if (e instanceof IllegalArgumentException) {
        System.err.println(Options.USAGE);
      }
      return 2;
    }
  }

  private static void measure(Options options) throws IOException, InterruptedException {
    Progress progress = Progress.onStandardError();
    long began = System.nanoTime();
    WorkloadCollection collection =
        WorkloadCollection.read(options.data(), options.cap(), progress::note);
    Measured measured = Contenders.forecaster(options.forecaster());
    List<Contender> contenders = new ArrayList<>(List.of(measured.contender()));
    contenders.addAll(Contenders.members());
    Report report = new Report(measured.name());
    report.put("series", collection.series().size());
    List<Window> windows = new ArrayList<>();
    collection.series().forEach(s -> windows.addAll(Windows.of(s)));
    if (options.windows().isPresent()) {
      Windows.write(windows, options.windows().get());
    }
    PeerTasks.Answers answers = peers(options, windows, collection.splits(), progress);
    report.status(answers.status());
    if (options.parts().contains("split")) {
      for (OfficialSplit split : collection.splits()) {
        Map<String, SplitScores> scores =
            SplitRun.run(split, contenders, options.threads(), progress);
        scores.putAll(answers.splits().getOrDefault(split.dataset(), Map.of()));
        report.split(split.dataset(), scores);
      }
    }
    if (options.parts().contains("rolling")) {
      RollingRun.Scores scores = RollingRun.run(windows, contenders, options.threads(), progress);
      scores.byContender().putAll(answers.windows());
      report.rolling(scores);
      if (options.scores().isPresent()) {
        ScoreFile.write(scores, options.scores().get());
      }
    }
    if (options.parts().contains("degraded")) {
      report.put(
          "degraded", DegradedRun.run(windows, measured.contender(), options.threads(), progress));
    }
    if (options.parts().contains("online")) {
      List<WorkloadSeries> lived = collection.atMost(options.onlineCap());
      OnlineSuite online = OnlineSuite.run(lived, measured, options.threads(), progress);
      report.put("online", online.report());
      report.put("online_speed", online.speed());
    }
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("java", Runtime.version().toString());
    run.put("processors", Runtime.getRuntime().availableProcessors());
    run.put("threads", options.threads());
    run.put("wall_seconds", Figures.rounded((System.nanoTime() - began) / 1e9));
    report.put("run", run);
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    JsonNode scores = Report.reproducible(mapper.valueToTree(report.json()));
    report.put("scores_hash", Peers.hash(mapper.writeValueAsBytes(scores)));
    System.out.print(Markdown.of(mapper.valueToTree(report.json())));
    if (options.out().isPresent()) {
      Files.write(options.out().get(), mapper.writeValueAsBytes(report.json()));
    }
  }

  private static PeerTasks.Answers peers(
      Options options, List<Window> windows, List<OfficialSplit> splits, Progress progress)
      throws IOException, InterruptedException {
    if (!options.peers() && options.peersHome().isEmpty()) {
      return PeerTasks.noAnswers();
    }
    Path home = options.peersHome().orElse(Peers.defaultHome());
    PeerTasks tasks = PeerTasks.of(windows, splits);
    Path answers = Peers.prepare(tasks, home);
    if (options.peers()) {
      Peers.run(home, answers, progress);
    }
    progress.note("peers' answers: " + answers);
    return tasks.read(answers);
  }
}
