package dev.almanac.simulator.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tries pods that a finished plan left out once more, one by one, as the scheduler would: on its
 * nodes, then on a new one, the cheapest first.
 */
final class Leftovers {
  /*
   * Kinds that affinity and spread tie together are planned together and given up together, though
   * some of them can do without the others. On the finished plan each is tried alone. The rules
   * between pods are not stated here once more: a place counts when the whole plan with it passes
   * the validator. That reads all pods, so only places with room are tried, and the work is bounded.
   */

  /**
   * Pods and nodes, once for each rule between pods, that all tries may look at: about a second.
   */
  private static final long MOST_WORK = 100_000_000;

  /** What a look at one node's room costs of that. */
  private static final long LOOK = 16;

  private final List<PodSet> sets;
  private final List<NodeKind> kinds;
  private final Plan plan;
  private final Map<NodeKind, Room> rooms = new IdentityHashMap<>();
  private final Map<String, PodShape> shapes = new HashMap<>();
  private final List<PlannedNode> nodes;
  private final List<Room> left = new ArrayList<>();
  private final Set<String> names = new HashSet<>(); // of nodes, also of those that stand unused
  private final Map<NodeKind, Integer> used = new IdentityHashMap<>();
  private final List<Plan.Unplaced> waiting;
  private final List<NodeKind> cheapestFirst;
  private final long onePlan;
  private double price;
  private long work = MOST_WORK;

  private Leftovers(List<PodSet> sets, List<NodeKind> kinds, Plan plan) {
    this.sets = sets;
    this.kinds = kinds;
    this.plan = plan;
    nodes = new ArrayList<>(plan.nodes());
    waiting = new ArrayList<>(plan.unplaced());
    price = plan.price();
    Room.of(sets, kinds).forEach(r -> rooms.put(r.kind(), r));
    long pods = 0;
    long ruled = 0;
    for (PodSet set : sets) {
      pods += set.names().size();
      PodShape shape = set.shape();
      ruled += shape.spreads().size() + shape.affinity().size() + shape.antiAffinity().size();
      if (!set.isBound() && set.daemonSet().isEmpty()) {
        set.names().forEach(n -> shapes.put(n, shape));
      }
    }
    onePlan = (pods + kinds.size() + nodes.size()) * (1 + ruled);
    kinds.stream().filter(NodeKind::exists).forEach(k -> names.add(k.name()));
    for (PlannedNode node : nodes) {
      left.add(leftOf(node));
      use(node);
    }
    cheapestFirst =
        kinds.stream()
            .filter(k -> k.limit() > 0)
            .sorted(Comparator.comparingDouble(NodeKind::price))
            .toList();
  }

  /** The plan with those that found a place; the same plan when none did. */
  static Plan place(List<PodSet> sets, List<NodeKind> kinds, Plan plan) {
    return plan.unplaced().isEmpty() ? plan : new Leftovers(sets, kinds, plan).run();
  }

  private Plan run() {
    int placed = 0;
    int before;
    do { // a pod that came late may be one that others want to be near
      before = placed;
      for (int w = 0; w < waiting.size(); w++) {
        while (!waiting.get(w).pods().isEmpty() && placeOne(w)) {
          placed++;
        }
      }
    } while (placed > before && work > 0);
    if (placed == 0) {
      return plan;
    }
    List<String> notes = new ArrayList<>(plan.notes());
    notes.add("the bound leaves out pods that were placed after the others: " + placed);
    return planOf(nodes, waiting, price, notes);
  }

  private Plan planOf(
      List<PlannedNode> on, List<Plan.Unplaced> off, double cost, List<String> notes) {
    List<Plan.Unplaced> some = off.stream().filter(u -> !u.pods().isEmpty()).toList();
    return new Plan(on, some, cost, plan.bound(), plan.step(), notes);
  }

  /** Whether the first pod of a kind found a place. */
  private boolean placeOne(int w) {
    Plan.Unplaced kind = waiting.get(w);
    String pod = kind.pods().getFirst();
    PodShape shape = Optional.ofNullable(shapes.get(pod)).orElseThrow();
    List<Plan.Unplaced> others = new ArrayList<>(waiting);
    others.set(w, new Plan.Unplaced(kind.pods().subList(1, kind.pods().size()), kind.reason()));
    for (int n = 0; n < nodes.size() && work > 0; n++) {
      work -= LOOK;
      if (hasRoom(left.get(n), shape)) {
        PlannedNode old = nodes.get(n);
        List<String> pods = new ArrayList<>(old.pods());
        pods.add(pod);
        PlannedNode node = new PlannedNode(old.name(), old.kind(), pods, old.bound());
        List<PlannedNode> all = new ArrayList<>(nodes);
        all.set(n, node);
        if (holds(all, others, price)) {
          nodes.set(n, node);
          left.set(n, leftOf(node));
          waiting.set(w, others.get(w));
          return true;
        }
      }
    }
    return placeOnNew(w, pod, shape, others);
  }

  private boolean placeOnNew(int w, String pod, PodShape shape, List<Plan.Unplaced> others) {
    for (NodeKind kind : cheapestFirst) {
      Room room = Optional.ofNullable(rooms.get(kind)).orElseThrow();
      int count = used.getOrDefault(kind, 0);
      work -= LOOK;
      if (count < kind.limit() && hasRoom(room, shape)) {
        String name = kind.exists() ? kind.name() : newName(kind, count);
        PlannedNode node = new PlannedNode(name, kind, List.of(pod), List.of());
        List<PlannedNode> all = new ArrayList<>(nodes);
        all.add(node);
        if (holds(all, others, price + kind.price())) {
          nodes.add(node);
          left.add(leftOf(node));
          use(node);
          waiting.set(w, others.get(w));
          price += kind.price();
          return true;
        }
      }
    }
    return false;
  }

  private void use(PlannedNode node) {
    names.add(node.name());
    used.merge(node.kind(), 1, Integer::sum);
  }

  private String newName(NodeKind kind, int count) {
    int number = count;
    String name;
    do {
      number++;
      name = ClusterPacking.baseName(kind) + "-" + number;
    } while (names.contains(name));
    return name;
  }

  private static boolean hasRoom(Room room, PodShape shape) {
    return room.holds(shape) > 0 && shape.selects(room.kind()) && shape.tolerates(room.kind());
  }

  private boolean holds(List<PlannedNode> on, List<Plan.Unplaced> off, double cost) {
    work -= onePlan;
    return work > 0
        && PlanValidator.problems(sets, kinds, planOf(on, off, cost, List.of())).isEmpty();
  }

  private Room leftOf(PlannedNode node) {
    Room empty = Optional.ofNullable(rooms.get(node.kind())).orElseThrow();
    Map<String, Long> rest = new HashMap<>(empty.left());
    for (String pod : node.pods()) {
      Room.take(rest, Optional.ofNullable(shapes.get(pod)).orElseThrow(), 1);
    }
    return new Room(node.kind(), empty.index(), rest, empty.residents(), empty.bound());
  }
}
