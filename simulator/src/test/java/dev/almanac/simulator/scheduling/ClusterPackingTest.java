package dev.almanac.simulator.scheduling;

import static dev.almanac.simulator.scheduling.NodeKind.HOSTNAME;
import static dev.almanac.simulator.scheduling.NodeKind.ZONE;
import static dev.almanac.simulator.scheduling.Pods.app;
import static dev.almanac.simulator.scheduling.Pods.limited;
import static dev.almanac.simulator.scheduling.Pods.node;
import static dev.almanac.simulator.scheduling.Pods.tainted;
import static dev.almanac.simulator.scheduling.Pods.type;
import static dev.almanac.simulator.scheduling.Pods.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.simulator.packing.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each rule of the scheduler alone, where the right answer is plain. */
class ClusterPackingTest {
  private static final NodeKind BIG = type("big", 10_000, 1, "");
  private static final List<NodeKind> ZONES =
      List.of(
          type("big", 10_000, 1, "a"), type("big", 10_000, 1, "b"), type("big", 10_000, 1, "c"));

  private static Plan plan(List<PodSet> pods, List<NodeKind> kinds) {
    Plan plan = ClusterPacking.plan(pods, kinds, 0, Work.steps(1_000_000));
    assertThat(PlanValidator.problems(pods, kinds, plan)).isEmpty();
    return plan;
  }

  private static Map<String, Long> byZone(Plan plan, String pod) {
    return plan.nodes().stream()
        .flatMap(n -> n.pods().stream().filter(p -> p.contains(pod)).map(_ -> n.kind().zone()))
        .collect(Collectors.groupingBy(z -> z, TreeMap::new, Collectors.counting()));
  }

  @Test
  void podsFillNodesAndTheBoundProvesIt() {
    Plan plan = plan(List.of(app("web", 2_500).times(10)), List.of(BIG));
    assertThat(plan.nodes()).hasSize(3);
    assertThat(plan.gap()).isZero();
    assertThat(plan.nodes().getFirst().name()).isEqualTo("big-1");
  }

  @Test
  void aTypeOfWhichThereIsNoneTakesNoPods() {
    Plan plan = plan(List.of(app("web", 2_500).times(2)), List.of(limited(BIG, 0)));
    assertThat(plan.unplacedPods()).isEqualTo(2);
    assertThat(plan.unplaced().getFirst().reason())
        .isEqualTo("of 1 nodes and types: 1 of which no node can be had");
  }

  @Test
  void nodesHaveNamesThatNoOtherHas() {
    List<NodeKind> kinds =
        List.of(
            limited(type("big", 10_000, 1, "a"), 1),
            limited(type("big-a", 10_000, 1, ""), 1),
            node("big-a-1", 10_000, 1, ""));
    Plan plan = plan(List.of(app("web", 10_000).times(3)), kinds);
    assertThat(plan.unplacedPods()).isZero();
    assertThat(plan.nodes().stream().map(PlannedNode::name)).doesNotHaveDuplicates().hasSize(3);
  }

  @Test
  void daemonSetsTakeTheirShareOfEveryNodeThatAdmitsThem() {
    NodeKind apart = tainted(type("apart", 10_000, 1, ""), "apart");
    List<PodSet> pods =
        List.of(
            app("web", 5_000).times(4),
            app("lone", 5_000).tolerates("apart").selects("type", "apart").times(4),
            app("agent", 100).everywhere());
    Plan plan = plan(pods, List.of(BIG, apart));
    // 9,900 m are left on a big node: one web pod each; the agent does not tolerate the other taint
    assertThat(plan.nodes().stream().filter(n -> n.kind().name().equals("big"))).hasSize(4);
    assertThat(plan.nodes().stream().filter(n -> n.kind().name().equals("apart"))).hasSize(2);
  }

  @Test
  void nodesThatStayAreFilledFirstAndAreInThePriceAndTheBound() {
    List<NodeKind> kinds = List.of(node("n1", 10_000, 3, "a"), node("n2", 10_000, 3, "a"), BIG);
    Plan plan = plan(List.of(app("old", 4_000).on("n1", 1), app("web", 3_000).times(4)), kinds);
    assertThat(plan.nodes().stream().map(PlannedNode::name))
        .containsExactlyInAnyOrder("n1", "big-1");
    assertThat(plan.price()).isEqualTo(4);
    assertThat(plan.bound().price()).isEqualTo(4);
  }

  @Test
  void aNodeThatIsThereAndEmptyCostsItsPriceOnlyWhenUsed() {
    List<NodeKind> kinds =
        List.of(node("dear", 10_000, 3, "a"), node("cheap", 10_000, 0.5, "a"), BIG);
    Plan plan = plan(List.of(app("web", 5_000).times(3)), kinds);
    assertThat(plan.nodes().stream().map(PlannedNode::name))
        .containsExactlyInAnyOrder("cheap", "big-1");
  }

  @Test
  void taintsSelectorsAndNodeAffinityHold() {
    NodeKind gpu = tainted(type("gpu", 10_000, 5, ""), "gpu");
    List<PodSet> pods =
        List.of(
            app("any", 6_000).times(2),
            app("gpu", 6_000).tolerates("gpu").selects("type", "gpu").times(2),
            app("notbig", 6_000)
                .tolerates("gpu")
                .admits(new Requirement("type", Requirement.Operator.NOT_IN, List.of("big")))
                .times(1));
    Plan plan = plan(pods, List.of(BIG, gpu));
    assertThat(plan.nodes().stream().filter(n -> n.kind().name().equals("gpu"))).hasSize(3);
    assertThat(plan.price()).isEqualTo(17);
  }

  @Test
  void podsThatFitNowhereAreListedWithTheReason() {
    List<PodSet> pods =
        List.of(
            app("huge", 20_000).times(2),
            app("picky", 100).selects("disk", "ssd").times(1),
            app("fine", 100).times(1));
    NodeKind gpu = tainted(type("gpu", 30_000, 5, ""), "gpu");
    Plan plan = plan(pods, List.of(BIG, gpu));
    assertThat(plan.placedPods()).isEqualTo(1);
    assertThat(plan.unplaced()).hasSize(2);
    assertThat(plan.unplaced().get(0).pods()).hasSize(2);
    assertThat(plan.unplaced().get(0).reason())
        .contains("1 with too little cpu", "1 with the untolerated taint gpu:NoSchedule");
    assertThat(plan.unplaced().get(1).reason()).contains("1 not selected by node selector");
  }

  @Test
  void extendedResourcesAndVolumesAreDimensions() {
    NodeKind gpu = with(with(type("gpu", 10_000, 1, ""), "nvidia.com/gpu", 4), NodeKind.VOLUMES, 2);
    List<PodSet> pods =
        List.of(
            app("train", 100).needs("nvidia.com/gpu", 2).times(6),
            app("disk", 100).needs(NodeKind.VOLUMES, 1).times(8));
    Plan plan = plan(pods, List.of(gpu));
    assertThat(plan.nodes()).hasSize(4); // 3 by gpu, 4 by volumes
    NodeKind endless = type("endless", 10_000, 1, "");
    assertThat(
            plan(List.of(app("disk", 1).needs(NodeKind.VOLUMES, 9).times(9)), List.of(endless))
                .nodes())
        .hasSize(1);
  }

  @Test
  void antiAffinityOnHostsNeedsAsManyNodes() {
    List<PodSet> pods =
        List.of(app("db", 100).apartFrom("db", HOSTNAME).times(7), app("web", 1_000).times(20));
    Plan plan = plan(pods, List.of(BIG));
    assertThat(plan.nodes()).hasSize(7);
    assertThat(plan.gap()).isZero();
    assertThat(plan.bound().kind().name()).isEqualTo("CONFLICT");
  }

  @Test
  void antiAffinityBetweenWorkloadsKeepsThemApartBothWays() {
    List<PodSet> pods =
        List.of(
            app("noisy", 1_000).times(5),
            app("quiet", 1_000).apartFrom("noisy", HOSTNAME).times(5));
    Plan plan = plan(pods, List.of(BIG));
    assertThat(plan.nodes()).hasSize(2);
    Plan beside =
        plan(
            List.of(
                app("quiet", 1_000).apartFrom("noisy", HOSTNAME).on("n1", 1),
                app("noisy", 1_000).times(1)),
            List.of(node("n1", 10_000, 1, "a"), BIG));
    assertThat(beside.nodes()).hasSize(2);
  }

  @Test
  void hostPortsAreHeldOnce() {
    List<PodSet> pods = List.of(app("a", 10).port(80).times(2), app("b", 10).port(80).times(1));
    assertThat(plan(pods, List.of(BIG)).nodes()).hasSize(3);
    assertThat(
            plan(
                    List.of(app("a", 10).port(80).on("n1", 1), app("b", 10).port(80).times(1)),
                    List.of(node("n1", 10_000, 1, "a"), BIG))
                .nodes())
        .hasSize(2);
  }

  @Test
  void affinityOnHostsFollowsItsCompanion() {
    List<PodSet> pods =
        List.of(
            app("cache", 1_000).apartFrom("cache", HOSTNAME).times(3),
            app("web", 2_000).near("cache", HOSTNAME).times(9));
    Plan plan = plan(pods, List.of(BIG));
    assertThat(plan.nodes()).hasSize(3);
    assertThat(plan.nodes()).allMatch(n -> n.pods().stream().anyMatch(p -> p.contains("cache")));
  }

  @Test
  void affinityToOneselfOnHostsMeansOneNode() {
    Plan plan = plan(List.of(app("ring", 1_000).near("ring", HOSTNAME).times(9)), List.of(BIG));
    assertThat(plan.nodes()).hasSize(1);
    Plan tooMany = plan(List.of(app("ring", 1_000).near("ring", HOSTNAME).times(11)), List.of(BIG));
    assertThat(tooMany.unplacedPods()).as("kube-scheduler gives ten a place").isEqualTo(1);
    assertThat(tooMany.nodes()).hasSize(1);
    assertThat(tooMany.unplaced().getFirst().reason()).contains("more than 10 of 11");
    Plan apart =
        plan(
            List.of(app("ring", 1_000).near("ring", HOSTNAME).apartFrom("ring", HOSTNAME).times(3)),
            List.of(BIG));
    assertThat(apart.unplacedPods()).isEqualTo(2);
    Plan big = plan(List.of(app("ring", 11_000).near("ring", HOSTNAME).times(2)), List.of(BIG));
    assertThat(big.unplacedPods()).isEqualTo(2);
    Plan mutual =
        plan(
            List.of(
                app("a", 1_000).near("b", HOSTNAME).times(2),
                app("b", 1_000).near("a", HOSTNAME).times(2)),
            List.of(BIG));
    assertThat(mutual.nodes()).hasSize(1);
    Plan nobody = plan(List.of(app("a", 1_000).near("nobody", HOSTNAME).times(2)), List.of(BIG));
    assertThat(nobody.unplaced().getFirst().reason()).contains("no pod matches");
  }

  @Test
  void affinityToPodsThatAreThereGoesToThem() {
    List<NodeKind> kinds = List.of(node("n1", 10_000, 1, "a"), node("n2", 10_000, 1, "b"), BIG);
    Plan plan =
        plan(
            List.of(
                app("cache", 1_000).on("n2", 1),
                app("web", 1_000).near("cache", HOSTNAME).times(3)),
            kinds);
    assertThat(plan.nodes()).hasSize(1);
    assertThat(plan.nodes().getFirst().name()).isEqualTo("n2");
  }

  @Test
  void spreadOverZonesKeepsItsSkew() {
    Plan plan = plan(List.of(app("web", 1_000).spread(ZONE, 1).times(20)), ZONES);
    assertThat(byZone(plan, "web").values()).containsExactlyInAnyOrder(6L, 7L, 7L);
    Plan loose =
        plan(
            List.of(app("web", 1_000).spread(ZONE, 3).times(20), app("old", 9_000).on("n1", 1)),
            List.of(ZONES.get(0), ZONES.get(1), node("n1", 10_000, 1, "a")));
    Map<String, Long> zones = byZone(loose, "web");
    assertThat(Math.abs(zones.get("a") - zones.get("b"))).isLessThanOrEqualTo(3);
  }

  @Test
  void spreadOverZonesOfManyTypesWithoutLimits() {
    List<NodeKind> kinds = new ArrayList<>();
    for (String zone : List.of("a", "b", "c")) {
      for (int t = 1; t <= 9; t++) {
        kinds.add(type("t" + t, 1_000L * t, t, zone));
      }
    }
    Plan plan = plan(List.of(app("web", 1_000).spread(ZONE, 1).times(21)), kinds);
    assertThat(plan.unplaced()).isEmpty();
    assertThat(byZone(plan, "web").values()).containsExactly(7L, 7L, 7L);
    assertThat(plan.price()).isEqualTo(21);
  }

  @Test
  void spreadCountsThePodsThatAreThere() {
    List<NodeKind> kinds = List.of(node("n1", 10_000, 1, "a"), ZONES.get(0), ZONES.get(1));
    Plan plan =
        plan(
            List.of(app("web", 1_000).on("n1", 4), app("web", 1_000).spread(ZONE, 1).times(4)),
            kinds);
    assertThat(byZone(plan, "web-").get("b")).isEqualTo(4);
  }

  /** Without a rule of their own they would all go where {@code old} is: three there, one in b. */
  @Test
  void podsThatARuleOfOthersCountsDoNotBreakIt() {
    List<NodeKind> kinds = List.of(node("n1", 10_000, 1, "a"), node("n2", 10_000, 1, "b"));
    Plan plan =
        plan(
            List.of(
                app("old", 1).on("n1", 1),
                app("web", 1_000).spread(ZONE, 1).times(2),
                new PodSet(
                    app("web", 900).near("old", ZONE).shape(),
                    List.of("default/web-near-0", "default/web-near-1"),
                    "",
                    "",
                    0)),
            kinds);
    assertThat(byZone(plan, "web-")).containsEntry("a", 2L).containsEntry("b", 1L);
    assertThat(plan.unplacedPods()).isEqualTo(1);
  }

  @Test
  void spreadOverHostsLimitsEachNode() {
    Plan plan = plan(List.of(app("web", 100).spread(HOSTNAME, 2).times(9)), List.of(BIG));
    assertThat(plan.nodes()).hasSize(5);
  }

  @Test
  void affinityAndAntiAffinityBetweenZones() {
    List<PodSet> pods =
        List.of(
            app("db", 1_000).apartFrom("db", ZONE).times(3),
            app("web", 1_000).near("web", ZONE).times(12),
            app("batch", 1_000).apartFrom("web", ZONE).times(5));
    Plan plan = plan(pods, ZONES);
    assertThat(plan.unplaced()).isEmpty();
    assertThat(byZone(plan, "db")).hasSize(3);
    assertThat(byZone(plan, "web")).hasSize(1);
    assertThat(byZone(plan, "batch"))
        .doesNotContainKeys(byZone(plan, "web").keySet().iterator().next());
    Plan four = plan(List.of(app("db", 1_000).apartFrom("db", ZONE).times(4)), ZONES);
    assertThat(four.unplacedPods()).isEqualTo(1);
    assertThat(four.unplaced().getFirst().reason()).contains("topology");
  }

  @Test
  void limitsOfTypesHold() {
    List<NodeKind> kinds = List.of(limited(type("small", 2_000, 0.1, ""), 2), BIG);
    Plan plan = plan(List.of(app("web", 1_000).times(10)), kinds);
    assertThat(plan.price()).isEqualTo(1);
    Plan some = plan(List.of(app("web", 1_000).times(14)), kinds);
    assertThat(some.price()).isCloseTo(1.2, org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void podsOnUnknownNodesAreLeftOutAndTold() {
    Plan plan = plan(List.of(app("web", 1_000).on("gone", 3), app("x", 1).times(1)), List.of(BIG));
    assertThat(plan.nodes()).hasSize(1);
    assertThat(plan.notes()).singleElement().asString().startsWith("3 pods run on nodes");
  }

  @Test
  void nothingToPackCostsWhatIsThere() {
    Plan plan =
        plan(
            List.of(app("old", 1).on("n1", 2)),
            List.of(node("n1", 10, 7, "a"), node("n2", 10, 7, "a")));
    assertThat(plan.price()).isEqualTo(7);
    assertThat(plan.gap()).isZero();
    assertThat(plan.nodes()).hasSize(1);
  }
}
