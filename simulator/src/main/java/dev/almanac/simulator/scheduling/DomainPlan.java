package dev.almanac.simulator.scheduling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Shares pods out over zones and other domains larger than a node, so that spread, affinity and
 * anti-affinity between domains hold; what is left to the packing is which node of a domain.
 *
 * <p>It places one pod after the other as the scheduler does, with counts instead of nodes: of the
 * cells (combinations of domain values) that keep every rule, the one with the least load. Groups
 * that no such rule speaks of are left whole.
 */
final class DomainPlan {

  /** More pods than there can be; sums of limits stop here instead of overflowing. */
  private static final long ENOUGH = 1L << 40;

  /**
   * Pods of one group in one cell.
   *
   * @param cell number of the cell, -1: anywhere
   */
  record Part(int group, int cell, int pods) {

    /** The place alone, as a key. */
    Part place() {
      return new Part(group, cell, 0);
    }
  }

  private final List<PodGroup> groups;
  private final List<Room> rooms;
  private final boolean[][] admitted;
  private final Set<Integer> without;
  private final Map<Part, Integer> full;
  private final List<String> keys;
  private final List<List<String>> cells = new ArrayList<>(); // value by key, "": no such label
  private final int[] cellOf;
  private final double[] load;
  private final double[] capacity;
  private final List<Term> terms = new ArrayList<>();
  private final Map<Integer, String> refused = new LinkedHashMap<>();
  private final int[][] placed; // groups x cells, of the groups that are shared out

  /** A selector whose matching pods are counted by domain. */
  private static final class Term {
    final int key;
    final Map<String, Integer> count = new HashMap<>();
    final Map<String, Integer> holders = new HashMap<>(); // pods that carry it as anti-affinity
    final boolean[] matches; // by group

    Term(int key, int groups) {
      this.key = key;
      matches = new boolean[groups];
    }
  }

  private record Rule(Term term, int maxSkew, Set<String> eligible, int minDomains) {}

  private record Rules(List<Rule> spreads, List<Term> affinity, List<Term> antiAffinity) {}

  /**
   * Prepares.
   *
   * @param without groups that have no place in any case
   * @param full most pods of a group in a cell, where a packing has found out that no more fit
   */
  DomainPlan(
      List<PodGroup> groups,
      List<Room> rooms,
      boolean[][] admitted,
      Set<Integer> without,
      Map<Part, Integer> full) {
    this.without = without;
    this.full = full;
    this.groups = groups;
    this.rooms = rooms;
    this.admitted = admitted;
    keys = keys();
    cellOf = new int[rooms.size()];
    Map<List<String>, Integer> numbers = new LinkedHashMap<>();
    for (int r = 0; r < rooms.size(); r++) {
      Map<String, String> labels = rooms.get(r).kind().labels();
      List<String> cell = keys.stream().map(k -> labels.getOrDefault(k, "")).toList();
      Integer number = numbers.putIfAbsent(cell, cells.size());
      if (number == null) {
        cellOf[r] = cells.size();
        cells.add(cell);
      } else {
        cellOf[r] = number;
      }
    }
    load = new double[cells.size()];
    capacity = new double[cells.size()];
    placed = new int[groups.size()][];
    measureCells();
  }

  /** The cell of a room. */
  int cellOf(int room) {
    return cellOf[room];
  }

  /** Why pods of some groups have no domain. */
  Map<Integer, String> refused() {
    return refused;
  }

  private List<String> keys() {
    Set<String> found = new LinkedHashSet<>();
    for (PodGroup g : groups) {
      g.shape().spreads().stream()
          .filter(s -> !s.onHost())
          .forEach(s -> found.add(s.topologyKey()));
      g.shape().affinity().stream()
          .filter(t -> !t.onHost())
          .forEach(t -> found.add(t.topologyKey()));
      g.shape().antiAffinity().stream()
          .filter(t -> !t.onHost())
          .forEach(t -> found.add(t.topologyKey()));
    }
    for (Room room : rooms) {
      for (PodShape r : room.residents()) {
        r.antiAffinity().stream().filter(t -> !t.onHost()).forEach(t -> found.add(t.topologyKey()));
      }
    }
    return List.copyOf(found);
  }

  /**
   * A cell that can grow weighs as much as all pods; one of nodes that are there what they have.
   */
  private void measureCells() {
    double all = 1;
    for (PodGroup g : groups) {
      all += weight(g.shape()) * g.demand();
    }
    boolean[] grows = new boolean[cells.size()];
    for (int r = 0; r < rooms.size(); r++) {
      Room room = rooms.get(r);
      grows[cellOf[r]] |= room.kind().limit() == Integer.MAX_VALUE;
      capacity[cellOf[r]] += room.left("cpu") * (double) Math.min(room.kind().limit(), 1 << 20) + 1;
    }
    for (int c = 0; c < capacity.length; c++) {
      capacity[c] = grows[c] ? all : Math.min(all, capacity[c]);
    }
  }

  private static double weight(PodShape shape) {
    return shape.requests().getOrDefault("cpu", 0L) + 1.0;
  }

  /** The parts of all groups, in their order. */
  List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    if (keys.isEmpty()) {
      for (int g = 0; g < groups.size(); g++) {
        parts.add(new Part(g, -1, groups.get(g).demand()));
      }
      return parts;
    }
    List<Rules> rules = rules();
    countResidents();
    List<Integer> order = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      if (without.contains(g)) {
        placed[g] = new int[cells.size()];
      } else if (isSharedOut(g)) {
        order.add(g);
      }
    }
    // Those that others want to be near come before those that want to be near them.
    order.sort(
        java.util.Comparator.<Integer>comparingInt(g -> rules.get(g).affinity().isEmpty() ? 0 : 1)
            .thenComparing(g -> -weight(groups.get(g).shape()) * groups.get(g).demand()));
    List<Integer> before = new ArrayList<>();
    for (int g : order) {
      shareOut(g, rules.get(g), counting(g, before, rules));
      before.add(g);
    }
    for (int g = 0; g < groups.size(); g++) {
      if (placed[g] == null) {
        parts.add(new Part(g, -1, groups.get(g).demand()));
        continue;
      }
      for (int c = 0; c < cells.size(); c++) {
        if (placed[g][c] > 0) {
          parts.add(new Part(g, c, placed[g][c]));
        }
      }
    }
    return parts;
  }

  private List<Rules> rules() {
    Map<List<Object>, Term> shared = new HashMap<>();
    List<Rules> rules = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      PodShape shape = groups.get(g).shape();
      List<Rule> spreads = new ArrayList<>();
      for (Spread s : shape.spreads()) {
        if (!s.onHost()) {
          PodTerm term = new PodTerm(s.selector(), Set.of(shape.namespace()), s.topologyKey());
          spreads.add(
              new Rule(term(shared, term), s.maxSkew(), eligible(shape, s), s.minDomains()));
        }
      }
      rules.add(
          new Rules(spreads, terms(shared, shape.affinity()), terms(shared, shape.antiAffinity())));
    }
    return rules;
  }

  private List<Term> terms(Map<List<Object>, Term> shared, List<PodTerm> of) {
    return of.stream().filter(t -> !t.onHost()).map(t -> term(shared, t)).toList();
  }

  private Term term(Map<List<Object>, Term> shared, PodTerm t) {
    return shared.computeIfAbsent(
        List.of(t.selector(), t.namespaces(), t.topologyKey()),
        _ -> {
          Term made = new Term(keys.indexOf(t.topologyKey()), groups.size());
          for (int g = 0; g < groups.size(); g++) {
            made.matches[g] = t.matches(groups.get(g).shape());
          }
          for (Room room : rooms) {
            String value = room.kind().labels().get(t.topologyKey());
            for (PodShape r : room.residents()) {
              if (value != null && t.matches(r)) {
                made.count.merge(value, 1, Integer::sum);
              }
            }
          }
          terms.add(made);
          return made;
        });
  }

  /** Anti-affinity of pods that are there keeps others out of their domain. */
  private void countResidents() {
    Map<List<Object>, Term> shared = new HashMap<>();
    for (Room room : rooms) {
      for (PodShape r : room.residents()) {
        for (PodTerm t : r.antiAffinity()) {
          String value = room.kind().labels().get(t.topologyKey());
          if (!t.onHost() && value != null) {
            term(shared, t).holders.merge(value, 1, Integer::sum);
          }
        }
      }
    }
  }

  private Set<String> eligible(PodShape shape, Spread s) {
    Set<String> values = new LinkedHashSet<>();
    for (Room room : rooms) {
      String value = room.kind().labels().get(s.topologyKey());
      if (value != null
          && (!s.honourAffinity() || shape.selects(room.kind()))
          && (!s.honourTaints() || shape.tolerates(room.kind()))) {
        values.add(value);
      }
    }
    return values;
  }

  private boolean isSharedOut(int g) {
    PodShape shape = groups.get(g).shape();
    boolean ruled =
        shape.spreads().stream().anyMatch(s -> !s.onHost())
            || shape.affinity().stream().anyMatch(t -> !t.onHost())
            || shape.antiAffinity().stream().anyMatch(t -> !t.onHost());
    return ruled || terms.stream().anyMatch(t -> t.matches[g]);
  }

  /**
   * Spread rules of pods that have their domains already and count the pods of this group. The
   * scheduler looks at a rule only when it places a pod that has it; a plan has no such order, so
   * that it keeps to what holds in any.
   */
  private List<Rule> counting(int g, List<Integer> before, List<Rules> rules) {
    List<Rule> counting = new ArrayList<>();
    for (int other : before) {
      for (Rule rule : rules.get(other).spreads()) {
        if (rule.term().matches[g] && Arrays.stream(placed[other]).anyMatch(n -> n > 0)) {
          counting.add(rule);
        }
      }
    }
    return counting;
  }

  private void shareOut(int g, Rules rules, List<Rule> counting) {
    placed[g] = new int[cells.size()];
    long[] most = mostByCell(g);
    List<Term> matching = terms.stream().filter(t -> t.matches[g]).toList();
    double weight = weight(groups.get(g).shape());
    boolean clings = rules.antiAffinity().stream().anyMatch(t -> !t.matches[g]) || isAvoided(g);
    for (int pod = 0; pod < groups.get(g).demand(); pod++) {
      int best = -1;
      double least = Double.MAX_VALUE;
      for (int c = 0; c < cells.size(); c++) {
        if (placed[g][c] >= most[c] || !admits(g, rules, matching, c) || breaks(g, counting, c)) {
          continue;
        }
        double score = load[c] / capacity[c];
        if (clings && placed[g][c] > 0) {
          score -= 1e9; // leave the other domains to those that must keep away
        }
        if (score < least) {
          least = score;
          best = c;
        }
      }
      if (best < 0) {
        refused.put(
            g,
            "no %s keeps the rules of topology spread or pod (anti-)affinity for %d of %d pods"
                .formatted(
                    String.join("/", keys), groups.get(g).demand() - pod, groups.get(g).demand()));
        return;
      }
      place(g, rules, matching, best, weight);
    }
  }

  /** Whether a rule of another group keeps it away from this one. */
  private boolean isAvoided(int g) {
    for (PodGroup other : groups) {
      for (PodTerm t : other.shape().antiAffinity()) {
        if (!t.onHost() && t.matches(groups.get(g).shape()) && other != groups.get(g)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Pods that the nodes of a cell can hold of a group that has a limit by node. */
  private long[] mostByCell(int g) {
    long[] most = new long[cells.size()];
    long perNode = HostRules.perNode(groups.get(g).shape());
    for (int r = 0; r < rooms.size(); r++) {
      if (admitted[g][r]) {
        long nodes = rooms.get(r).kind().limit();
        most[cellOf[r]] = Math.min(ENOUGH, most[cellOf[r]] + Math.min(ENOUGH, perNode * nodes));
      }
    }
    for (int c = 0; c < most.length; c++) {
      most[c] = Math.min(most[c], full.getOrDefault(new Part(g, c, 0), Integer.MAX_VALUE));
    }
    return most;
  }

  private boolean breaks(int g, List<Rule> counting, int c) {
    for (Rule rule : counting) {
      String value = cells.get(c).get(rule.term().key);
      if (rule.eligible().contains(value) && skewWith(g, rule, value) > rule.maxSkew()) {
        return true;
      }
    }
    return false;
  }

  private boolean admits(int g, Rules rules, List<Term> matching, int c) {
    for (Rule rule : rules.spreads()) {
      String value = cells.get(c).get(rule.term().key);
      if (value.isEmpty() || skewWith(g, rule, value) > rule.maxSkew()) {
        return false;
      }
    }
    for (Term term : rules.antiAffinity()) {
      String value = cells.get(c).get(term.key);
      if (!value.isEmpty() && term.count.getOrDefault(value, 0) > 0) {
        return false;
      }
    }
    for (Term term : matching) {
      String value = cells.get(c).get(term.key);
      if (term.holders.getOrDefault(value, 0) > 0) {
        return false;
      }
    }
    for (Term term : rules.affinity()) {
      String value = cells.get(c).get(term.key);
      boolean first = term.matches[g] && term.count.isEmpty();
      if (value.isEmpty() || (term.count.getOrDefault(value, 0) == 0 && !first)) {
        return false;
      }
    }
    return true;
  }

  private static int skewWith(int g, Rule rule, String value) {
    int least = Integer.MAX_VALUE;
    for (String domain : rule.eligible()) {
      least = Math.min(least, rule.term().count.getOrDefault(domain, 0));
    }
    if (rule.eligible().size() < rule.minDomains() || least == Integer.MAX_VALUE) {
      least = 0;
    }
    int own = rule.term().matches[g] ? 1 : 0;
    return rule.term().count.getOrDefault(value, 0) + own - least;
  }

  private void place(int g, Rules rules, List<Term> matching, int c, double weight) {
    placed[g][c]++;
    load[c] += weight;
    for (Term term : matching) {
      String value = cells.get(c).get(term.key);
      if (!value.isEmpty()) {
        term.count.merge(value, 1, Integer::sum);
      }
    }
    for (Term term : rules.antiAffinity()) {
      String value = cells.get(c).get(term.key);
      if (!value.isEmpty()) {
        term.holders.merge(value, 1, Integer::sum);
      }
    }
  }
}
