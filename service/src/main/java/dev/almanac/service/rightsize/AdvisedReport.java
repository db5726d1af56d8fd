package dev.almanac.service.rightsize;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * The advice in a report that {@code almanac rightsize -o json} wrote.
 *
 * @param to end of the history that it rests on
 * @param workloads those with containers that should change
 */
public record AdvisedReport(Instant to, Map<WorkloadName, Advised> workloads) {
  /**
   * What a workload should have.
   *
   * @param containers by name
   * @param hpa the HPA that goes by its requests; empty for none
   */
  public record Advised(Map<String, ContainerResources> containers, String hpa) {}

  /**
   * Reads a report.
   *
   * @throws IllegalArgumentException when the file is none
   */
  public static AdvisedReport read(Path file) {
    JsonNode root = RightsizeJson.read(file);
    if (!root.path("to").isTextual()) {
      throw new IllegalArgumentException(file + " is not a report of almanac rightsize -o json");
    }
    try {
      Map<WorkloadName, Advised> workloads = new TreeMap<>();
      for (JsonNode row : root.path("containers")) {
        if (row.path("changes").asBoolean() && !row.path("guessed").asBoolean()) {
          WorkloadName name =
              new WorkloadName(
                  row.path("namespace").asText(),
                  row.path("kind").asText(),
                  row.path("name").asText());
          Advised advised =
              workloads.computeIfAbsent(
                  name, _ -> new Advised(new TreeMap<>(), row.path("hpa").path("name").asText()));
          advised
              .containers()
              .put(row.path("container").asText(), RightsizeJson.resources(row.path("advised")));
        }
      }
      return new AdvisedReport(Instant.parse(root.path("to").asText()), workloads);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(file + ": \"to\" is no time", e);
    }
  }
}
