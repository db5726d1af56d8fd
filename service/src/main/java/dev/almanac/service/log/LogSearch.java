package dev.almanac.service.log;

import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.ScalingPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where {@link DecisionLog#find} does its work. */
final class LogSearch {
  /** As many files as a log has by default. */
  private static final int MOST_FILES = 8;

  private LogSearch() {}

  static Optional<DecisionLog.Found> find(Path folder, String workload, Instant at)
      throws IOException {
    List<LogFile> files = LogFile.list(folder);
    int oldest = Math.max(0, files.size() - MOST_FILES);
    for (int i = files.size() - 1; i >= oldest; i--) {
      Latest latest = new Latest(at);
      new LogReplay(workload, latest).read(files.get(i));
      if (latest.found.isPresent()) {
        return latest.found;
      }
    }
    return Optional.empty();
  }

  /** Keeps the last step at or before an instant. */
  private static final class Latest implements LogReplay.Listener {
    private final Instant at;
    private Optional<DecisionLog.Found> found = Optional.empty();

    Latest(Instant at) {
      this.at = at;
    }

    @Override
    public void step(
        String policyHash, ScalingPolicy policy, AutoscalerState before, LogLine.Entry entry) {
      if (!entry.observation().at().isAfter(at)) {
        found =
            Optional.of(
                new DecisionLog.Found(
                    policyHash, policy, before, entry.observation(), entry.decision()));
      }
    }
  }
}
