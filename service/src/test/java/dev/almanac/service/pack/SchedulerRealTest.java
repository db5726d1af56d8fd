package dev.almanac.service.pack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.almanac.service.cli.CommandRun;
import dev.almanac.testbed.ControlPlane;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random sets of pods and nodes given to the real kube-scheduler and to {@code almanac pack}: the
 * same pods find a node. In four of five sets equal pods look for one, and the two have to agree;
 * in the fifth there are two kinds, whose differences count only over all of 1,000 sets. {@code
 * -Dalmanac.sets=1000} makes it as many sets; every difference goes into {@code
 * target/scheduler-sets.md} with its reason.
 */
@Tag("real")
class SchedulerRealTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SETS = Integer.getInteger("almanac.sets", 100);
  private static final double AGREED = 0.99;

  /** With fewer sets a single tie between two kinds of pods would decide. */
  private static final int ENOUGH_FOR_ALL = 1_000;

  /** The scheduler tries again what did not fit; after so long without a change it has settled. */
  private static final Duration CALM = Duration.ofSeconds(12);

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @TempDir Path folder;

  /** A pod that only one of the two found a node for. */
  private record Difference(
      String pod, boolean contested, String rules, boolean scheduled, String reason) {}

  @Test
  void theSamePodsFindANode() throws Exception {
    List<SchedulerSets.Set> sets = new ArrayList<>();
    for (int i = 0; i < SETS; i++) {
      sets.add(SchedulerSets.of(i));
    }
    Set<String> scheduled;
    Map<String, String> why = new HashMap<>();
    try (ControlPlane cluster =
        ControlPlane.start(folder.resolve("cluster"), Duration.ofHours(1), "--nodes", "0")) {
      cluster.kubectl("create", "namespace", SchedulerSets.NAMESPACE);
      await(
          () -> cluster.get("/api/v1/namespaces/sets/serviceaccounts/default").contains("\"uid\""));
      for (SchedulerSets.Set set : sets) {
        set.nodes().forEach(node -> create(cluster, "/api/v1/nodes", node));
        set.bound().forEach(pod -> create(cluster, pods(), pod));
      }
      int pending = 0;
      for (SchedulerSets.Set set : sets) {
        set.pending().forEach(pod -> create(cluster, pods(), pod));
        pending += set.pending().size();
      }
      scheduled = settled(cluster, pending, why);
    }
    int all = 0;
    int contested = 0;
    int placed = 0;
    List<Difference> differences = new ArrayList<>();
    for (int i = 0; i < SETS; i++) {
      SchedulerSets.Set set = sets.get(i);
      Set<String> packed = packed(set);
      for (ObjectNode pod : set.pending()) {
        String name = pod.path("metadata").path("name").asText();
        boolean fits = scheduled.contains(name);
        all++;
        contested += SchedulerSets.isContested(i) ? 1 : 0;
        placed += fits ? 1 : 0;
        if (fits != packed.contains(name)) {
          differences.add(
              new Difference(
                  name,
                  SchedulerSets.isContested(i),
                  set.rules().getOrDefault(name, ""),
                  fits,
                  reason(set, scheduled, packed)));
        }
      }
    }
    write(all, contested, placed, differences, why);
    assertThat(placed).as("pods that the scheduler placed of %d", all).isBetween(all / 4, all - 1);
    long wrong = differences.stream().filter(d -> !d.contested()).count();
    assertThat(1 - (double) wrong / (all - contested))
        .as("share of %d pods on which both agree: %s", all - contested, differences)
        .isGreaterThanOrEqualTo(AGREED);
    if (SETS >= ENOUGH_FOR_ALL) {
      assertThat(1 - (double) differences.size() / all)
          .as("share of all %d pods on which both agree", all)
          .isGreaterThanOrEqualTo(AGREED);
    }
  }

  /** As many pods found a node in both: another of equal ones; or one found room for more. */
  private static String reason(SchedulerSets.Set set, Set<String> scheduled, Set<String> packed) {
    Set<String> ours = new HashSet<>();
    for (ObjectNode pod : set.pending()) {
      ours.add(pod.path("metadata").path("name").asText());
    }
    Set<String> theirs = new HashSet<>(ours);
    theirs.retainAll(scheduled);
    ours.retainAll(packed);
    if (ours.size() == theirs.size()) {
      return "as many pods, others of them";
    }
    return ours.size() > theirs.size()
        ? "packed: one by one the scheduler left no room for this one"
        : "scheduled: kept more strictly by pack";
  }

  private static String pods() {
    return "/api/v1/namespaces/" + SchedulerSets.NAMESPACE + "/pods";
  }

  private static void create(ControlPlane cluster, String path, ObjectNode object) {
    HttpResponse<String> made = cluster.send("POST", path, "application/json", object.toString());
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
  }

  /** Names of the pods that have found a node, once nothing changes any more. */
  private static Set<String> settled(ControlPlane cluster, int pending, Map<String, String> why)
      throws IOException, InterruptedException {
    long give = System.nanoTime() + PATIENCE.toNanos();
    long since = System.nanoTime();
    Set<String> before = Set.of();
    while (true) {
      Set<String> placed = new HashSet<>();
      int decided = 0;
      why.clear();
      for (JsonNode pod : JSON.readTree(cluster.get(pods())).path("items")) {
        String name = pod.path("metadata").path("name").asText();
        if (!name.contains("-new-")) {
          continue;
        }
        boolean has = !pod.path("spec").path("nodeName").asText("").isEmpty();
        JsonNode condition = pod.path("status").path("conditions").path(0);
        decided += has || condition.path("reason").asText().equals("Unschedulable") ? 1 : 0;
        if (has) {
          placed.add(name);
        } else {
          why.put(name, condition.path("message").asText());
        }
      }
      if (!placed.equals(before) || decided < pending) {
        since = System.nanoTime();
        before = placed;
      }
      if (System.nanoTime() - since > CALM.toNanos()) {
        return placed;
      }
      assertThat(System.nanoTime()).as("the scheduler has decided on %d", decided).isLessThan(give);
      Thread.sleep(1_000);
    }
  }

  private static void await(BooleanSupplier done) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(until);
      Thread.sleep(100);
    }
  }

  /** Names of the pods that pack places. */
  private Set<String> packed(SchedulerSets.Set set) throws IOException {
    ObjectNode list = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
    var items = list.putArray("items");
    set.nodes().forEach(items::add);
    set.bound().forEach(items::add);
    set.pending().forEach(items::add);
    Path file = Files.writeString(folder.resolve(set.name() + ".json"), list.toString());
    CommandRun run =
        CommandRun.run(
            "pack",
            "--pods",
            file.toString(),
            "--nodes",
            file.toString(),
            "--effort",
            "1",
            "-o",
            "json");
    assertThat(run.code()).as(set.name()).isZero();
    Set<String> placed = new HashSet<>();
    for (JsonNode assignment : JSON.readTree(run.out()).path("assignments")) {
      placed.add(assignment.path("pod").asText().replaceFirst(".*/", ""));
    }
    return placed;
  }

  private static void write(
      int all, int contested, int placed, List<Difference> differences, Map<String, String> why)
      throws IOException {
    StringBuilder table = new StringBuilder();
    table.append(
        "%,d sets, %,d pods, %,d placed by kube-scheduler%n%n".formatted(SETS, all, placed));
    table.append("| sets | pods | differences | share |\n|---|---:|---:|---:|\n");
    long wrong = differences.stream().filter(d -> !d.contested()).count();
    row(table, "equal pods", all - contested, wrong);
    row(table, "two kinds of pods", contested, differences.size() - wrong);
    row(table, "all", all, differences.size());
    Map<String, Integer> reasons = new TreeMap<>();
    differences.forEach(d ->
        reasons.merge((d.contested() ? "two kinds: " : "equal: ") + d.reason(), 1, Integer::sum));
    table.append("\n| reason | pods |\n|---|---:|\n");
    reasons.forEach((reason, pods) -> table.append("| %s | %d |%n".formatted(reason, pods)));
    table.append(
        "\n| pod | rules | placed by | reason | what the scheduler said |\n|---|---|---|---|---|\n");
    for (Difference d : differences) {
      table.append(
          "| %s | %s | %s | %s | %s |%n"
              .formatted(
                  d.pod(),
                  d.rules(),
                  d.scheduled() ? "scheduler" : "pack",
                  d.reason(),
                  why.getOrDefault(d.pod(), "")));
    }
    Files.writeString(Path.of("target", "scheduler-sets.md"), table);
  }

  private static void row(StringBuilder table, String sets, int pods, long differences) {
    table.append(
        "| %s | %,d | %,d | %.2f %% |%n"
            .formatted(sets, pods, differences, 100.0 * differences / Math.max(1, pods)));
  }
}
