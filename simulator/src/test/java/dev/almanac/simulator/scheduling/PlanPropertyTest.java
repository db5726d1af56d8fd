package dev.almanac.simulator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.simulator.packing.LowerBound;
import dev.almanac.simulator.packing.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random clusters with every rule at once, checked by the validator; and the validator itself. */
class PlanPropertyTest {
  private static final String[] APPS = {"a", "b", "c", "d", "e"};

  private record Cluster(List<PodSet> pods, List<NodeKind> kinds) {}

  private static Cluster cluster(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<NodeKind> kinds = new ArrayList<>();
    for (String zone : new String[] {"x", "y", "z"}) {
      for (int t = 0; t < 2; t++) {
        NodeKind kind = Pods.type("t" + t, 4_000L << t, 1 + t, zone);
        kinds.add(t == 1 && random.nextInt(3) == 0 ? Pods.tainted(kind, "dedicated") : kind);
      }
    }
    List<PodSet> pods = new ArrayList<>();
    int there = random.nextInt(5);
    for (int n = 0; n < there; n++) {
      String zone = random.nextBoolean() ? "x" : "y";
      kinds.add(Pods.node("n" + n, 6_000, random.nextInt(3), zone));
      if (random.nextBoolean()) {
        Pods old = Pods.app(APPS[random.nextInt(5)], 500 + random.nextInt(2_000));
        pods.add((random.nextInt(3) == 0 ? ruled(old, random) : old).on("n" + n, 1));
      }
    }
    if (random.nextBoolean()) {
      pods.add(Pods.app("agent", 100).everywhere());
    }
    for (String app : APPS) {
      Pods p = Pods.app(app, 100 + random.nextInt(2_500));
      pods.add(ruled(p, random).times(1 + random.nextInt(12)));
    }
    return new Cluster(pods, kinds);
  }

  private static Pods ruled(Pods p, SplittableRandom random) {
    String other = APPS[random.nextInt(5)];
    return switch (random.nextInt(12)) {
      case 0 -> p.spread(NodeKind.ZONE, 1 + random.nextInt(2));
      case 1 -> p.spread(NodeKind.HOSTNAME, 1 + random.nextInt(3));
      case 2 -> p.apartFrom(other, NodeKind.HOSTNAME);
      case 3 -> p.apartFrom(other, NodeKind.ZONE);
      case 4 -> p.near(other, NodeKind.HOSTNAME);
      case 5 -> p.near(other, NodeKind.ZONE);
      case 6 -> p.port(80);
      case 7 -> p.tolerates("dedicated").selects("type", "t1");
      case 8 -> p.spread(NodeKind.ZONE, 1).apartFrom(other, NodeKind.HOSTNAME);
      case 9 -> p.selects(NodeKind.ZONE, "y");
      default -> p;
    };
  }

  @Test
  void everyPlanKeepsEveryRuleAndIsTheSameEveryTime() {
    int placed = 0;
    int all = 0;
    for (long seed = 0; seed < 400; seed++) {
      Cluster c = cluster(seed);
      Plan plan = ClusterPacking.plan(c.pods(), c.kinds(), 0, Work.steps(100_000));
      assertThat(PlanValidator.problems(c.pods(), c.kinds(), plan)).as("seed %d", seed).isEmpty();
      assertThat(plan.gap()).isNotNegative();
      placed += plan.placedPods();
      all += plan.placedPods() + plan.unplacedPods();
      if (seed % 10 == 0) {
        assertThat(ClusterPacking.plan(c.pods(), c.kinds(), 0, Work.steps(100_000)).toString())
            .isEqualTo(plan.toString());
      }
    }
    // what has no place here wants to be near pods that are not there, or away from all of them
    assertThat(placed).isGreaterThan(all * 85 / 100);
  }

  @Test
  void everyCorruptionOfAPlanIsNoticed() {
    int spoiled = 0;
    for (long seed = 0; seed < 100; seed++) {
      Cluster c = cluster(seed);
      Plan good = ClusterPacking.plan(c.pods(), c.kinds(), 0, Work.steps(20_000));
      SplittableRandom random = new SplittableRandom(seed);
      List<PlannedNode> used = good.nodes().stream().filter(n -> !n.pods().isEmpty()).toList();
      PlannedNode victim = used.get(random.nextInt(used.size()));
      List<PlannedNode> others = new ArrayList<>(good.nodes());
      others.remove(victim);
      List<PlannedNode> twice = new ArrayList<>(good.nodes());
      twice.add(victim);
      List<PlannedNode> lighter = new ArrayList<>(others);
      lighter.add(
          new PlannedNode(
              victim.name(),
              victim.kind(),
              victim.pods().subList(1, victim.pods().size()),
              victim.bound()));
      List<PlannedNode> foreign = new ArrayList<>(others);
      foreign.add(
          new PlannedNode(
              victim.name(),
              Pods.type("never seen", 1_000_000, victim.kind().price(), "x"),
              victim.pods(),
              victim.bound()));
      List<Plan> bad =
          List.of(
              with(good, others, good.price()),
              with(good, twice, good.price()),
              with(good, lighter, good.price()),
              with(good, foreign, good.price()),
              with(good, good.nodes(), good.price() + 1),
              new Plan(
                  good.nodes(),
                  good.unplaced(),
                  good.price(),
                  new LowerBound(good.price() + 1, good.bound().kind()),
                  good.step(),
                  good.notes()));
      for (Plan plan : bad) {
        assertThat(PlanValidator.problems(c.pods(), c.kinds(), plan))
            .as("seed %d", seed)
            .isNotEmpty();
        spoiled++;
      }
    }
    assertThat(spoiled).isEqualTo(600);
  }

  private static Plan with(Plan plan, List<PlannedNode> nodes, double price) {
    return new Plan(nodes, plan.unplaced(), price, plan.bound(), plan.step(), plan.notes());
  }
}
