package dev.almanac.service.log;

import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.ScalingPolicy;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Where {@link DecisionLog#find} does its work. */
final class LogSearch {
  private LogSearch() {}

  static Optional<DecisionLog.Found> find(Path folder, String workload, Instant at)
      throws IOException {
    for (LogFile file : LogFile.list(folder).reversed()) {
      if (beginsAfter(file, at)) {
        continue;
      }
      Latest latest = new Latest(at);
      new LogReplay(workload, latest).read(file);
      if (latest.found.isPresent()) {
        return latest.found;
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a file's first snapshot says that all of it came later; a file that says nothing may
   * not.
   */
  private static boolean beginsAfter(LogFile file, Instant at) throws IOException {
    try (LineReader lines = LineReader.open(file.path())) {
      if (lines.next().isEmpty()) {
        return false;
      }
      Optional<LineReader.Line> second = lines.next();
      return second.isPresent()
          && LineInspector.inspect(second.get(), lines)
              instanceof LineInspector.Finding.Sound(LogLine content, byte[] _)
          && content instanceof LogLine.Snapshot snapshot
          && snapshot.at().isAfter(at);
    } catch (NoSuchFileException e) {
      return true; // rotated away meanwhile
    }
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
