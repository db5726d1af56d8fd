package dev.almanac.simulator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.simulator.packing.Work;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random clusters of chained rules: affinity between kinds and to themselves, spreads, ports,
 * volumes, limits, and nodes that are there. Whatever the plan leaves out, no node may take.
 */
class ClusterPackingAdversarialTest {
  private static final String[] APPS = {"a", "b", "c", "d", "e", "f"};
  private static final String[] ZONES = {"x", "y", "z"};
  private static final int CLUSTERS = 30;

  /** Two pods near each other on a host, which others want to be near that cannot: seed 160. */
  private static final int FIRST = 150;

  private record Cluster(List<PodSet> pods, List<NodeKind> kinds) {
    boolean isSound(List<PlannedNode> nodes, List<Plan.Unplaced> unplaced, Plan plan) {
      double price = nodes.stream().mapToDouble(n -> n.kind().price()).sum();
      Plan changed = new Plan(nodes, unplaced, price, plan.bound(), plan.step(), List.of());
      return PlanValidator.problems(pods, kinds, changed).isEmpty();
    }
  }

  @Test
  void breaksNoRuleAndLeavesNothingOutThatFitsTheFinishedPlan() {
    int left = 0;
    for (int seed = FIRST; seed < FIRST + CLUSTERS; seed++) {
      Cluster cluster = cluster(seed);
      Plan plan = ClusterPacking.plan(cluster.pods(), cluster.kinds(), 0, Work.steps(2_000));
      assertThat(PlanValidator.problems(cluster.pods(), cluster.kinds(), plan))
          .as("cluster %d", seed)
          .isEmpty();
      assertThat(plan.bound().price()).isLessThanOrEqualTo(plan.price() * (1 + 1e-9) + 1e-9);
      left += plan.unplacedPods();
      for (Plan.Unplaced kind : plan.unplaced()) {
        String pod = kind.pods().getFirst();
        assertThat(placesFor(pod, cluster, plan)).as("cluster %d, %s", seed, pod).isEmpty();
      }
    }
    assertThat(left).as("pods left out, on which the test has something to try").isPositive();
  }

  private static List<String> placesFor(String pod, Cluster cluster, Plan plan) {
    List<Plan.Unplaced> rest = new ArrayList<>();
    for (Plan.Unplaced kind : plan.unplaced()) {
      List<String> others = kind.pods().stream().filter(p -> !p.equals(pod)).toList();
      rest.add(new Plan.Unplaced(others, kind.reason()));
    }
    List<String> places = new ArrayList<>();
    Set<String> used = new HashSet<>();
    for (int n = 0; n < plan.nodes().size(); n++) {
      PlannedNode node = plan.nodes().get(n);
      used.add(node.name());
      List<String> pods = new ArrayList<>(node.pods());
      pods.add(pod);
      List<PlannedNode> nodes = new ArrayList<>(plan.nodes());
      nodes.set(n, new PlannedNode(node.name(), node.kind(), pods, node.bound()));
      if (cluster.isSound(nodes, rest, plan)) {
        places.add(node.name());
      }
    }
    for (NodeKind kind : cluster.kinds()) {
      String name = kind.exists() ? kind.name() : "one more";
      List<PlannedNode> nodes = new ArrayList<>(plan.nodes());
      nodes.add(new PlannedNode(name, kind, List.of(pod), List.of()));
      if (!used.contains(name) && cluster.isSound(nodes, rest, plan)) {
        places.add("a new " + kind.name() + " in " + kind.zone());
      }
    }
    return places;
  }

  private static Cluster cluster(long seed) {
    SplittableRandom random = new SplittableRandom(seed * 7919 + 1);
    List<NodeKind> kinds = new ArrayList<>();
    for (String zone : ZONES) {
      for (int t = 0; t < 3; t++) {
        if (random.nextInt(6) > 0) {
          double price = (1 << t) * (0.8 + 0.4 * random.nextDouble());
          kinds.add(limited(Pods.type("t" + t, 3_000L << t, price, zone), random));
        }
      }
    }
    List<PodSet> pods = new ArrayList<>();
    int there = random.nextInt(6);
    for (int n = 0; n < there; n++) {
      int cpu = 4_000 + random.nextInt(4_000);
      int price = random.nextInt(3);
      NodeKind node = Pods.node("n" + n, cpu, price, ZONES[random.nextInt(3)]);
      if (random.nextInt(3) == 0) {
        node = Pods.with(node, NodeKind.VOLUMES, 1 + random.nextInt(4));
      }
      kinds.add(random.nextInt(4) == 0 ? Pods.tainted(node, "dedicated") : node);
      if (random.nextBoolean()) {
        Pods old = Pods.app(APPS[random.nextInt(6)], 300 + random.nextInt(1_500));
        pods.add(ruled(ruled(old, random), random).on("n" + n, 1 + random.nextInt(2)));
      }
    }
    if (random.nextBoolean()) {
      pods.add(Pods.app("agent", 100).everywhere());
    }
    if (random.nextInt(3) == 0) {
      pods.add(Pods.app("agent2", 50).selects("type", "t1").port(9000).everywhere());
    }
    for (String app : APPS) {
      Pods some = Pods.app(app, 100 + random.nextInt(2_500));
      if (random.nextInt(3) == 0) {
        some.needs(NodeKind.VOLUMES, 1 + random.nextInt(2));
      }
      if (random.nextInt(8) == 0) {
        some.needs("gpu", 1);
      }
      for (int rules = 1 + random.nextInt(2); rules > 0; rules--) {
        some = ruled(some, random);
      }
      pods.add(some.times(1 + random.nextInt(14)));
    }
    return new Cluster(pods, kinds);
  }

  private static NodeKind limited(NodeKind type, SplittableRandom random) {
    NodeKind kind = random.nextInt(4) == 0 ? Pods.tainted(type, "dedicated") : type;
    if (random.nextInt(3) == 0) {
      kind = Pods.with(kind, NodeKind.VOLUMES, 1 + random.nextInt(6));
    }
    if (random.nextInt(4) == 0) {
      kind = Pods.limited(kind, random.nextInt(4));
    }
    return random.nextInt(4) == 0 ? Pods.with(kind, "gpu", 1 + random.nextInt(3)) : kind;
  }

  private static Pods ruled(Pods p, SplittableRandom random) {
    String other = APPS[random.nextInt(6)];
    String self = p.shape().labels().getOrDefault("app", "");
    return switch (random.nextInt(16)) {
      case 0 -> p.spread(NodeKind.ZONE, 1 + random.nextInt(2));
      case 1 -> p.spread(NodeKind.HOSTNAME, 1 + random.nextInt(3));
      case 2 -> p.apartFrom(other, NodeKind.HOSTNAME);
      case 3 -> p.apartFrom(other, NodeKind.ZONE);
      case 4 -> p.near(other, NodeKind.HOSTNAME);
      case 5 -> p.near(other, NodeKind.ZONE);
      case 6 -> p.port(80 + random.nextInt(2));
      case 7 -> p.tolerates("dedicated").selects("type", "t1");
      case 8 -> p.near(self, NodeKind.ZONE);
      case 9 -> p.near(self, NodeKind.HOSTNAME);
      case 10 -> p.apartFrom(self, NodeKind.HOSTNAME);
      case 11 -> p.spreadBy(zoneSpread(self, random));
      case 12 -> p.selects(NodeKind.ZONE, "y");
      case 13 -> p.tolerates("dedicated");
      default -> p;
    };
  }

  private static Spread zoneSpread(String app, SplittableRandom random) {
    Selector selector = Selector.of(List.of(Requirement.equal("app", app)));
    int maxSkew = 1 + random.nextInt(2);
    int minDomains = 1 + random.nextInt(4);
    return new Spread(
        maxSkew, NodeKind.ZONE, selector, minDomains, random.nextBoolean(), random.nextBoolean());
  }
}
