package dev.almanac.actuator.kubernetes;

import dev.almanac.predictor.cluster.TargetRef;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** All HorizontalPodAutoscalers of one namespace, or of all. Safe for any number of threads. */
final class FloorView implements View<FloorObject> {
  private final Map<String, FloorObject> objects = new ConcurrentHashMap<>();

  @Override
  public void present(FloorObject object, boolean listed) {
    objects.merge(
        object.id(),
        object,
        (known, news) ->
            Version.isOlder(news.resourceVersion(), known.resourceVersion()) ? known : news);
  }

  @Override
  public void deleted(FloorObject object) {
    objects.computeIfPresent(
        object.id(),
        (_, known) ->
            Version.isOlder(object.resourceVersion(), known.resourceVersion()) ? known : null);
  }

  @Override
  public void listed(Set<String> ids, String resourceVersion) {
    objects
        .values()
        .removeIf(
            o -> !ids.contains(o.id()) && !Version.isOlder(resourceVersion, o.resourceVersion()));
  }

  /** Those that scale a workload; two versions of a group name the same object. */
  List<FloorObject> of(TargetRef target) {
    return objects.values().stream()
        .filter(o ->
            o.target().namespace().equals(target.namespace())
                && o.target().kind().equals(target.kind())
                && o.target().name().equals(target.name())
                && group(o.target()).equals(group(target)))
        .sorted(Comparator.comparing(FloorObject::id))
        .toList();
  }

  /** Those whose bound is ours, or has been. */
  List<FloorObject> marked() {
    return objects.values().stream()
        .filter(o -> o.found().isPresent() || !o.scaledObject().isEmpty())
        .sorted(Comparator.comparing(FloorObject::id))
        .toList();
  }

  private static String group(TargetRef target) {
    int slash = target.apiVersion().indexOf('/');
    return slash < 0 ? "" : target.apiVersion().substring(0, slash);
  }
}
