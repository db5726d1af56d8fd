package dev.almanac.service.rightsize;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.advice.Amounts;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Recommended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one run says other than an earlier one.
 *
 * @param key of the row
 * @param text what is different
 */
public record Difference(String key, String text) {
  /** As in the replays: less is no change. */
  private static final double CHANGE = 0.1;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a row asked for, in millicores and bytes; -1 for nothing. */
  private record Asked(long cpu, long memory) {}

  /**
   * Compares with the JSON of an earlier run.
   *
   * @throws IllegalArgumentException when the file is no such report
   */
  public static List<Difference> since(Path file, RightsizeReport now) {
    Map<String, Asked> before = new TreeMap<>();
    try {
      JsonNode rows = JSON.readTree(Files.readAllBytes(file)).path("containers");
      if (!rows.isArray()) {
        throw new IllegalArgumentException(file + " is not a report of almanac rightsize -o json");
      }
      for (JsonNode row : rows) {
        JsonNode requests = row.path("advised").path("requests");
        before.put(
            row.path("key").asText(),
            new Asked(
                requests.path("cpu_millicores").asLong(-1),
                requests.path("memory_bytes").asLong(-1)));
      }
    } catch (JacksonException e) {
      throw new IllegalArgumentException(file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
    }
    Map<String, Asked> after = new TreeMap<>();
    for (Row row : now.rows()) {
      after.put(
          row.key(),
          row.advice() instanceof Recommended r
              ? new Asked(
                  r.advised().requests().get(Resource.CPU).orElse(-1),
                  r.advised().requests().get(Resource.MEMORY).orElse(-1))
              : new Asked(-1, -1));
    }
    List<Difference> differences = new ArrayList<>();
    TreeSet<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    for (String key : keys) {
      Asked then = before.get(key);
      Asked today = after.get(key);
      if (then == null) {
        differences.add(new Difference(key, "new"));
      } else if (today == null) {
        differences.add(new Difference(key, "gone"));
      } else {
        String text =
            (changed("CPU", Resource.CPU, then.cpu(), today.cpu())
                    + changed("memory", Resource.MEMORY, then.memory(), today.memory()))
                .strip();
        if (!text.isEmpty()) {
          differences.add(new Difference(key, text));
        }
      }
    }
    return differences;
  }

  private static String changed(String name, Resource resource, long then, long now) {
    return Math.abs(now - then) <= CHANGE * Math.abs(then)
        ? ""
        : " %s %s -> %s".formatted(name, shown(resource, then), shown(resource, now));
  }

  private static String shown(Resource resource, long amount) {
    return amount < 0 ? "none" : Amounts.shown(resource, amount);
  }
}
