package dev.almanac.service.rightsize;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.io.IOException;
import java.nio.file.Files;
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
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LONGEST = 512L << 20;

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
    try {
      if (Files.size(file) > LONGEST) {
        throw new IllegalArgumentException(file + " is longer than 512 MiB");
      }
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      JsonNode rows = root.path("containers");
      if (!rows.isArray() || !root.path("to").isTextual()) {
        throw new IllegalArgumentException(file + " is not a report of almanac rightsize -o json");
      }
      Map<WorkloadName, Advised> workloads = new TreeMap<>();
      for (JsonNode row : rows) {
        if (row.path("changes").asBoolean() && !row.path("guessed").asBoolean()) {
          WorkloadName name =
              new WorkloadName(
                  row.path("namespace").asText(),
                  row.path("kind").asText(),
                  row.path("name").asText());
          Advised advised =
              workloads.computeIfAbsent(
                  name, _ -> new Advised(new TreeMap<>(), row.path("hpa").path("name").asText()));
          advised.containers().put(row.path("container").asText(), resources(row.path("advised")));
        }
      }
      return new AdvisedReport(Instant.parse(root.path("to").asText()), workloads);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(file + ": \"to\" is no time", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  static ContainerResources resources(JsonNode node) {
    return new ContainerResources(amounts(node.path("requests")), amounts(node.path("limits")));
  }

  private static ResourceList amounts(JsonNode node) {
    ResourceList list = ResourceList.NONE;
    JsonNode cpu = node.path("cpu_millicores");
    JsonNode memory = node.path("memory_bytes");
    if (cpu.isIntegralNumber()) {
      list = list.with(Resource.CPU, cpu.asLong());
    }
    return memory.isIntegralNumber() ? list.with(Resource.MEMORY, memory.asLong()) : list;
  }
}
