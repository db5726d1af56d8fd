package dev.almanac.service.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The decision records of a folder in their order, read as anybody could read them. A line that is
 * still being written is not a record yet.
 *
 * @param folder where the service writes its log
 */
record DecisionFiles(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();

  int count() throws IOException {
    return lines().size();
  }

  JsonNode at(int index) throws IOException {
    return JSON.readTree(lines().get(index));
  }

  JsonNode last() throws IOException {
    return JSON.readTree(lines().getLast());
  }

  /** The newest file that holds a record. */
  Path newestFile() throws IOException {
    for (Path file : files().reversed()) {
      if (Files.readString(file).contains("\"type\":\"decision\"")) {
        return file;
      }
    }
    throw new IOException("no record in " + folder);
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var found = Files.list(folder)) {
      return found.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList();
    }
  }

  private List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path file : files()) {
      String text = Files.readString(file);
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
        if (line.contains("\"type\":\"decision\"") && line.endsWith("}")) {
          lines.add(line);
        }
      }
    }
    return lines;
  }
}
