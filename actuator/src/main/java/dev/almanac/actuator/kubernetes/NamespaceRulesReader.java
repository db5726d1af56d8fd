package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.NamespaceRules;
import dev.almanac.predictor.rightsizing.advice.NamespaceRules.Range;
import dev.almanac.predictor.rightsizing.advice.WorkloadHistory.UtilizationTarget;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.Quota;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Puts together what namespaces lay down for the resources of their pods. */
final class NamespaceRulesReader {
  private static final int MOST_PERCENT = 1_000_000;

  private static final class Draft {
    final List<Range> ranges = new ArrayList<>();
    final ResourceList[] requests = {ResourceList.NONE, ResourceList.NONE};
    final ResourceList[] limits = {ResourceList.NONE, ResourceList.NONE};
    final Map<WorkloadName, UtilizationTarget> targets = new HashMap<>();
  }

  private final Map<String, Draft> namespaces = new HashMap<>();

  private Draft of(ObjectMeta meta) {
    return namespaces.computeIfAbsent(meta.namespace, _ -> new Draft());
  }

  Map<String, LiveUsage.Rules> rules() {
    Map<String, LiveUsage.Rules> rules = new HashMap<>();
    namespaces.forEach((name, d) ->
        rules.put(
            name,
            new LiveUsage.Rules(
                new NamespaceRules(
                    d.ranges,
                    new Quota(d.requests[0], d.requests[1]),
                    new Quota(d.limits[0], d.limits[1])),
                d.targets)));
    return rules;
  }

  void limitRange(JsonParser p) throws IOException {
    ObjectMeta meta = new ObjectMeta();
    List<Range> ranges = new ArrayList<>();
    meta.read(
        p,
        _ -> {},
        () ->
            Json.eachField(
                p,
                name -> {
                  if (name.equals("limits")) {
                    Json.eachElement(p, () -> range(p).ifPresent(ranges::add));
                  }
                }),
        () -> {});
    of(meta).ranges.addAll(ranges);
  }

  private static Optional<Range> range(JsonParser p) throws IOException {
    String[] type = {""};
    ResourceList[] bounds = {ResourceList.NONE, ResourceList.NONE};
    Map<Resource, Double> ratio = new HashMap<>();
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "type" -> type[0] = Json.text(p);
            case "min" -> bounds[0] = RunningPodReader.amounts(p);
            case "max" -> bounds[1] = RunningPodReader.amounts(p);
            case "maxLimitRequestRatio" -> Json.eachField(p, key -> ratio(p, key, ratio));
            default -> {} // Defaults are in the pods already.
          }
        });
    boolean ofPod = type[0].equals("Pod");
    return ofPod || type[0].equals("Container")
        ? Optional.of(new Range(ofPod, bounds[0], bounds[1], ratio))
        : Optional.empty();
  }

  private static void ratio(JsonParser p, String key, Map<Resource, Double> ratio)
      throws IOException {
    OptionalLong milli = Quantities.milli(Json.text(p));
    Optional<Resource> resource = resource(key);
    if (milli.isPresent() && resource.isPresent()) {
      ratio.put(resource.get(), milli.getAsLong() / 1000.0);
    }
  }

  private static Optional<Resource> resource(String name) {
    return switch (name) {
      case "cpu" -> Optional.of(Resource.CPU);
      case "memory" -> Optional.of(Resource.MEMORY);
      default -> Optional.empty();
    };
  }

  /** Of several quotas the tightest holds; the least of hard and the most of used is safe. */
  void quota(JsonParser p) throws IOException {
    ObjectMeta meta = new ObjectMeta();
    Map<String, Long> hard = new HashMap<>();
    Map<String, Long> used = new HashMap<>();
    meta.read(
        p,
        _ -> {},
        () -> {},
        () ->
            Json.eachField(
                p,
                name -> {
                  switch (name) {
                    case "hard" -> Json.eachField(p, key -> milli(p, key, hard));
                    case "used" -> Json.eachField(p, key -> milli(p, key, used));
                    default -> {}
                  }
                }));
    Draft d = of(meta);
    hard.forEach((key, milli) -> add(key, d, 0, milli));
    used.forEach((key, milli) -> add(key, d, 1, milli));
  }

  private static void milli(JsonParser p, String key, Map<String, Long> into) throws IOException {
    Quantities.milli(Json.text(p)).ifPresent(milli -> into.put(key, milli));
  }

  /** To the hard amounts at 0, or the used ones at 1. */
  private static void add(String key, Draft d, int at, long milli) {
    boolean ofLimits = key.startsWith("limits.");
    Optional<Resource> found = resource(key.replaceFirst("^(requests|limits)\\.", ""));
    if (found.isEmpty()) {
      return;
    }
    Resource resource = found.get();
    long amount = resource == Resource.CPU ? milli : Math.ceilDiv(milli, 1000);
    ResourceList[] lists = ofLimits ? d.limits : d.requests;
    OptionalLong known = lists[at].get(resource);
    long tightest =
        known.isEmpty()
            ? amount
            : at == 0 ? Math.min(known.getAsLong(), amount) : Math.max(known.getAsLong(), amount);
    lists[at] = lists[at].with(resource, tightest);
  }

  void autoscaler(JsonParser p) throws IOException {
    ObjectMeta meta = new ObjectMeta();
    String[] target = {"", ""};
    Map<Resource, Integer> percent = new HashMap<>();
    meta.read(
        p,
        _ -> {},
        () ->
            Json.eachField(
                p,
                name -> {
                  switch (name) {
                    case "scaleTargetRef" ->
                        Json.eachField(
                            p,
                            field -> {
                              switch (field) {
                                case "kind" -> target[0] = Json.text(p);
                                case "name" -> target[1] = Json.text(p);
                                default -> {}
                              }
                            });
                    case "metrics" -> Json.eachElement(p, () -> metric(p, percent));
                    default -> {}
                  }
                }),
        () -> {});
    // One advice has one target: CPU, which is what it is mostly for, before memory.
    for (Resource resource : Resource.values()) {
      Integer aim = percent.get(resource);
      if (aim != null) {
        of(meta)
            .targets
            .putIfAbsent(
                new WorkloadName(meta.namespace, target[0], target[1]),
                new UtilizationTarget(meta.name, resource, aim));
      }
    }
  }

  private static void metric(JsonParser p, Map<Resource, Integer> percent) throws IOException {
    Json.eachField(
        p,
        type -> {
          if (!type.equals("resource")) {
            return;
          }
          String[] name = {""};
          OptionalLong[] aim = {OptionalLong.empty()};
          Json.eachField(
              p,
              field -> {
                switch (field) {
                  case "name" -> name[0] = Json.text(p);
                  case "target" ->
                      Json.eachField(
                          p,
                          key -> {
                            if (key.equals("averageUtilization")) {
                              aim[0] = Json.number(p);
                            }
                          });
                  default -> {}
                }
              });
          Optional<Resource> resource = resource(name[0]);
          if (resource.isPresent() && aim[0].orElse(0) >= 1) {
            percent.put(resource.get(), (int) Math.min(aim[0].getAsLong(), MOST_PERCENT));
          }
        });
  }
}
