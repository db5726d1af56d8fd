package dev.almanac.simulator.scheduling;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks a plan pod by pod against the rules as Kubernetes states them. It shares the vocabulary of
 * this package (does this selector match these labels) but none of the planning: no groups, no
 * domains shared out, no merged types.
 */
public final class PlanValidator {
  private static final int MOST = 100;

  /** A pod on a node; {@code planned}: put there by the plan, so its own rules are checked. */
  private record Standing(PodShape shape, String name, int node, boolean planned) {}

  private final List<NodeKind> nodes = new ArrayList<>();
  private final List<Standing> pods = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private PlanValidator() {}

  /** What is wrong; empty when the plan holds. At most 100 problems are listed. */
  public static List<String> problems(List<PodSet> sets, List<NodeKind> kinds, Plan plan) {
    PlanValidator v = new PlanValidator();
    v.read(sets, kinds, plan);
    v.checkRoom();
    v.checkNodes();
    v.checkPorts();
    v.checkTerms();
    v.checkSpreads(kinds);
    return v.problems.size() > MOST ? v.problems.subList(0, MOST) : v.problems;
  }

  private void read(List<PodSet> sets, List<NodeKind> kinds, Plan plan) {
    Map<String, PodShape> waiting = new HashMap<>();
    for (PodSet set : sets) {
      if (!set.isBound() && set.daemonSet().isEmpty()) {
        set.names().forEach(n -> waiting.put(n, set.shape()));
      }
    }
    int all = waiting.size();
    Map<String, Integer> number = new HashMap<>();
    Map<String, Integer> used = new HashMap<>();
    Set<String> seen = new HashSet<>();
    double price = 0;
    for (PlannedNode p : plan.nodes()) {
      if (number.putIfAbsent(p.name(), nodes.size()) != null) {
        problems.add("two nodes are named " + p.name());
      }
      if (!kinds.contains(p.kind())) {
        problems.add(p.name() + " is of no kind in the input");
      }
      String kind = p.kind().name() + " " + p.kind().zone();
      if (used.merge(kind, 1, Integer::sum) > p.kind().limit()) {
        problems.add("more than " + p.kind().limit() + " nodes of " + kind);
      }
      price += p.kind().price();
      for (String name : p.pods()) {
        PodShape shape = waiting.get(name);
        if (shape == null || !seen.add(name)) {
          problems.add(name + " is placed twice or is no pod to be placed");
        } else {
          pods.add(new Standing(shape, name, nodes.size(), true));
        }
      }
      nodes.add(p.kind());
    }
    for (NodeKind kind : kinds) { // nodes that hold daemons only are there too, for spreads
      if (kind.exists() && number.putIfAbsent(kind.name(), nodes.size()) == null) {
        nodes.add(kind);
      }
    }
    for (Plan.Unplaced u : plan.unplaced()) {
      for (String name : u.pods()) {
        if (!seen.add(name) || !waiting.containsKey(name)) {
          problems.add(name + " is unplaced and placed, or is no pod to be placed");
        }
      }
    }
    if (seen.size() != all) {
      problems.add((all - seen.size()) + " pods are neither placed nor unplaced");
    }
    if (!(Math.abs(price - plan.price()) <= 1e-9 * (1 + price))) {
      problems.add("the price is " + plan.price() + ", the nodes add up to " + price);
    }
    if (plan.bound().price() > plan.price() * (1 + 1e-9) + 1e-9) {
      problems.add("the bound " + plan.bound().price() + " is above the price " + plan.price());
    }
    standing(sets, number, plan);
  }

  /** Pods that were there, and daemonsets' pods on every node that admits them. */
  private void standing(List<PodSet> sets, Map<String, Integer> number, Plan plan) {
    for (PodSet set : sets) {
      Integer node = number.get(set.node());
      if (set.isBound() && set.daemonSet().isEmpty() && node != null) {
        set.names().forEach(n -> pods.add(new Standing(set.shape(), n, node, false)));
      }
    }
    DaemonSets daemons = new DaemonSets(sets);
    for (int n = 0; n < nodes.size(); n++) {
      for (PodShape daemon : daemons.on(nodes.get(n))) {
        pods.add(new Standing(daemon, "a daemon pod", n, false));
      }
    }
    Map<String, Long> boundTo = new HashMap<>();
    for (Standing s : pods) {
      if (!s.planned() && !s.name().equals("a daemon pod")) {
        boundTo.merge(nodes.get(s.node()).name(), 1L, Long::sum);
      }
    }
    for (PlannedNode p : plan.nodes()) {
      boundTo.remove(p.name());
    }
    if (!boundTo.isEmpty()) {
      problems.add("nodes with bound pods are missing from the plan: " + boundTo.keySet());
    }
  }

  private void checkRoom() {
    List<Map<String, BigInteger>> use = new ArrayList<>();
    List<Set<String>> asked = new ArrayList<>();
    for (int n = 0; n < nodes.size(); n++) {
      use.add(new HashMap<>());
      asked.add(new HashSet<>());
    }
    for (Standing s : pods) {
      Map<String, BigInteger> on = use.get(s.node());
      s.shape()
          .requests()
          .forEach((r, units) -> on.merge(r, BigInteger.valueOf(units), BigInteger::add));
      on.merge(NodeKind.PODS, BigInteger.ONE, BigInteger::add);
      if (s.planned()) { // a node that was overcommitted before is not the plan's doing
        asked.get(s.node()).addAll(s.shape().requests().keySet());
        asked.get(s.node()).add(NodeKind.PODS);
      }
    }
    for (int n = 0; n < nodes.size(); n++) {
      for (String resource : asked.get(n)) {
        Long most = nodes.get(n).allocatable().get(resource);
        if (most == null && resource.equals(NodeKind.VOLUMES)) {
          continue;
        }
        BigInteger units = use.get(n).getOrDefault(resource, BigInteger.ZERO);
        if (units.compareTo(BigInteger.valueOf(most == null ? 0 : most)) > 0) {
          problems.add(nodes.get(n).name() + ": " + units + " " + resource + " of " + most);
        }
      }
    }
  }

  private void checkNodes() {
    for (Standing s : pods) {
      if (s.planned()) {
        NodeKind node = nodes.get(s.node());
        if (!s.shape().selects(node)) {
          problems.add(s.name() + " does not select " + node.name());
        }
        if (!s.shape().tolerates(node)) {
          problems.add(s.name() + " does not tolerate " + node.name());
        }
      }
    }
  }

  private void checkPorts() {
    Map<Integer, List<Standing>> users = new HashMap<>();
    for (Standing s : pods) {
      if (!s.shape().hostPorts().isEmpty()) {
        users.computeIfAbsent(s.node(), _ -> new ArrayList<>()).add(s);
      }
    }
    for (List<Standing> on : users.values()) {
      for (int i = 0; i < on.size(); i++) {
        for (int j = 0; j < i; j++) {
          boolean mine = on.get(i).planned() || on.get(j).planned();
          if (mine && on.get(i).shape().portsClash(on.get(j).shape())) {
            problems.add(on.get(i).name() + " and " + on.get(j).name() + " want one host port");
          }
        }
      }
    }
  }

  /** Pods that a term matches, by the domain they are in. */
  private Map<String, Integer> count(PodTerm term) {
    Map<String, Integer> count = new HashMap<>();
    for (Standing s : pods) {
      String domain = domain(s.node(), term.topologyKey());
      if (!domain.isEmpty() && term.matches(s.shape())) {
        count.merge(domain, 1, Integer::sum);
      }
    }
    return count;
  }

  /** A node that is to be made has a name of its own before it has the label. */
  private String domain(int node, String key) {
    NodeKind kind = nodes.get(node);
    return key.equals(NodeKind.HOSTNAME) && !kind.exists()
        ? "new node " + node
        : kind.labels().getOrDefault(key, "");
  }

  private void checkTerms() {
    Map<PodTerm, Map<String, Integer>> counts = new HashMap<>();
    for (Standing s : pods) {
      for (PodTerm t : s.shape().antiAffinity()) {
        String domain = domain(s.node(), t.topologyKey());
        int met = counts.computeIfAbsent(t, this::count).getOrDefault(domain, 0);
        int own = t.matches(s.shape()) ? 1 : 0;
        if (!domain.isEmpty() && met > own && isPlanned(t, domain, s)) {
          problems.add(s.name() + " must not be with " + (met - own) + " pods in " + domain);
        }
      }
      for (PodTerm t : s.planned() ? s.shape().affinity() : List.<PodTerm>of()) {
        Map<String, Integer> count = counts.computeIfAbsent(t, this::count);
        String domain = domain(s.node(), t.topologyKey());
        int met = count.getOrDefault(domain, 0);
        int own = t.matches(s.shape()) ? 1 : 0;
        boolean first =
            own == 1 && count.values().stream().mapToInt(Integer::intValue).sum() == met;
        if (domain.isEmpty() || (met <= own && !first)) {
          problems.add(s.name() + " is not with the pods it must be near, in " + domain);
        }
      }
    }
  }

  private boolean isPlanned(PodTerm t, String domain, Standing holder) {
    return holder.planned()
        || pods.stream()
            .anyMatch(s ->
                s.planned()
                    && t.matches(s.shape())
                    && domain(s.node(), t.topologyKey()).equals(domain));
  }

  private void checkSpreads(List<NodeKind> kinds) {
    Set<List<Object>> done = new HashSet<>();
    for (Standing s : pods) {
      for (Spread c : s.planned() ? s.shape().spreads() : List.<Spread>of()) {
        if (done.add(List.of(s.shape(), c))) {
          checkSpread(s.shape(), c, kinds);
        }
      }
    }
  }

  private void checkSpread(PodShape shape, Spread c, List<NodeKind> kinds) {
    PodTerm term = new PodTerm(c.selector(), Set.of(shape.namespace()), c.topologyKey());
    Map<String, Integer> count = count(term);
    Set<String> eligible = new HashSet<>();
    for (int n = 0; n < nodes.size(); n++) {
      if (isEligible(shape, c, nodes.get(n))) {
        eligible.add(domain(n, c.topologyKey()));
      }
    }
    if (!c.onHost()) {
      for (NodeKind kind : kinds) {
        if (isEligible(shape, c, kind)) {
          eligible.add(kind.labels().getOrDefault(c.topologyKey(), ""));
        }
      }
    }
    eligible.remove("");
    int least = Integer.MAX_VALUE;
    for (String domain : eligible) {
      least = Math.min(least, count.getOrDefault(domain, 0));
    }
    least = eligible.size() < c.minDomains() || least == Integer.MAX_VALUE ? 0 : least;
    int fullest = 0;
    for (Standing s : pods) {
      if (s.planned() && s.shape().equals(shape)) {
        String domain = domain(s.node(), c.topologyKey());
        if (domain.isEmpty()) {
          problems.add(s.name() + " is on a node without " + c.topologyKey());
        }
        fullest = Math.max(fullest, count.getOrDefault(domain, 0));
      }
    }
    if (fullest - least > c.maxSkew()) {
      problems.add(
          "%s: skew %d over %s, at most %d"
              .formatted(shape.labels(), fullest - least, c.topologyKey(), c.maxSkew()));
    }
  }

  private static boolean isEligible(PodShape shape, Spread c, NodeKind node) {
    return (!c.honourAffinity() || shape.selects(node))
        && (!c.honourTaints() || shape.tolerates(node));
  }
}
