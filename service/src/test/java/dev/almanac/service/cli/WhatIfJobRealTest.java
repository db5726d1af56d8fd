package dev.almanac.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.almanac.testbed.ControlPlane;
import dev.almanac.testbed.RealParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * deploy/whatif on a real API server: it is accepted in a restricted namespace, the Job controller
 * makes its pods, and what their containers would run, run here, merges to what one run gives.
 */
@Tag("real")
class WhatIfJobRealTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void theShardsOfTheJobMergeToTheWhole() throws Exception {
    Path whatif = RealParts.root().resolve("deploy/whatif");
    Path results = Files.createDirectory(folder.resolve("results"));
    try (ControlPlane cluster = ControlPlane.start(folder.resolve("cluster"), Duration.ZERO)) {
      cluster.kubectl("create", "namespace", "almanac");
      cluster.kubectl(
          "label", "namespace", "almanac", "pod-security.kubernetes.io/enforce=restricted");
      cluster.kubectl("apply", "-k", whatif.toString());
      JsonNode job = JSON.readTree(cluster.get(jobs() + "/almanac-whatif")).path("spec");
      assertThat(job.path("completionMode").asText()).isEqualTo("Indexed");
      int completions = job.path("completions").asInt();

      Set<Integer> indexes = new TreeSet<>();
      for (JsonNode pod : pods(cluster, "almanac-whatif", completions)) {
        int index =
            pod.path("metadata")
                .path("annotations")
                .path("batch.kubernetes.io/job-completion-index")
                .asInt(-1);
        indexes.add(index);
        JsonNode container = pod.path("spec").path("containers").path(0);
        // The kubelet would put the index in the place of the variable, which it sets itself.
        assertThat(container.path("env").toString()).contains("JOB_COMPLETION_INDEX");
        assertThat(run(arguments(container, Integer.toString(index), whatif, results)))
            .as("shard %d", index)
            .isNotEmpty();
      }
      assertThat(indexes).containsExactly(0, 1, 2, 3);

      cluster.kubectl("-n", "almanac", "apply", "-f", whatif.resolve("merge.yaml").toString());
      JsonNode merge = pods(cluster, "almanac-whatif-merge", 1).getFirst();
      List<String> arguments =
          arguments(merge.path("spec").path("containers").path(0), "", whatif, results);
      assertThat(run(arguments)).startsWith("<!doctype html>");
      arguments.set(arguments.indexOf("--output=html"), "--output=csv");
      assertThat(run(arguments))
          .isEqualTo(
              run(List.of("whatif", whatif.resolve("study.yaml").toString(), "--output=csv")));
    }
  }

  private static String jobs() {
    return "/apis/batch/v1/namespaces/almanac/jobs";
  }

  private static List<JsonNode> pods(ControlPlane cluster, String job, int number)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + SOON.toNanos();
    List<JsonNode> pods = new ArrayList<>();
    while (pods.size() < number && System.nanoTime() < until) {
      Thread.sleep(200);
      pods.clear();
      JSON.readTree(
              cluster.get(
                  "/api/v1/namespaces/almanac/pods?labelSelector=batch.kubernetes.io/job-name%3D"
                      + job))
          .path("items")
          .forEach(pods::add);
    }
    assertThat(pods).as("pods of %s: %s", job, cluster.get(jobs() + "/" + job)).hasSize(number);
    return pods;
  }

  /** What a container would run, with its mounts in folders of ours. */
  private static List<String> arguments(
      JsonNode container, String index, Path whatif, Path results) {
    List<String> arguments = new ArrayList<>();
    for (JsonNode argument : container.path("args")) {
      arguments.add(
          argument
              .asText()
              .replace("$(JOB_COMPLETION_INDEX)", index)
              .replace("/etc/almanac", whatif.toString())
              .replace("/var/lib/almanac", results.toString()));
    }
    return arguments;
  }

  private static String run(List<String> arguments) {
    CommandRun run = CommandRun.run(arguments.toArray(String[]::new));
    assertThat(run.code()).isZero();
    return run.out();
  }
}
