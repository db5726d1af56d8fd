package dev.almanac.service.rightsize;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What was seen of the workloads of a namespace, from run to run. */
final class NamespaceUsage {
  /** Of a namespace: 2,000 containers of two weeks are 65 MB. */
  static final int MOST_CONTAINERS = 2_000;

  /** What {@code --days} may ask for. */
  static final int MOST_DAYS = 60;

  private static final int MOST_CELLS = MOST_DAYS * 86_400 / UsageCheckpoints.CELL_SECONDS;

  /** Most that any run has asked to keep: one that asks for less does not take it away. */
  int days;

  /** Cells in which the namespace was looked at; those without are not empty but unknown. */
  UsageCells looked = new UsageCells();

  final SortedMap<Owner, Workload> workloads = new TreeMap<>();

  /** The namespace is that of all of them. */
  record Owner(String kind, String name) implements Comparable<Owner> {
    @Override
    public int compareTo(Owner other) {
      int byKind = kind.compareTo(other.kind);
      return byKind != 0 ? byKind : name.compareTo(other.name);
    }
  }

  static final class Workload {
    /** How many pods were seen in each cell. */
    UsageCells pods = new UsageCells();

    final SortedMap<String, Container> containers = new TreeMap<>();
  }

  /** One container, over all pods of its workload. */
  static final class Container {
    Role role = Role.MAIN;
    ContainerResources now = new ContainerResources(ResourceList.NONE, ResourceList.NONE);

    /** In cores, without the first minutes of pods. */
    UsageCells cpu = new UsageCells();

    /** In cores, within the first minutes of pods. */
    UsageCells starting = new UsageCells();

    /** In bytes. */
    UsageCells memory = new UsageCells();

    int kills;

    /** Highest limit at which it was killed; 0 where it is not known. */
    long killLimit;

    long lastKillSecond = Long.MIN_VALUE;

    boolean isEmpty() {
      return cpu.isEmpty() && starting.isEmpty() && memory.isEmpty();
    }
  }

  Workload workload(Owner owner) {
    return workloads.computeIfAbsent(owner, _ -> new Workload());
  }

  int containers() {
    return workloads.values().stream().mapToInt(w -> w.containers.size()).sum();
  }

  /** Whether there is usage of later than the next cell, which no clock that is right has made. */
  boolean isAheadOf(long cell) {
    return !looked.isEmpty() && looked.end() > cell + 2;
  }

  /** Whether nothing is left of all there is once a cell begins: of a clock that is ahead, too. */
  boolean isForgottenBy(long cell) {
    return !looked.isEmpty() && looked.end() <= oldest(cell);
  }

  /** The end of what was seen; of no meaning when nothing was. */
  Instant end() {
    return Instant.ofEpochSecond(looked.end() * UsageCheckpoints.CELL_SECONDS);
  }

  private long oldest(long lastCell) {
    return lastCell + 1 - days * 86_400L / UsageCheckpoints.CELL_SECONDS;
  }

  /**
   * Makes room for a cell: forgets what is then older than is kept, and workloads of which nothing
   * is left.
   */
  void beginCell(long lastCell) {
    forgetBefore(oldest(lastCell));
    looked.raise(lastCell, 1);
  }

  /** Forgets what is later than a cell. Kills stay, as of the end of the cell. */
  void forgetAfter(long cell) {
    looked.forgetAfter(cell);
    for (Workload workload : workloads.values()) {
      workload.pods.forgetAfter(cell);
      for (Container c : workload.containers.values()) {
        c.cpu.forgetAfter(cell);
        c.starting.forgetAfter(cell);
        c.memory.forgetAfter(cell);
        c.lastKillSecond =
            Math.min(c.lastKillSecond, (cell + 1) * UsageCheckpoints.CELL_SECONDS - 1);
      }
    }
  }

  /**
   * Forgets Jobs and bare pods until all fit, those first that were seen least lately: each run of
   * a pipeline has a name of its own, and advice for one that is over is of no use.
   *
   * @return whether all fit
   */
  boolean fit() {
    int containers = containers();
    List<Map.Entry<Owner, Workload>> over =
        workloads.entrySet().stream()
            .filter(w -> w.getKey().kind().equals("Job") || w.getKey().kind().equals("Pod"))
            .sorted(Comparator.comparingLong(w -> w.getValue().pods.end()))
            .toList();
    for (int i = 0; i < over.size() && containers > MOST_CONTAINERS; i++) {
      containers -= over.get(i).getValue().containers.size();
      workloads.remove(over.get(i).getKey());
    }
    return containers <= MOST_CONTAINERS;
  }

  private void forgetBefore(long cell) {
    looked.forgetBefore(cell);
    for (Workload workload : workloads.values()) {
      workload.pods.forgetBefore(cell);
      for (Container c : workload.containers.values()) {
        c.cpu.forgetBefore(cell);
        c.starting.forgetBefore(cell);
        c.memory.forgetBefore(cell);
        if (c.kills > 0 && c.lastKillSecond < cell * UsageCheckpoints.CELL_SECONDS) {
          c.kills = 0; // The last one stays known, so that it is not counted again.
        }
      }
      workload.containers.values().removeIf(c -> c.isEmpty() && workload.pods.isEmpty());
    }
    workloads.values().removeIf(w -> w.containers.isEmpty());
  }

  // ------------------------------------------------------------------ in files

  void write(DataOutput out) throws IOException {
    out.writeInt(days);
    looked.write(out);
    out.writeInt(workloads.size());
    for (var workload : workloads.entrySet()) {
      out.writeUTF(workload.getKey().kind());
      out.writeUTF(workload.getKey().name());
      workload.getValue().pods.write(out);
      out.writeInt(workload.getValue().containers.size());
      for (var entry : workload.getValue().containers.entrySet()) {
        Container c = entry.getValue();
        out.writeUTF(entry.getKey());
        out.writeUTF(c.role.name());
        write(out, c.now.requests());
        write(out, c.now.limits());
        c.cpu.write(out);
        c.starting.write(out);
        c.memory.write(out);
        out.writeInt(c.kills);
        out.writeLong(c.killLimit);
        out.writeLong(c.lastKillSecond);
      }
    }
  }

  private static void write(DataOutput out, ResourceList list) throws IOException {
    for (Resource resource : Resource.values()) {
      out.writeLong(list.get(resource).orElse(-1));
    }
  }

  static NamespaceUsage read(DataInput in) throws IOException {
    NamespaceUsage usage = new NamespaceUsage();
    usage.days = in.readInt();
    if (usage.days < 1 || usage.days > MOST_DAYS) {
      throw new UsageCheckpoints.Damaged("kept for %d days".formatted(usage.days));
    }
    usage.looked = UsageCells.read(in, MOST_CELLS);
    int workloads = count(in);
    int containers = 0;
    for (int i = 0; i < workloads; i++) {
      Workload workload = usage.workload(new Owner(in.readUTF(), in.readUTF()));
      workload.pods = UsageCells.read(in, MOST_CELLS);
      int n = count(in);
      containers += n;
      if (containers > MOST_CONTAINERS) {
        throw new UsageCheckpoints.Damaged("more than %,d containers".formatted(MOST_CONTAINERS));
      }
      for (int j = 0; j < n; j++) {
        Container c = new Container();
        workload.containers.put(in.readUTF(), c);
        c.role = role(in.readUTF());
        c.now = new ContainerResources(amounts(in), amounts(in));
        c.cpu = UsageCells.read(in, MOST_CELLS);
        c.starting = UsageCells.read(in, MOST_CELLS);
        c.memory = UsageCells.read(in, MOST_CELLS);
        c.kills = in.readInt();
        c.killLimit = in.readLong();
        c.lastKillSecond = in.readLong();
        if (c.kills < 0 || c.killLimit < 0) {
          throw new UsageCheckpoints.Damaged(
              "%d kills at a limit of %d".formatted(c.kills, c.killLimit));
        }
      }
    }
    return usage;
  }

  private static int count(DataInput in) throws IOException {
    int n = in.readInt();
    if (n < 0 || n > MOST_CONTAINERS) {
      throw new UsageCheckpoints.Damaged("%d of at most %d".formatted(n, MOST_CONTAINERS));
    }
    return n;
  }

  private static Role role(String name) throws UsageCheckpoints.Damaged {
    try {
      return Role.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new UsageCheckpoints.Damaged("a container that is " + name);
    }
  }

  private static ResourceList amounts(DataInput in) throws IOException {
    ResourceList list = ResourceList.NONE;
    for (Resource resource : Resource.values()) {
      long amount = in.readLong();
      list = amount < 0 ? list : list.with(resource, amount);
    }
    return list;
  }
}
