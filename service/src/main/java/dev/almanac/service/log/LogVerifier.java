package dev.almanac.service.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes every decision of a log again and compares bytes. One step of one workload is in memory at
 * a time, so a log of any size is verified in bounded memory.
 */
public final class LogVerifier {
  private LogVerifier() {}

  /**
   * What was found.
   *
   * @param files files read
   * @param records decisions in them
   * @param workloads workloads that they are about
   * @param products versions of Almanac that wrote them; a rule that changed since shows as
   *     decisions that differ
   * @param problems what is wrong, the first 20 at most
   * @param problemCount how much is wrong, whether listed or not
   * @param notes what is no fault but should be known, such as a last line cut off by a kill
   */
  public record Verification(
      int files,
      long records,
      int workloads,
      List<String> products,
      List<Problem> problems,
      long problemCount,
      List<String> notes) {

    /** Whether every record was reproduced byte for byte. */
    public boolean isSound() {
      return problemCount == 0;
    }
  }

  /**
   * Something wrong in a log.
   *
   * @param file name of the file, without its folder
   * @param line line in the file, from 1; 0 when it is about the file itself
   * @param column byte in the line, from 1; 0 when it has no one place
   * @param field JSON path of the field, such as {@code observation.target.specReplicas}; empty
   *     when it is about the line itself
   * @param reason what is wrong, for people
   * @param recorded what the log says, as JSON; empty when that is nothing readable
   * @param expected what it should say, as JSON; empty when not known
   */
  public record Problem(
      String file,
      long line,
      int column,
      String field,
      String reason,
      String recorded,
      String expected) {

    /** One line for people. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(file);
      text.append(line > 0 ? " line " + line : "");
      text.append(column > 0 ? " column " + column : "").append(": ");
      text.append(field.isEmpty() ? "" : field + ": ").append(reason);
      text.append(recorded.isEmpty() ? "" : ", recorded " + recorded);
      text.append(expected.isEmpty() ? "" : ", should be " + expected);
      return text.toString();
    }
  }

  /** Hears every decision that was made again with the same bytes, in the order of the log. */
  public interface Listener {
    /** A decision of a workload ({@code namespace/name}). */
    void reproduced(String workload, DecisionLog.Found step);
  }

  /**
   * Verifies a file, or all files of a folder in their order.
   *
   * @throws IOException when there is no such file or folder, or no log in it
   */
  public static Verification verify(Path fileOrFolder) throws IOException {
    return verify(fileOrFolder, (_, _) -> {});
  }

  /** The same for somebody who wants to hear what was reproduced. */
  public static Verification verify(Path fileOrFolder, Listener listener) throws IOException {
    LogReplay replay =
        new LogReplay((hash, policy, before, entry) ->
            listener.reproduced(
                entry.workload(),
                new DecisionLog.Found(
                    hash, policy, before, entry.observation(), entry.decision())));
    if (!Files.isDirectory(fileOrFolder)) {
      Files.size(fileOrFolder); // fails when there is nothing
      replay.read(new LogFile(fileOrFolder, 0));
    } else {
      List<LogFile> files = LogFile.list(fileOrFolder);
      if (files.isEmpty()) {
        throw new IOException("no decision log (decisions-*.jsonl) in " + fileOrFolder);
      }
      int expected = files.getFirst().sequence();
      for (LogFile file : files) {
        if (file.sequence() != expected) {
          replay.gap(LogFile.in(fileOrFolder, expected).name());
        }
        replay.read(file);
        expected = file.sequence() + 1;
      }
    }
    replay.end();
    return replay.verification();
  }
}
