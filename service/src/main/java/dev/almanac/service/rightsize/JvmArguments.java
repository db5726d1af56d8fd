package dev.almanac.service.rightsize;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory;
import dev.almanac.predictor.rightsizing.advice.WorkloadHistory;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.service.pack.ManifestFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the JVMs of workloads are started with, out of manifests: command, arguments and the
 * variables that every JVM reads. Values that the cluster fills in, by {@code valueFrom}, {@code
 * envFrom} or {@code $(NAME)}, are not known.
 */
public final class JvmArguments {
  /** In the order in which a JVM goes by them: the first are the ones that later ones override. */
  private static final List<String> VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

  private final Map<WorkloadName, Map<String, List<String>>> byWorkload = new HashMap<>();

  private JvmArguments() {}

  /**
   * Reads manifests, or the output of {@code kubectl get -o yaml} or {@code -o json}. A workload
   * without a namespace is that of its kind and name in every namespace that has none of its own.
   *
   * @throws dev.almanac.service.pack.ManifestException when a file cannot be read
   */
  public static JvmArguments read(List<Path> files) {
    JvmArguments all = new JvmArguments();
    ManifestFiles manifests = new ManifestFiles();
    files.forEach(file -> manifests.read(file, all::add));
    return all;
  }

  private void add(String kind, JsonNode object) {
    JsonNode spec = object.path("spec");
    JsonNode pod =
        switch (kind) {
          case "Pod" -> spec;
          case "CronJob" -> spec.path("jobTemplate").path("spec").path("template").path("spec");
          default -> spec.path("template").path("spec");
        };
    JsonNode metadata = object.path("metadata");
    WorkloadName name =
        new WorkloadName(
            metadata.path("namespace").asText(""), kind, metadata.path("name").asText(""));
    for (String list : List.of("containers", "initContainers")) {
      for (JsonNode container : pod.path(list)) {
        List<String> arguments = arguments(container);
        if (!arguments.isEmpty()) {
          byWorkload
              .computeIfAbsent(name, _ -> new HashMap<>())
              .put(container.path("name").asText(""), arguments);
        }
      }
    }
  }

  private static List<String> arguments(JsonNode container) {
    List<String> arguments = new ArrayList<>();
    for (String variable : VARIABLES) {
      for (JsonNode env : container.path("env")) {
        if (env.path("name").asText("").equals(variable)) {
          words(env.path("value").asText(""), arguments);
        }
      }
    }
    // One word may be a whole command of a shell.
    container.path("command").forEach(word -> words(word.asText(""), arguments));
    container.path("args").forEach(word -> words(word.asText(""), arguments));
    return arguments;
  }

  private static void words(String text, List<String> into) {
    Arrays.stream(text.split("\\s+")).filter(word -> !word.isEmpty()).forEach(into::add);
  }

  /** The workload with what is known of its JVMs. */
  public WorkloadHistory in(WorkloadHistory workload) {
    WorkloadName name = workload.name();
    WorkloadName anywhere = new WorkloadName("", name.kind(), name.name());
    Map<String, List<String>> known =
        byWorkload.getOrDefault(name, byWorkload.getOrDefault(anywhere, Map.of()));
    if (known.isEmpty()) {
      return workload;
    }
    List<ContainerHistory> containers = new ArrayList<>();
    for (ContainerHistory c : workload.containers()) {
      containers.add(c.startedWith(known.getOrDefault(c.name(), List.of())));
    }
    return new WorkloadHistory(
        name,
        workload.guessed(),
        workload.start(),
        workload.pods(),
        workload.meanPods(),
        containers,
        workload.hpa(),
        workload.notes());
  }
}
