package dev.almanac.service.rightsize;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import dev.almanac.predictor.rightsizing.resize.RunningPod;
import dev.almanac.service.files.RunLock;
import dev.almanac.service.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was found in each pod before it was resized first, so that it can be given back, and what
 * its node could never give, so that it is not asked for again. A file that is written before the
 * pod is; one run at a time holds it.
 */
public final class ResizeLedger implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final long LONGEST = 64L << 20;

  /**
   * One pod, known by its uid.
   *
   * @param found by container, before the first resize
   * @param refused by container, the last that was infeasible; empty for nothing
   */
  record Entry(
      String pod,
      WorkloadName workload,
      Instant since,
      Map<String, ContainerResources> found,
      Map<String, ContainerResources> refused) {}

  private final Path file;
  private final RunLock lock;
  private final Map<String, Entry> entries = new TreeMap<>();

  private ResizeLedger(Path file, RunLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * Opens the ledger, a new one where there is none.
   *
   * @throws IOException when it cannot be used, or another run holds it
   */
  public static ResizeLedger open(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    RunLock lock = RunLock.take(file.resolveSibling(file.getFileName() + ".lock"));
    try {
      ResizeLedger ledger = new ResizeLedger(file, lock);
      if (Files.exists(file)) {
        ledger.read();
      }
      return ledger;
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  private void read() throws IOException {
    if (Files.size(file) > LONGEST) {
      throw new IOException("longer than 64 MiB");
    }
    try {
      JsonNode pods = JSON.readTree(Files.readAllBytes(file)).path("pods");
      if (!pods.isArray()) {
        throw new IOException("not a ledger of almanac rightsize apply");
      }
      for (JsonNode pod : pods) {
        entries.put(
            pod.path("uid").asText(),
            new Entry(
                pod.path("pod").asText(),
                new WorkloadName(
                    pod.path("namespace").asText(),
                    pod.path("kind").asText(),
                    pod.path("name").asText()),
                Instant.parse(pod.path("since").asText()),
                containers(pod.path("found")),
                containers(pod.path("refused"))));
      }
    } catch (JacksonException | java.time.DateTimeException e) {
      throw new IOException("not a ledger of almanac rightsize apply", e);
    }
  }

  private static Map<String, ContainerResources> containers(JsonNode node) {
    Map<String, ContainerResources> containers = new TreeMap<>();
    node.properties()
        .forEach(
            entry -> containers.put(entry.getKey(), RightsizeJson.resources(entry.getValue())));
    return containers;
  }

  /** Everything that could be given back, by uid. */
  Map<String, Entry> entries() {
    return Map.copyOf(entries);
  }

  /** The namespaces of pods that could be given back. */
  public Set<String> namespaces() {
    Set<String> namespaces = new TreeSet<>();
    entries.values().forEach(entry -> namespaces.add(entry.workload().namespace()));
    return namespaces;
  }

  /** What a pod had before its first resize. */
  Map<String, ContainerResources> found(RunningPod pod) {
    Entry entry = entries.get(pod.uid());
    return entry == null ? Map.of() : entry.found();
  }

  /** What a pod's node could never give. */
  Map<String, ContainerResources> refused(RunningPod pod) {
    Entry entry = entries.get(pod.uid());
    return entry == null ? Map.of() : entry.refused();
  }

  /** Remembers what pods have, but for those that are known already, before they are changed. */
  void remember(Collection<RunningPod> pods, Instant now) throws IOException {
    boolean more = false;
    for (RunningPod pod : pods) {
      if (!entries.containsKey(pod.uid())) {
        Map<String, ContainerResources> found = new TreeMap<>();
        pod.containers().forEach(c -> found.put(c.name(), c.desired()));
        entries.put(pod.uid(), new Entry(pod.name(), pod.workload(), now, found, Map.of()));
        more = true;
      }
    }
    if (more) {
      write();
    }
  }

  /** Remembers what a node could never give; a pod that is not in the ledger is left out. */
  void refuse(RunningPod pod, Map<String, ContainerResources> asked) throws IOException {
    Entry old = entries.get(pod.uid());
    if (old != null) {
      entries.put(pod.uid(), new Entry(old.pod(), old.workload(), old.since(), old.found(), asked));
      write();
    }
  }

  /** Forgets pods, as they have their own again or are gone. */
  void forget(Collection<String> uids) throws IOException {
    if (entries.keySet().removeAll(Set.copyOf(uids))) {
      write();
    }
  }

  /** Forgets the pods of a namespace that are no more. */
  public void keepOnly(String namespace, List<RunningPod> there) throws IOException {
    Set<String> uids = new TreeSet<>();
    there.forEach(pod -> uids.add(pod.uid()));
    forget(
        entries.entrySet().stream()
            .filter(e -> e.getValue().workload().namespace().equals(namespace))
            .map(Map.Entry::getKey)
            .filter(uid -> !uids.contains(uid))
            .toList());
  }

  private void write() throws IOException {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode pods = root.putArray("pods");
    entries.forEach((uid, entry) -> {
      ObjectNode pod = pods.addObject();
      pod.put("uid", uid);
      pod.put("pod", entry.pod());
      pod.put("namespace", entry.workload().namespace());
      pod.put("kind", entry.workload().kind());
      pod.put("name", entry.workload().name());
      pod.put("since", entry.since().toString());
      containers(pod.putObject("found"), entry.found());
      containers(pod.putObject("refused"), entry.refused());
    });
    WholeFile.write(
        file,
        JSON.writeValueAsBytes(root),
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE,
        StandardOpenOption.SYNC);
  }

  private static void containers(ObjectNode to, Map<String, ContainerResources> containers) {
    containers.forEach((name, has) -> RightsizeJson.resources(to.putObject(name), has));
  }

  /** Lets other runs have it. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
