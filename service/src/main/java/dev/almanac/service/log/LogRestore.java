package dev.almanac.service.log;

import dev.almanac.predictor.metrics.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Where {@link DecisionLog#restore} does its work. */
final class LogRestore {
  private static final int MOST_LOSSES = 20;

  private LogRestore() {}

  static DecisionLog.Restoration restore(Path folder, Instant now, Duration maxAge) {
    LogReplay replay = new LogReplay();
    try {
      List<LogFile> files = LogFile.list(folder);
      if (files.isEmpty()) {
        return DecisionLog.Restoration.none();
      }
      replay.read(files.getLast());
      if (replay.problemCount() > 0 && files.size() > 1) {
        // Each file has all states at its beginning, so that one is enough, unless it is damaged.
        replay = new LogReplay();
        replay.read(files.get(files.size() - 2));
        replay.read(files.getLast());
      }
    } catch (IOException e) {
      return new DecisionLog.Restoration(
          DecisionLog.Restoration.none().workloads(), List.of("cannot read " + folder + ": " + e));
    }
    replay.end();
    List<String> losses = new ArrayList<>();
    replay.verification().problems().forEach(problem -> losses.add(problem.toString()));
    replay.lost().forEach((w, place) -> losses.add(w + " starts cold: not followed from " + place));
    SortedMap<String, DecisionLog.Restored> states = replay.states();
    Instant oldest = now.minus(maxAge);
    Instant newest = now.plus(Reading.MAX_SKEW);
    states.values().removeIf(restored -> restored.lastAt().isBefore(oldest));
    states
        .entrySet()
        .removeIf(entry -> {
          boolean future = entry.getValue().lastAt().isAfter(newest);
          if (future) {
            losses.add(
                "%s starts cold: its last decision is of %s, which is to come"
                    .formatted(entry.getKey(), entry.getValue().lastAt()));
          }
          return future;
        });
    return new DecisionLog.Restoration(states, bounded(losses));
  }

  private static List<String> bounded(List<String> losses) {
    if (losses.size() <= MOST_LOSSES) {
      return List.copyOf(losses);
    }
    List<String> first = new ArrayList<>(losses.subList(0, MOST_LOSSES));
    first.add("and %d more".formatted(losses.size() - MOST_LOSSES));
    return List.copyOf(first);
  }
}
