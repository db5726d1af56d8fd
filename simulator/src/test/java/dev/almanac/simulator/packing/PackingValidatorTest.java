package dev.almanac.simulator.packing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every way to spoil a good packing must be noticed. */
class PackingValidatorTest {

  /** One corruption of a packing; returns nothing where it does not apply. */
  private interface Corruption {
    Packing spoil(Instance in, Packing good, Random random);
  }

  private static final List<Corruption> CORRUPTIONS =
      List.of(
          // a node vanishes, and its pods with it
          (_, p, random) -> {
            List<PackedNodes> nodes = new ArrayList<>(p.nodes());
            nodes.remove(random.nextInt(nodes.size()));
            return new Packing(nodes, p.unplaced(), p.price());
          },
          // a node is there twice
          (_, p, random) -> {
            List<PackedNodes> nodes = new ArrayList<>(p.nodes());
            nodes.add(nodes.get(random.nextInt(nodes.size())));
            return new Packing(nodes, p.unplaced(), p.price());
          },
          // one pod more, one less, none
          (_, p, random) -> with(p, random, n -> count(n, random, +1)),
          (_, p, random) -> with(p, random, n -> count(n, random, -1)),
          (_, p, random) -> with(p, random, n -> count(n, random, -1_000_000)),
          // a pod of another group in its place
          (in, p, random) ->
              with(
                  p,
                  random,
                  n -> {
                    int[] groups = n.groups().clone();
                    int k = random.nextInt(groups.length);
                    groups[k] = (groups[k] + 1 + random.nextInt(in.groups() - 1)) % in.groups();
                    return new PackedNodes(n.type(), groups, n.counts(), n.copies());
                  }),
          // more copies than pods, no copies
          (_, p, random) ->
              with(
                  p,
                  random,
                  n -> new PackedNodes(n.type(), n.groups(), n.counts(), n.copies() + 1)),
          (_, p, random) ->
              with(p, random, n -> new PackedNodes(n.type(), n.groups(), n.counts(), 0)),
          // a type that does not exist
          (in, p, random) ->
              with(p, random, n -> new PackedNodes(in.types(), n.groups(), n.counts(), n.copies())),
          // a cheaper bill than the nodes add up to
          (_, p, _) -> new Packing(p.nodes(), p.unplaced(), p.price() - 0.5),
          // a pod that is placed is said to be unplaced
          (in, p, random) -> {
            int[] unplaced = p.unplaced().clone();
            unplaced[random.nextInt(in.groups())]++;
            return new Packing(p.nodes(), unplaced, p.price());
          });

  @Test
  void everyCorruptionIsNoticed() {
    Random random = new Random(1);
    int spoiled = 0;
    for (long seed = 0; seed < 60; seed++) {
      Instance in = MadeInstances.tiny(seed, 6, 6);
      Packing good = PackingSolver.solve(in, 0, Work.steps(100_000)).packing();
      assertThat(PackingValidator.problems(in, good)).isEmpty();
      for (int c = 0; c < CORRUPTIONS.size() && !good.nodes().isEmpty(); c++) {
        Packing bad = CORRUPTIONS.get(c).spoil(in, good, random);
        assertThat(PackingValidator.problems(in, bad)).as("seed %d, %d", seed, c).isNotEmpty();
        spoiled++;
      }
    }
    assertThat(spoiled).isGreaterThan(500);
  }

  @Test
  void eachRuleHasItsOwnMessage() {
    Instance in =
        Instance.of(
                new double[][] {{3}, {3}, {1}},
                new int[] {2, 1, 1},
                new double[][] {{10}, {5}},
                new double[] {2, 1})
            .withAllowed(new boolean[][] {{true, true}, {true, false}, {true, true}})
            .withPerNode(new int[] {1, 9, 9})
            .withTypeLimits(new int[] {2, 1})
            .withConflicts(new int[][] {{1}, {}, {}})
            .withCompanions(new int[][] {{}, {}, {0}});
    assertThat(PackingValidator.problems(in, packing(in, node(0, 0, 1, 2, 1), node(0, 1, 1))))
        .anyMatch(p -> p.contains("1 placed and 0 unplaced of 2"));
    assertThat(problems(in, node(0, 0, 2))).anyMatch(p -> p.contains("limit 1"));
    assertThat(problems(in, node(0, 0, 1, 1, 1))).anyMatch(p -> p.contains("must not share"));
    assertThat(problems(in, node(1, 1, 1))).anyMatch(p -> p.contains("may not use type 1"));
    assertThat(problems(in, node(0, 2, 1))).anyMatch(p -> p.contains("no companion"));
    assertThat(problems(in, node(1, 0, 1), node(1, 0, 1))).anyMatch(p -> p.contains("limit 1"));
    assertThat(problems(in, node(1, 0, 1, 2, 4))).anyMatch(p -> p.contains("capacity 5"));
    assertThat(problems(in, node(0, 0, 1, 0, 1))).anyMatch(p -> p.contains("listed twice"));
  }

  private static List<String> problems(Instance in, PackedNodes... nodes) {
    return PackingValidator.problems(in, packing(in, nodes));
  }

  private static Packing packing(Instance in, PackedNodes... nodes) {
    return Packing.of(in, List.of(nodes), new int[in.groups()]);
  }

  /** Type, then group and count in turn. */
  private static PackedNodes node(int type, int... content) {
    int[] groups = new int[content.length / 2];
    int[] counts = new int[content.length / 2];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = content[2 * i];
      counts[i] = content[2 * i + 1];
    }
    return new PackedNodes(type, groups, counts, 1);
  }

  private static PackedNodes count(PackedNodes n, Random random, int more) {
    int[] counts = n.counts().clone();
    counts[random.nextInt(counts.length)] += more;
    return new PackedNodes(n.type(), n.groups(), counts, n.copies());
  }

  private static Packing with(
      Packing p, Random random, java.util.function.UnaryOperator<PackedNodes> change) {
    List<PackedNodes> nodes = new ArrayList<>(p.nodes());
    nodes.replaceAll(n -> n);
    int i = random.nextInt(nodes.size());
    nodes.set(i, change.apply(nodes.get(i)));
    return new Packing(nodes, p.unplaced(), p.price());
  }
}
