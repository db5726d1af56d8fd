package dev.almanac.service.rightsize;

import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.service.files.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A report as a folder for Git: {@code report.json}, {@code report.html}, {@code values.yaml}, and
 * a kustomize component a namespace. Patches of an earlier run that have no successor are removed;
 * nothing else is.
 */
public final class ReportFolder {
  private static final String COMPONENT = "kustomization.yaml";
  private static final String MARK = "# Written by almanac rightsize.";

  private ReportFolder() {}

  /** The JSON of the last run, whether it is there or not. */
  public static Path lastRun(Path folder) {
    return folder.resolve("report.json");
  }

  /** Writes all files, each whole or not at all. */
  public static void write(Path folder, RightsizeReport report) throws IOException {
    Files.createDirectories(folder);
    SortedMap<String, List<String>> files = new TreeMap<>();
    for (var entry : Patches.kustomize(report).entrySet()) {
      WorkloadName name = entry.getKey();
      String file = safe(name.kind().toLowerCase(Locale.ROOT) + "-" + name.name()) + ".yaml";
      Path namespace = folder.resolve(safe(name.namespace()));
      Files.createDirectories(namespace);
      file(namespace.resolve(file), MARK + "\n" + entry.getValue());
      files.computeIfAbsent(safe(name.namespace()), _ -> new ArrayList<>()).add(file);
    }
    for (var entry : files.entrySet()) {
      StringBuilder component =
          new StringBuilder(MARK)
              .append(
                  "\napiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n");
      entry.getValue().forEach(file -> component.append("- path: ").append(file).append('\n'));
      file(folder.resolve(entry.getKey()).resolve(COMPONENT), component.toString());
    }
    removeOld(folder, files);
    file(folder.resolve("values.yaml"), Patches.helm(report));
    file(folder.resolve("report.html"), RightsizePage.of(report));
    file(lastRun(folder), RightsizeJson.of(report) + "\n"); // Last: it says that all is there.
  }

  private static void removeOld(Path folder, SortedMap<String, List<String>> files)
      throws IOException {
    List<Path> written;
    try (Stream<Path> paths = Files.walk(folder, 2)) {
      written =
          paths.filter(p -> p.toString().endsWith(".yaml") && Files.isRegularFile(p)).toList();
    }
    for (Path path : written) {
      Path parent = path.getParent();
      if (parent == null || parent.equals(folder) || !Files.readString(path).startsWith(MARK)) {
        continue;
      }
      List<String> now = files.getOrDefault(String.valueOf(parent.getFileName()), List.of());
      String name = String.valueOf(path.getFileName());
      if (!now.contains(name) && !(name.equals(COMPONENT) && !now.isEmpty())) {
        Files.delete(path);
      }
    }
  }

  /** Names of Kubernetes are names of files; whatever else a store says is made one. */
  private static String safe(String name) {
    String safe = name.replaceAll("[^A-Za-z0-9._-]", "_");
    return safe.startsWith(".") ? "_" + safe : safe;
  }

  private static void file(Path file, String text) throws IOException {
    WholeFile.write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
