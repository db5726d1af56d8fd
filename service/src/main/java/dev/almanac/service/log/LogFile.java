package dev.almanac.service.log;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of the log. It has its name only once its header and its first snapshots are complete;
 * before, it is called {@code *.tmp} and nobody reads it.
 *
 * @param path where it is
 * @param sequence files are in the order of this number
 */
record LogFile(Path path, int sequence) {
  private static final Pattern NAME = Pattern.compile("decisions-(\\d{8})\\.jsonl");
  private static final String UNFINISHED = ".jsonl.tmp";

  /** The file of this number in a folder. */
  static LogFile in(Path folder, int sequence) {
    return new LogFile(folder.resolve("decisions-%08d.jsonl".formatted(sequence)), sequence);
  }

  /** Where its beginning is written before it gets its name. */
  Path unfinished() {
    return path.resolveSibling(name().replace(".jsonl", UNFINISHED));
  }

  String name() {
    return String.valueOf(path.getFileName());
  }

  /** The log's files in a folder, oldest first; none when there is no folder. */
  static List<LogFile> list(Path folder) throws IOException {
    List<LogFile> files = new ArrayList<>();
    for (Path entry : entries(folder, "decisions-*.jsonl")) {
      Matcher name = NAME.matcher(String.valueOf(entry.getFileName()));
      if (name.matches()) {
        files.add(new LogFile(entry, Integer.parseInt(name.group(1))));
      }
    }
    files.sort(Comparator.comparingInt(LogFile::sequence));
    return files;
  }

  /** Removes beginnings that a killed process left. */
  static void removeUnfinished(Path folder) throws IOException {
    for (Path entry : entries(folder, "decisions-*" + UNFINISHED)) {
      Files.deleteIfExists(entry);
    }
  }

  private static List<Path> entries(Path folder, String glob) throws IOException {
    List<Path> found = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
      entries.forEach(found::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }
}
