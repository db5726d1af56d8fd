package dev.almanac.service.rightsize;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.Amounts;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Recommended;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Advice as files for Git: strategic merge patches for kustomize, values for Helm. The same advice
 * gives the same bytes.
 *
 * <p>Patched are the kinds whose template may change: others have lists that a merge would replace,
 * or templates that the API server does not let change.
 */
public final class Patches {
  private static final Map<String, String> API_VERSIONS =
      Map.of(
          "Deployment", "apps/v1",
          "StatefulSet", "apps/v1",
          "DaemonSet", "apps/v1",
          "ReplicaSet", "apps/v1",
          "ReplicationController", "v1",
          "CronJob", "batch/v1");

  private Patches() {}

  /** Rows of changes by workload, in order of their names. */
  private static SortedMap<WorkloadName, List<Row>> changes(RightsizeReport report) {
    SortedMap<WorkloadName, List<Row>> changes = new TreeMap<>();
    for (Row row : report.rows()) {
      if (!row.guessed() && row.advice() instanceof Recommended r && r.changes()) {
        changes.computeIfAbsent(row.workload(), _ -> new ArrayList<>()).add(row);
      }
    }
    changes
        .values()
        .forEach(
            rows -> rows.sort((a, b) -> a.advice().container().compareTo(b.advice().container())));
    return changes;
  }

  /** One document a workload that can be patched. */
  public static SortedMap<WorkloadName, String> kustomize(RightsizeReport report) {
    SortedMap<WorkloadName, String> documents = new TreeMap<>();
    changes(report)
        .forEach((name, rows) -> {
          if (API_VERSIONS.containsKey(name.kind())) {
            documents.put(name, patch(name, rows));
          }
        });
    return documents;
  }

  /** Workloads with advice that none is patched for: their name is a guess, or a file's. */
  public static long guessed(RightsizeReport report) {
    return report.rows().stream()
        .filter(row -> row.guessed() && row.advice() instanceof Recommended)
        .map(Row::workload)
        .distinct()
        .count();
  }

  /** Workloads with advice that no patch can carry. */
  public static List<WorkloadName> unpatched(RightsizeReport report) {
    return changes(report).keySet().stream()
        .filter(name -> !API_VERSIONS.containsKey(name.kind()))
        .toList();
  }

  private static String patch(WorkloadName name, List<Row> rows) {
    StringBuilder out = new StringBuilder();
    rows.getFirst()
        .hpa()
        .ifPresent(hpa ->
            out.append(
                "# Set averageUtilization of HorizontalPodAutoscaler %s from %d to %d with it.\n"
                    .formatted(hpa.name(), hpa.percentNow(), hpa.percent())));
    out.append("apiVersion: %s\nkind: %s\n".formatted(API_VERSIONS.get(name.kind()), name.kind()));
    out.append(
        "metadata:\n  name: %s\n  namespace: %s\nspec:\n"
            .formatted(quoted(name.name()), quoted(name.namespace())));
    String indent = "  ";
    if (name.kind().equals("CronJob")) {
      out.append("  jobTemplate:\n    spec:\n");
      indent = "      ";
    }
    out.append(indent).append("template:\n").append(indent).append("  spec:\n");
    containers(out, rows, false, indent + "    ");
    containers(out, rows, true, indent + "    ");
    return out.toString();
  }

  private static void containers(
      StringBuilder out, List<Row> rows, boolean sidecars, String indent) {
    boolean first = true;
    for (Row row : rows) {
      if ((row.role() == Role.SIDECAR) != sidecars) {
        continue;
      }
      if (first) {
        out.append(indent).append(sidecars ? "initContainers:\n" : "containers:\n");
        first = false;
      }
      out.append("%s- name: %s\n".formatted(indent, quoted(row.advice().container())));
      resources(out, ((Recommended) row.advice()).advised(), indent + "  ");
    }
  }

  private static void resources(StringBuilder out, ContainerResources c, String indent) {
    out.append(indent).append("resources:\n");
    amounts(out, "requests", c.requests(), indent + "  ");
    amounts(out, "limits", c.limits(), indent + "  ");
  }

  private static void amounts(StringBuilder out, String what, ResourceList list, String indent) {
    if (list.amounts().isEmpty()) {
      return;
    }
    out.append("%s%s:\n".formatted(indent, what));
    list.amounts()
        .forEach((resource, amount) ->
            out.append(
                "%s  %s: \"%s\"\n"
                    .formatted(
                        indent,
                        resource == Resource.CPU ? "cpu" : "memory",
                        Amounts.quantity(resource, amount))));
  }

  /** Names of Kubernetes need no escape; whatever else a store says does. */
  private static String quoted(String name) {
    return name.matches("[a-z]([-a-z0-9.]*[a-z0-9])?")
            && !name.matches("y|n|yes|no|on|off|true|false|null")
        ? name
        : '"'
            + name.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ")
            + '"';
  }

  /** Values by namespace, workload and container, for charts to take {@code resources} from. */
  public static String helm(RightsizeReport report) {
    StringBuilder out = new StringBuilder();
    String namespace = "";
    for (Map.Entry<WorkloadName, List<Row>> entry : changes(report).entrySet()) {
      WorkloadName name = entry.getKey();
      if (!name.namespace().equals(namespace)) {
        namespace = name.namespace();
        out.append(quoted(namespace)).append(":\n");
      }
      out.append("  %s: # %s\n".formatted(quoted(name.name()), name.kind()));
      for (Row row : entry.getValue()) {
        out.append("    %s:\n".formatted(quoted(row.advice().container())));
        resources(out, ((Recommended) row.advice()).advised(), "      ");
      }
    }
    return out.isEmpty() ? "{}\n" : out.toString();
  }
}
