package dev.almanac.service.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The HTML reports in a folder, that other runs of almanac have written there: {@code NAME.html},
 * or {@code NAME/report.html} as {@code rightsize --out} writes it. Looked up anew each time, for a
 * nightly job writes them beside the service.
 */
final class Reports {
  /** So many are listed, the newest. */
  static final int MOST = 50;

  /** Ten thousand workloads with a picture each take a few MiB. */
  static final int MOST_BYTES = 32 << 20;

  /** Of a folder with more entries than this only some are looked at. */
  private static final int MOST_ENTRIES = 10_000;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][-_.A-Za-z0-9]{0,62}");
  private static final String SUFFIX = ".html";

  private final Optional<Path> folder;

  /** Reports of no folder are none. */
  Reports(Optional<Path> folder) {
    this.folder = folder;
  }

  /** One that can be asked for, and when it was written. */
  record Report(String name, Instant written) {}

  /** Those that are there now, the newest first; none where the folder cannot be read. */
  List<Report> list() {
    List<Report> found = new ArrayList<>();
    try (Stream<Path> entries = folder.isEmpty() ? Stream.empty() : Files.list(folder.get())) {
      for (Path entry : (Iterable<Path>) entries.limit(MOST_ENTRIES)::iterator) {
        String file = String.valueOf(entry.getFileName());
        String name =
            file.endsWith(SUFFIX) ? file.substring(0, file.length() - SUFFIX.length()) : file;
        Optional<Path> report = file(name);
        if (report.isPresent() && found.stream().noneMatch(other -> other.name().equals(name))) {
          found.add(new Report(name, Files.getLastModifiedTime(report.get()).toInstant()));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // What a job is writing or removing just now is there, or gone, at the next look.
    }
    return found.stream()
        .sorted(Comparator.comparing(Report::written).reversed().thenComparing(Report::name))
        .limit(MOST)
        .toList();
  }

  /**
   * One of them; empty where there is none of this name.
   *
   * @throws IOException when it cannot be read, or is larger than {@link #MOST_BYTES}
   */
  Optional<byte[]> read(String name) throws IOException {
    Optional<Path> report = file(name);
    if (report.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(report.get())) {
      byte[] page = in.readNBytes(MOST_BYTES);
      if (in.read() >= 0) {
        throw new IOException("%s is larger than %d MiB".formatted(report.get(), MOST_BYTES >> 20));
      }
      return Optional.of(page);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** The file of a name, if it lies in the folder and not where a link leads out of it. */
  private Optional<Path> file(String name) {
    if (folder.isEmpty() || !NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    try {
      Path root = folder.get().toRealPath();
      for (Path file : List.of(root.resolve(name + SUFFIX), root.resolve(name, "report.html"))) {
        if (Files.isRegularFile(file) && file.toRealPath().startsWith(root)) {
          return Optional.of(file);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
