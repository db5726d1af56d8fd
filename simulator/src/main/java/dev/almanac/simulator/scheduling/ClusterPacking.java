package dev.almanac.simulator.scheduling;

import dev.almanac.simulator.packing.LowerBound;
import dev.almanac.simulator.packing.LowerBound.Kind;
import dev.almanac.simulator.packing.PackedNodes;
import dev.almanac.simulator.packing.Packing;
import dev.almanac.simulator.packing.PackingAnswer;
import dev.almanac.simulator.packing.PackingAnswer.Step;
import dev.almanac.simulator.packing.PackingSolver;
import dev.almanac.simulator.packing.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Pods of a cluster onto nodes that are there and types that can be had, at the least price. */
public final class ClusterPacking {

  /** Rounds of sharing out and packing, when pods are left over; the last gives groups up. */
  private static final int MAX_ROUNDS = 8;

  private final List<PodGroup> groups;
  private final List<Room> rooms;
  private final Admission admission;
  private final Map<Integer, String> refused = new TreeMap<>();
  private final List<Deque<String>> waiting = new ArrayList<>();
  private final List<PlannedNode> nodes = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<NodeKind, Integer> bought = new IdentityHashMap<>();
  private final Set<String> known;
  private final List<String> notes = new ArrayList<>();

  private ClusterPacking(List<PodSet> pods, List<NodeKind> kinds) {
    requireDifferentNames(pods);
    rooms = Room.of(pods, kinds);
    groups = PodGroup.of(pods);
    admission = new Admission(rooms);
    for (PodGroup g : groups) {
      waiting.add(new ArrayDeque<>(g.names()));
    }
    known = kinds.stream().filter(NodeKind::exists).map(NodeKind::name).collect(Collectors.toSet());
    long elsewhere =
        pods.stream()
            .filter(s -> s.isBound() && !known.contains(s.node()))
            .mapToLong(s -> s.names().size())
            .sum();
    if (elsewhere > 0) {
      notes.add(elsewhere + " pods run on nodes that are not in the input; they were left out");
    }
  }

  private static void requireDifferentNames(List<PodSet> pods) {
    Set<String> names = new HashSet<>();
    for (PodSet set : pods) {
      for (String name : set.daemonSet().isEmpty() ? set.names() : List.<String>of()) {
        if (!names.add(name)) {
          throw new IllegalArgumentException(
              "two pods are named " + name + "; give one of them another name or namespace");
        }
      }
    }
  }

  /**
   * Plans.
   *
   * @param pods with a node: they stay; of a daemonset: they are on every node that admits them;
   *     others are placed
   * @param kinds nodes that exist, each name once, and types
   * @param target gap at which the search ends; 0 searches for a proof
   * @param work what may be done
   * @throws IllegalArgumentException when two pods have one name
   */
  public static Plan plan(List<PodSet> pods, List<NodeKind> kinds, double target, Work work) {
    return Leftovers.place(pods, kinds, new ClusterPacking(pods, kinds).run(target, work));
  }

  /** What one round of sharing out and packing has come to. */
  private record Round(
      List<PackItem> items,
      Map<PackItem, List<DomainPlan.Part>> parts,
      Map<Integer, String> refused,
      Optional<PackModel> model,
      Optional<PackingAnswer> answer) {}

  private Plan run(double target, Work work) {
    boolean[][] admitted = new boolean[groups.size()][];
    for (int g = 0; g < admitted.length; g++) {
      admitted[g] = admission.of(groups.get(g).shape());
    }
    Together together = new Together(groups, rooms, admitted);
    Map<DomainPlan.Part, Integer> full = new HashMap<>();
    Round round = round(admitted, together, full, target, work);
    for (int r = 1; r <= MAX_ROUNDS && learn(round, full, r == MAX_ROUNDS); r++) {
      round = round(admitted, together, full, target, work);
    }
    refused.putAll(together.refused());
    round.refused().forEach(refused::putIfAbsent);
    double paid = 0;
    for (Room room : rooms) {
      paid += room.isPaid() ? room.kind().price() : 0;
    }
    if (round.answer().isEmpty()) {
      keepPaidNodes(Map.of());
      return new Plan(
          nodes, unplaced(), paid, new LowerBound(paid, Kind.NONE), Step.QUICK_PASS, notes);
    }
    PackingAnswer answer = round.answer().get();
    name(round.model().orElseThrow(), answer.packing());
    return new Plan(
        nodes,
        unplaced(),
        paid + answer.packing().price(),
        new LowerBound(paid + answer.bound().price(), answer.bound().kind()),
        answer.step(),
        notes);
  }

  private Round round(
      boolean[][] admitted,
      Together together,
      Map<DomainPlan.Part, Integer> full,
      double target,
      Work work) {
    DomainPlan domains = new DomainPlan(groups, rooms, admitted, together.refused().keySet(), full);
    List<DomainPlan.Part> parts = domains.parts();
    Map<PackItem, List<DomainPlan.Part>> partOf = new IdentityHashMap<>();
    List<PackItem> items = items(parts, domains, together, admitted, partOf);
    Optional<PackModel> model = PackModel.of(groups, items, rooms);
    Optional<PackingAnswer> answer =
        model.map(m -> {
          boolean split = parts.stream().anyMatch(p -> p.cell() >= 0);
          PackModel relaxed =
              split ? PackModel.of(groups, whole(m.items()), rooms).orElseThrow() : m;
          return PackingSolver.solve(m.instance(), relaxed.instance(), target, work);
        });
    return new Round(items, partOf, domains.refused(), model, answer);
  }

  /**
   * Remembers where shared-out pods found no node: the others of their group, and those that want
   * to be near them, must be shared out anew, or a rule between domains would be broken.
   *
   * @param last whether such groups are to be given up
   * @return whether there is anything new
   */
  private static boolean learn(Round round, Map<DomainPlan.Part, Integer> full, boolean last) {
    boolean news = false;
    Map<PackItem, Integer> number = new IdentityHashMap<>();
    round.model().ifPresent(m -> m.items().forEach(i -> number.put(i, number.size())));
    for (PackItem item : round.items()) {
      Integer at = number.get(item);
      int left = at == null ? item.demand() : round.answer().orElseThrow().packing().unplaced()[at];
      for (DomainPlan.Part part : round.parts().getOrDefault(item, List.of())) {
        if (left > 0 && part.cell() >= 0) {
          full.put(part.place(), last ? 0 : item.demand() - left);
          news = true;
        }
      }
    }
    return news;
  }

  private List<PackItem> items(
      List<DomainPlan.Part> parts,
      DomainPlan domains,
      Together together,
      boolean[][] admitted,
      Map<PackItem, List<DomainPlan.Part>> partOf) {
    List<PackItem> items = new ArrayList<>();
    Map<Integer, boolean[]> bundles = new TreeMap<>();
    Map<Integer, List<DomainPlan.Part>> bundled = new HashMap<>();
    for (DomainPlan.Part part : parts) {
      int g = part.group();
      if (together.refused().containsKey(g)) {
        continue;
      }
      boolean[] mask = admitted[g].clone();
      for (int r = 0; r < mask.length; r++) {
        mask[r] &= part.cell() < 0 || domains.cellOf(r) == part.cell();
      }
      if (together.isBundled(g)) {
        int first = together.bundleOf(g)[0];
        bundled.computeIfAbsent(first, _ -> new ArrayList<>()).add(part);
        boolean[] all = bundles.putIfAbsent(first, mask);
        for (int r = 0; all != null && r < mask.length; r++) {
          all[r] &= mask[r];
        }
      } else {
        PackItem item = PackItem.of(g, part.pods(), mask, together.companions(g));
        partOf.put(item, List.of(part));
        items.add(item);
      }
    }
    bundles.forEach((first, mask) -> {
      int[] members = together.bundleOf(first);
      int[] pods = new int[members.length];
      for (int i = 0; i < pods.length; i++) {
        pods[i] = groups.get(members[i]).demand();
      }
      if (members.length == 1) {
        pods[0] = together(first, mask);
      }
      PackItem item = new PackItem(members, pods, 1, mask, together.companionsOf(members));
      partOf.put(item, bundled.getOrDefault(first, List.of()));
      items.add(item);
    });
    return items;
  }

  /**
   * Pods of a group that must share a node: all of them, or as many as the roomiest node holds. The
   * scheduler gives those a place that fit beside the first one.
   */
  private int together(int g, boolean[] mask) {
    PodGroup group = groups.get(g);
    long most = 0;
    for (int r = 0; r < mask.length; r++) {
      if (mask[r]) {
        most = Math.max(most, rooms.get(r).holds(group.shape()));
      }
    }
    if (most == 0 || most >= group.demand()) {
      return group.demand();
    }
    refused.put(
        g,
        "its pods must share a node, and no node has room for more than %d of %d"
            .formatted(most, group.demand()));
    return (int) most;
  }

  /** The items before they were shared out over domains. */
  private static List<PackItem> whole(List<PackItem> items) {
    Map<Integer, PackItem> joined = new TreeMap<>();
    for (PackItem item : items) {
      joined.merge(
          item.groups()[0],
          item,
          (a, b) -> {
            boolean[] mask = a.rooms().clone();
            for (int r = 0; r < mask.length; r++) {
              mask[r] |= b.rooms()[r];
            }
            return new PackItem(
                a.groups(), a.pods(), a.demand() + b.demand(), mask, a.companions());
          });
    }
    return new ArrayList<>(joined.values());
  }

  private void name(PackModel model, Packing packing) {
    Map<Integer, Deque<Room>> left = new HashMap<>();
    Map<String, List<String>> onPaid = new HashMap<>();
    for (PackedNodes p : packing.nodes()) {
      Deque<Room> free =
          left.computeIfAbsent(p.type(), t -> new ArrayDeque<>(model.rooms().get(t)));
      for (int copy = 0; copy < p.copies(); copy++) {
        List<String> pods = new ArrayList<>();
        for (int i = 0; i < p.groups().length; i++) {
          PackItem item = model.items().get(p.groups()[i]);
          for (int k = 0; k < item.groups().length; k++) {
            Deque<String> names = waiting.get(item.groups()[k]);
            for (int n = item.pods()[k] * p.counts()[i]; n > 0; n--) {
              pods.add(names.removeFirst());
            }
          }
        }
        Room room = nextRoom(free);
        if (room.isPaid()) {
          onPaid.put(room.kind().name(), pods);
        } else {
          nodes.add(new PlannedNode(nameOf(room.kind()), room.kind(), pods, List.of()));
        }
      }
    }
    keepPaidNodes(onPaid);
  }

  /** Nodes that exist come first, each once; then types, each as often as its limit lets it. */
  private Room nextRoom(Deque<Room> free) {
    while (true) {
      Room room = free.getFirst();
      if (room.kind().exists()) {
        return free.removeFirst();
      }
      if (bought.getOrDefault(room.kind(), 0) < room.kind().limit()) {
        return room;
      }
      free.removeFirst();
    }
  }

  static String baseName(NodeKind kind) {
    return kind.zone().isEmpty() ? kind.name() : kind.name() + "-" + kind.zone();
  }

  private String nameOf(NodeKind kind) {
    if (kind.exists()) {
      return kind.name();
    }
    bought.merge(kind, 1, Integer::sum);
    String name;
    do { // a node that is there, or one of "a-b" beside one of "a" in zone b, may have the name
      name = baseName(kind) + "-" + numbers.merge(baseName(kind), 1, Integer::sum);
    } while (known.contains(name));
    return name;
  }

  private void keepPaidNodes(Map<String, List<String>> more) {
    for (Room room : rooms) {
      if (room.isPaid()) {
        nodes.add(
            new PlannedNode(
                room.kind().name(),
                room.kind(),
                more.getOrDefault(room.kind().name(), List.of()),
                room.bound()));
      }
    }
  }

  private List<Plan.Unplaced> unplaced() {
    List<Plan.Unplaced> left = new ArrayList<>();
    for (int g = 0; g < waiting.size(); g++) {
      if (waiting.get(g).isEmpty()) {
        continue;
      }
      String reason = refused.get(g);
      left.add(
          new Plan.Unplaced(
              List.copyOf(waiting.get(g)),
              reason == null ? admission.refusal(groups.get(g).shape()) : reason));
    }
    return left;
  }
}
