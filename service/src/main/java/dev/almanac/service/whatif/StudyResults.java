package dev.almanac.service.whatif;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.almanac.simulator.outcome.ResultHash;
import dev.almanac.simulator.whatif.CaseResult;
import dev.almanac.simulator.whatif.Figures;
import dev.almanac.simulator.whatif.Line;
import dev.almanac.simulator.whatif.Sweep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Results of a study in a file, one case a line after a line that says of which study they are:
 * what a killed run has done is not done again, and files of shards are merged. A line that was cut
 * off in the middle is forgotten.
 */
public final class StudyResults {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StudyResults() {}

  /** One hash over the results of a study, in the order of its cases. */
  public static String hash(List<CaseResult> results) {
    ResultHash hash = new ResultHash();
    for (CaseResult r : results) {
      hash.add(r.id());
      for (Line line : Line.values()) {
        hash.add(r.line(line).hash());
      }
      for (Sweep.Cell c : r.cells()) {
        hash.add(c.place())
            .add(c.minute())
            .add(c.shortPodMinutes())
            .add(c.peakPending())
            .add(c.recoveryMinutes());
      }
    }
    return hash.hex();
  }

  /** Begins a file, or makes one ready that was begun; returns what it holds, by id. */
  static Map<String, CaseResult> open(Path file, Study study) throws StudyException {
    try {
      if (!Files.exists(file)) {
        Files.writeString(file, header(study) + "\n");
        return Map.of();
      }
      String text = Files.readString(file);
      int end = text.lastIndexOf('\n') + 1;
      if (end == 0) {
        throw new StudyException(file + " is not a file of results; name another");
      }
      List<String> lines = text.substring(0, end).lines().toList();
      check(file, lines, study);
      if (end < text.length()) {
        Files.writeString(file, text.substring(0, end)); // its last line was cut off
      }
      return parse(file, lines);
    } catch (IOException e) {
      throw new StudyException("cannot use %s: %s".formatted(file, e.getMessage()));
    }
  }

  /** The results of all files, in the order of the study. */
  public static List<CaseResult> merge(Study study, List<Path> files) throws StudyException {
    Map<String, CaseResult> found = new LinkedHashMap<>();
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw new StudyException("there is no file " + file);
      }
      for (CaseResult r : open(file, study).values()) {
        CaseResult other = found.putIfAbsent(r.id(), r);
        if (other != null && !other.equals(r)) {
          throw new StudyException(
              "%s has another result for %s than a file before it".formatted(file, r.id()));
        }
      }
    }
    List<CaseResult> results = new ArrayList<>();
    int missing = 0;
    for (var one : study.cases()) {
      CaseResult r = found.get(one.id());
      if (r == null) {
        missing++;
      } else {
        results.add(r);
      }
    }
    if (missing > 0) {
      throw new StudyException(
          "%,d of %,d cases are in none of the files; run the shards that are missing"
              .formatted(missing, study.cases().size()));
    }
    return results;
  }

  static void append(Path file, CaseResult result) {
    try {
      Files.writeString(
          file, toJson(result) + "\n", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private static String header(Study study) {
    return JSON.createObjectNode()
        .put("study", study.name())
        .put("digest", study.digest())
        .put("cases", study.cases().size())
        .toString();
  }

  private static void check(Path file, List<String> lines, Study study) throws StudyException {
    if (!lines.getFirst().equals(header(study))) {
      throw new StudyException(
          "%s holds results of another study, or of one before it or its traces changed; name another"
              .formatted(file));
    }
  }

  private static Map<String, CaseResult> parse(Path file, List<String> lines)
      throws StudyException {
    Map<String, CaseResult> results = new LinkedHashMap<>();
    for (int i = 1; i < lines.size(); i++) {
      try {
        CaseResult r = fromJson(JSON.readTree(lines.get(i)));
        results.put(r.id(), r);
      } catch (JacksonException | IllegalArgumentException e) {
        throw new StudyException(
            "%s:%d: is no result; remove the line to have it computed again"
                .formatted(file, i + 1));
      }
    }
    return results;
  }

  static ObjectNode toJson(CaseResult r) {
    ObjectNode root = JSON.createObjectNode();
    root.put("scenario", r.scenario());
    r.labels().forEach(root.putArray("labels")::add);
    root.put("seed", r.seed());
    ObjectNode lines = root.putObject("lines");
    for (Line line : Line.values()) {
      ObjectNode figures = lines.putObject(line.name().toLowerCase(Locale.ROOT));
      for (Figures.Name name : Figures.Name.values()) {
        double value = r.line(line).get(name);
        if (!Double.isNaN(value)) {
          figures.put(name.key(), value); // an overload makes latency infinite: "Infinity"
        }
      }
      figures.put("hash", r.line(line).hash());
    }
    if (!r.places().isEmpty()) {
      ObjectNode sweep = root.putObject("sweep");
      r.places().forEach(sweep.putArray("places")::add);
      ArrayNode cells = sweep.putArray("cells");
      for (Sweep.Cell c : r.cells()) {
        cells
            .addArray()
            .add(c.place())
            .add(c.minute())
            .add(c.shortPodMinutes())
            .add(c.peakPending())
            .add(c.recoveryMinutes());
      }
    }
    return root;
  }

  private static CaseResult fromJson(JsonNode root) {
    Map<Line, Figures> lines = new EnumMap<>(Line.class);
    for (Line line : Line.values()) {
      JsonNode figures = root.path("lines").path(line.name().toLowerCase(Locale.ROOT));
      double[] values = new double[Figures.Name.values().length];
      Arrays.fill(values, Double.NaN);
      for (Figures.Name name : Figures.Name.values()) {
        Optional.ofNullable(figures.get(name.key()))
            .ifPresent(v ->
                values[name.ordinal()] =
                    v.isNumber() ? v.doubleValue() : Double.parseDouble(v.asText()));
      }
      lines.put(line, new Figures(values, required(figures, "hash").asText()));
    }
    List<String> labels = new ArrayList<>();
    root.path("labels").forEach(l -> labels.add(l.asText()));
    List<String> places = new ArrayList<>();
    root.path("sweep").path("places").forEach(p -> places.add(p.asText()));
    List<Sweep.Cell> cells = new ArrayList<>();
    for (JsonNode c : root.path("sweep").path("cells")) {
      cells.add(
          new Sweep.Cell(
              c.path(0).intValue(),
              c.path(1).intValue(),
              c.path(2).doubleValue(),
              c.path(3).intValue(),
              c.path(4).doubleValue()));
    }
    return new CaseResult(
        required(root, "scenario").asText(),
        labels,
        required(root, "seed").longValue(),
        lines,
        places,
        cells);
  }

  private static JsonNode required(JsonNode node, String field) {
    return Optional.ofNullable(node.get(field))
        .orElseThrow(() -> new IllegalArgumentException(field + " is missing"));
  }
}
