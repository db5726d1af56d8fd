package dev.almanac.benchmarks.accuracy;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Writes the scores of every window and contender, for a closer look than a mean allows. */
final class ScoreFile {
  private ScoreFile() {}

  static void write(RollingRun.Scores scores, Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write(
          "window,dataset,file,series,horizon,contender,mase,sql,p95,p99,actuals,"
              + "covered_p90,covered_p95,covered_p99\n");
      for (Map.Entry<String, TreeMap<Integer, WindowScore>> contender :
          scores.byContender().entrySet()) {
        for (Map.Entry<Integer, WindowScore> entry : contender.getValue().entrySet()) {
          Window w = scores.windows().get(entry.getKey());
          WindowScore s = entry.getValue();
          out.write(
              "%d,%s,%s,%s,%s,%s,%s,%s,%s,%s,%d,%d,%d,%d\n"
                  .formatted(
                      entry.getKey(),
                      Windows.quoted(w.series().dataset()),
                      Windows.quoted(w.series().file()),
                      Windows.quoted(w.series().name()),
                      w.horizon().name(),
                      Windows.quoted(contender.getKey()),
                      Windows.number(s.mase()),
                      Windows.number(s.sql()),
                      Windows.number(s.p95()),
                      Windows.number(s.p99()),
                      s.actuals(),
                      s.coveredP90(),
                      s.coveredP95(),
                      s.coveredP99()));
        }
      }
    }
  }
}
