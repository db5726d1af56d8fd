package dev.almanac.simulator.scheduling;

import dev.almanac.simulator.packing.Instance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Items and rooms as a packing instance. Rooms that differ in nothing that items could see are one
 * type; rooms that take nothing are left out, and so are items that no room takes.
 *
 * @param instance what to pack
 * @param items item of each of its groups
 * @param rooms rooms of each of its types
 */
record PackModel(Instance instance, List<PackItem> items, List<List<Room>> rooms) {
  private static final int[] NONE = {};

  /** The model; nothing when no item has a room. */
  static Optional<PackModel> of(List<PodGroup> groups, List<PackItem> all, List<Room> rooms) {
    List<String> resources = resources(groups, all);
    double[][] left = new double[rooms.size()][resources.size()];
    for (int r = 0; r < left.length; r++) {
      for (int d = 0; d < resources.size(); d++) {
        left[r][d] = Math.min(rooms.get(r).left(resources.get(d)), (long) Instance.MAX_UNITS);
      }
    }
    List<PackItem> items = new ArrayList<>();
    for (PackItem item : all) {
      if (item.demand() > 0 && fitsSomewhere(size(groups, item, resources), item.rooms(), left)) {
        items.add(item);
      }
    }
    dropThoseWithoutCompanion(items);
    if (items.isEmpty()) {
      return Optional.empty();
    }
    List<double[]> sizes = items.stream().map(i -> size(groups, i, resources)).toList();
    Map<List<Object>, List<Room>> merged = merged(items, rooms, left);
    List<List<Room>> types = new ArrayList<>(merged.values());
    double[][] capacity = new double[types.size()][];
    double[] price = new double[types.size()];
    int[] limit = new int[types.size()];
    boolean[][] allowed = new boolean[items.size()][types.size()];
    for (int t = 0; t < capacity.length; t++) {
      Room first = types.get(t).getFirst();
      capacity[t] = left[first.index()];
      price[t] = price(first);
      long sum = 0;
      for (Room room : types.get(t)) {
        sum += room.kind().limit();
      }
      limit[t] = (int) Math.min(sum, Instance.UNLIMITED);
      for (int i = 0; i < allowed.length; i++) {
        allowed[i][t] = items.get(i).rooms()[first.index()];
      }
    }
    Instance instance =
        Instance.of(
                sizes.toArray(double[][]::new),
                items.stream().mapToInt(PackItem::demand).toArray(),
                capacity,
                price)
            .withAllowed(allowed)
            .withTypeLimits(limit)
            .withPerNode(items.stream().mapToInt(i -> perNode(groups, i)).toArray());
    return Optional.of(new PackModel(related(instance, groups, items), items, List.copyOf(types)));
  }

  /** An item whose companions all have no room has none itself. */
  private static void dropThoseWithoutCompanion(List<PackItem> items) {
    Set<Integer> present = new LinkedHashSet<>();
    for (PackItem item : items) {
      for (int g : item.groups()) {
        present.add(g);
      }
    }
    items.removeIf(item ->
        item.companions().length > 0
            && Arrays.stream(item.companions()).noneMatch(present::contains));
  }

  /** What a node of the plan costs: nothing more where it is there in any case. */
  private static double price(Room room) {
    return room.isPaid() ? 0 : room.kind().price();
  }

  private static List<String> resources(List<PodGroup> groups, List<PackItem> items) {
    Set<String> found = new LinkedHashSet<>(List.of(NodeKind.PODS));
    for (PackItem item : items) {
      for (int g : item.groups()) {
        found.addAll(groups.get(g).shape().requests().keySet());
      }
    }
    return found.stream().sorted().toList();
  }

  private static double[] size(List<PodGroup> groups, PackItem item, List<String> resources) {
    double[] size = new double[resources.size()];
    for (int d = 0; d < size.length; d++) {
      String resource = resources.get(d);
      for (int k = 0; k < item.groups().length; k++) {
        Map<String, Long> requests = groups.get(item.groups()[k]).shape().requests();
        long units = resource.equals(NodeKind.PODS) ? 1 : requests.getOrDefault(resource, 0L);
        size[d] += (double) units * item.pods()[k];
      }
    }
    return size;
  }

  private static boolean fitsSomewhere(double[] size, boolean[] mask, double[][] left) {
    for (int r = 0; r < mask.length; r++) {
      if (mask[r] && fits(size, left[r])) {
        return true;
      }
    }
    return false;
  }

  private static boolean fits(double[] size, double[] room) {
    for (int d = 0; d < size.length; d++) {
      if (size[d] > room[d]) {
        return false;
      }
    }
    return true;
  }

  private static Map<List<Object>, List<Room>> merged(
      List<PackItem> items, List<Room> rooms, double[][] left) {
    Map<List<Object>, List<Room>> merged = new LinkedHashMap<>();
    for (int r = 0; r < left.length; r++) {
      Room room = rooms.get(r);
      java.util.BitSet takes = new java.util.BitSet(items.size());
      for (int i = 0; i < items.size(); i++) {
        takes.set(i, items.get(i).rooms()[r]);
      }
      if (takes.isEmpty() || room.kind().limit() == 0) {
        continue;
      }
      boolean endless = room.kind().limit() == Integer.MAX_VALUE;
      List<Object> key =
          List.of(takes, Arrays.hashCode(left[r]), boxed(left[r]), price(room), endless);
      merged.computeIfAbsent(key, _ -> new ArrayList<>()).add(room);
    }
    return merged;
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static int perNode(List<PodGroup> groups, PackItem item) {
    return item.groups().length > 1 || item.pods()[0] > 1
        ? 1
        : HostRules.perNode(groups.get(item.groups()[0]).shape());
  }

  private static Instance related(Instance instance, List<PodGroup> groups, List<PackItem> items) {
    List<PodShape> shapes = groups.stream().map(PodGroup::shape).toList();
    List<List<Integer>> itemsOf = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      itemsOf.add(new ArrayList<>(1));
    }
    for (int i = 0; i < items.size(); i++) {
      for (int g : items.get(i).groups()) {
        itemsOf.get(g).add(i);
      }
    }
    int[][] conflicts = new int[items.size()][];
    int[][] companions = new int[items.size()][];
    boolean anyConflict = false;
    boolean anyCompanion = false;
    for (int i = 0; i < conflicts.length; i++) {
      Set<Integer> against = new LinkedHashSet<>();
      for (int g : items.get(i).groups()) {
        for (int o : HostRules.conflicts(shapes, g)) {
          against.addAll(itemsOf.get(o));
        }
        if (HostRules.perNode(shapes.get(g)) == 1) {
          against.addAll(itemsOf.get(g)); // parts of one group in other cells
        }
      }
      against.remove(i);
      Set<Integer> with = new LinkedHashSet<>();
      for (int o : items.get(i).companions()) {
        with.addAll(itemsOf.get(o));
      }
      with.remove(i);
      conflicts[i] = against.isEmpty() ? NONE : against.stream().mapToInt(x -> x).toArray();
      companions[i] = with.isEmpty() ? NONE : with.stream().mapToInt(x -> x).toArray();
      anyConflict |= conflicts[i].length > 0;
      anyCompanion |= companions[i].length > 0;
    }
    Instance out = anyConflict ? instance.withConflicts(conflicts) : instance;
    return anyCompanion ? out.withCompanions(companions) : out;
  }
}
