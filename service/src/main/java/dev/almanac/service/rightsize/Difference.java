package dev.almanac.service.rightsize;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.Amounts;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Recommended;
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

  /** What a row asked for, in millicores and bytes; -1 for nothing. */
  private record Asked(long cpu, long memory) {
    static Asked of(ResourceList requests) {
      return new Asked(
          requests.get(Resource.CPU).orElse(-1), requests.get(Resource.MEMORY).orElse(-1));
    }
  }

  /**
   * Compares with the JSON of an earlier run.
   *
   * @throws IllegalArgumentException when the file is no such report
   */
  public static List<Difference> since(Path file, RightsizeReport now) {
    Map<String, Asked> before = new TreeMap<>();
    for (JsonNode row : RightsizeJson.read(file).path("containers")) {
      before.put(
          row.path("key").asText(),
          Asked.of(RightsizeJson.resources(row.path("advised")).requests()));
    }
    Map<String, Asked> after = new TreeMap<>();
    for (Row row : now.rows()) {
      after.put(
          row.key(),
          Asked.of(
              row.advice() instanceof Recommended r ? r.advised().requests() : ResourceList.NONE));
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
