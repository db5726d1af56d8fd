package dev.almanac.service.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The bytes of a configuration, read once, and what kept others from being read.
 *
 * @param files sorted by name
 * @param problems files that were not read, and why
 */
record ConfigurationFiles(List<File> files, List<Problem> problems) {
  /** 1 MiB, which is also what a ConfigMap can hold. */
  static final int MAX_FILE_BYTES = 1 << 20;

  /** 10 MiB in all files of a folder: 10,000 documents of 1 KiB. */
  static final int MAX_TOTAL_BYTES = 10 << 20;

  /** Files in a folder. */
  static final int MAX_FILES = 10_000;

  /** iCalendar files beside a single document. */
  private static final int MAX_BESIDE = 20;

  /** One file's name and bytes. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared; the fingerprint is.
  record File(String name, byte[] content) {
    /** Whether this is an iCalendar file, which is read where a document names it. */
    boolean isCalendar() {
      return name.toLowerCase(Locale.ROOT).endsWith(".ics");
    }
  }

  /**
   * Reads a file and the {@code *.ics} files beside it, or all {@code *.yaml}, {@code *.yml} and
   * {@code *.ics} files of a folder but hidden ones and subfolders. A symbolic link may not lead
   * out of the folder; the links of a mounted ConfigMap ({@code web.yaml -> ..data/web.yaml ->
   * ..2026_11_24/web.yaml}) stay inside.
   */
  static ConfigurationFiles read(Path place) {
    List<File> files = new ArrayList<>();
    Problems problems = new Problems();
    try {
      if (Files.isDirectory(place)) {
        readFolder(place.toRealPath(), files, problems);
      } else {
        Path file = place.toRealPath();
        if (readFile(place.getFileName() == null ? file : place, file, files, problems)) {
          readCalendarsBeside(file, files);
        }
      }
    } catch (IOException e) {
      problems.add(Shown.bare(place.toString()), 0, "", cannotRead(e));
    }
    if (files.isEmpty() && problems.size() == 0) {
      problems.add(
          Shown.bare(place.toString()),
          0,
          "",
          "holds no *.yaml or *.yml file; add documents to it");
    }
    return new ConfigurationFiles(List.copyOf(files), problems.sorted());
  }

  /** Equal for equal names, bytes and problems. */
  String fingerprint() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
    for (File file : files) {
      digest.update(
          (file.name + '\0' + file.content.length + '\0').getBytes(StandardCharsets.UTF_8));
      digest.update(file.content);
    }
    problems.forEach(p -> digest.update((p + "\0").getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The iCalendar files by name. */
  Map<String, byte[]> calendars() {
    Map<String, byte[]> calendars = new TreeMap<>();
    files.stream().filter(File::isCalendar).forEach(f -> calendars.put(f.name, f.content));
    return calendars;
  }

  /** The bytes of an iCalendar file. */
  Optional<byte[]> calendar(String name) {
    return Optional.ofNullable(calendars().get(Shown.bare(name)));
  }

  /** What cannot be read there is missed only when a document names it, and then told. */
  private static void readCalendarsBeside(Path file, List<File> files) throws IOException {
    Path folder = file.getParent();
    if (folder == null) {
      return;
    }
    List<Path> beside = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.{ics,ICS}")) {
      for (Path entry : entries) {
        if (!entry.equals(file) && beside.size() < MAX_BESIDE) {
          beside.add(entry);
        }
      }
    }
    beside.sort(null);
    for (Path entry : beside) {
      if (Files.isReadable(entry)) {
        readFile(entry, entry, files, new Problems());
      }
    }
  }

  private static void readFolder(Path folder, List<File> files, Problems problems)
      throws IOException {
    List<Path> candidates = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(folder, ConfigurationFiles::isCandidate)) {
      for (Path entry : entries) {
        if (candidates.size() == MAX_FILES) {
          problems.add(
              Shown.bare(folder.toString()),
              0,
              "",
              "holds more than %,d files; split it".formatted(MAX_FILES));
          return;
        }
        candidates.add(entry);
      }
    }
    candidates.sort(null);
    long total = 0;
    for (Path candidate : candidates) {
      String name = name(candidate);
      try {
        Path file = candidate.toRealPath();
        if (!file.startsWith(folder)) {
          problems.add(
              name, 0, "", "is a link that leads out of the folder; copy the file instead");
          continue;
        }
        if (readFile(candidate, file, files, problems)) {
          total += files.getLast().content.length;
        }
      } catch (IOException e) {
        problems.add(name, 0, "", cannotRead(e));
      }
      if (total > MAX_TOTAL_BYTES) {
        problems.add(name, 0, "", "brings the folder above 10 MiB; split it");
        files.clear(); // Whoever fills a folder like this shall not keep us busy reading it.
        return;
      }
    }
  }

  // Hidden files are what editors leave behind, and the folders of a mounted ConfigMap.
  private static boolean isCandidate(Path entry) {
    String name = entry.getFileName().toString().toLowerCase(Locale.ROOT);
    return !name.startsWith(".")
        && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".ics"));
  }

  private static boolean readFile(Path shown, Path file, List<File> files, Problems problems)
      throws IOException {
    String name = name(shown);
    if (!Files.isRegularFile(file)) { // Opening a pipe would wait for its writer.
      problems.add(name, 0, "", "is not a regular file; remove it or give it another name");
      return false;
    }
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_FILE_BYTES + 1);
    }
    if (content.length > MAX_FILE_BYTES) {
      problems.add(name, 0, "", "is larger than 1 MiB; split it");
      return false;
    }
    return files.add(new File(name, content));
  }

  private static String name(Path path) {
    Path name = path.getFileName();
    return Shown.bare(name == null ? path.toString() : name.toString());
  }

  private static String cannotRead(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "does not exist; check the path";
      case AccessDeniedException _ -> "may not be read; check its permissions";
      default -> "cannot be read: " + e.getClass().getSimpleName();
    };
  }
}
