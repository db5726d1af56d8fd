package dev.almanac.simulator.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances at the edge, and instances that are none. */
class PackingAdversarialTest {
  private static final double[] ONE = {1};

  private static PackingAnswer solve(Instance in) {
    PackingAnswer answer = PackingSolver.solve(in, 0, Work.steps(2_000_000));
    assertThat(PackingValidator.problems(in, answer.packing())).isEmpty();
    return answer;
  }

  @Test
  void noPodsCostNothing() {
    PackingAnswer none = solve(Instance.of(new double[0][], new int[0], caps(10), ONE));
    assertThat(none.packing().nodes()).isEmpty();
    assertThat(none.gap()).isZero();
    PackingAnswer zero = solve(Instance.of(new double[][] {{3}}, new int[] {0}, caps(10), ONE));
    assertThat(zero.packing().price()).isZero();
  }

  @Test
  void podsWithoutRequestsShareOneNode() {
    PackingAnswer answer =
        solve(Instance.of(new double[][] {{0}}, new int[] {100_000}, caps(1), ONE));
    assertThat(answer.packing().nodeCount()).isEqualTo(1);
    assertThat(answer.gap()).isZero();
  }

  @Test
  void podsThatFitNowhereAreLeftOverAndTheOthersStillPlaced() {
    PackingAnswer answer =
        solve(Instance.of(new double[][] {{11}, {5}}, new int[] {3, 4}, caps(10), ONE));
    assertThat(answer.packing().unplaced()).containsExactly(3, 0);
    assertThat(answer.packing().nodeCount()).isEqualTo(2);
    assertThat(answer.bound().price()).isEqualTo(2);
  }

  @Test
  void aTypeOfWhichThereIsNoneIsNotUsed() {
    Instance in =
        Instance.of(new double[][] {{5}}, new int[] {4}, caps(10, 10), new double[] {1, 5})
            .withTypeLimits(new int[] {0, 9});
    assertThat(solve(in).packing().price()).isEqualTo(10);
  }

  @Test
  void limitsLeaveOverNoMoreThanTheyMust() {
    Instance in =
        Instance.of(new double[][] {{5}}, new int[] {9}, caps(10, 10), new double[] {1, 5})
            .withTypeLimits(new int[] {2, 1});
    PackingAnswer answer = solve(in);
    assertThat(answer.packing().unplaced()).containsExactly(3);
    assertThat(answer.packing().price()).isEqualTo(7);
    assertThat(answer.bound().price()).isCloseTo(7, org.assertj.core.data.Offset.offset(1e-6));
  }

  @Test
  void whatIsPaidForIsUsedFirst() {
    Instance in =
        Instance.of(new double[][] {{4}, {3}}, new int[] {3, 3}, caps(11, 7), new double[] {0, 1})
            .withTypeLimits(new int[] {1, Instance.UNLIMITED});
    // 21 units: 11 of them free, 10 left: two nodes
    assertThat(solve(in).packing().price()).isEqualTo(2);
  }

  @Test
  void oneConflictOfAllWithAllNeedsANodeForEach() {
    int n = 40;
    int[][] all = new int[n][];
    for (int g = 0; g < n; g++) {
      int me = g;
      all[g] = IntStream.range(0, n).filter(o -> o != me).toArray();
    }
    double[][] size = new double[n][1];
    int[] demand = new int[n];
    Arrays.fill(demand, 1);
    PackingAnswer answer = solve(Instance.of(size, demand, caps(10), ONE).withConflicts(all));
    assertThat(answer.packing().nodeCount()).isEqualTo(n);
    assertThat(answer.bound()).isEqualTo(new LowerBound(n, LowerBound.Kind.CONFLICT));
  }

  @Test
  void largePodsAreProvenByMoreThanVolume() {
    // three sizes just above a half, a third and a quarter: volume alone says 11 nodes
    double[][] size = {{51}, {34}, {26}};
    PackingAnswer answer = solve(Instance.of(size, new int[] {12, 6, 4}, caps(100), ONE));
    assertThat(answer.packing().nodeCount()).isEqualTo(12);
    assertThat(answer.gap()).isZero();
    assertThat(answer.bound().kind()).isEqualTo(LowerBound.Kind.DUAL_FEASIBLE);
  }

  @Test
  void companionsThatRunOutLeaveTheirFollowersOver() {
    Instance in =
        Instance.of(new double[][] {{4}, {4}}, new int[] {5, 1}, caps(12), ONE)
            .withCompanions(new int[][] {{1}, {}});
    assertThat(solve(in).packing().unplaced()).containsExactly(3, 0);
  }

  @Test
  void thousandsOfDimensionsAndOfTypesAreOnlySlow() {
    int dims = 300;
    double[][] size = new double[dims][dims];
    int[] demand = new int[dims];
    Arrays.fill(demand, 2);
    for (int d = 0; d < dims; d++) {
      size[d][d] = 1;
    }
    double[] capacity = new double[dims];
    Arrays.fill(capacity, 1);
    PackingAnswer answer = solve(Instance.of(size, demand, new double[][] {capacity}, ONE));
    assertThat(answer.packing().nodeCount()).isEqualTo(2);

    double[][] many = new double[500][];
    double[] price = new double[500];
    for (int t = 0; t < many.length; t++) {
      many[t] = new double[] {10 + t};
      price[t] = 10 + t;
    }
    int[] limit = new int[500];
    Arrays.fill(limit, 1);
    assertThat(
            solve(
                    Instance.of(new double[][] {{7}}, new int[] {300}, many, price)
                        .withTypeLimits(limit))
                .packing()
                .unplacedPods())
        .isZero();
  }

  @Test
  void theLargestNumbersStayExact() {
    double most = Instance.MAX_UNITS;
    PackingAnswer answer =
        solve(Instance.of(new double[][] {{most / 4}}, new int[] {4}, caps(most), ONE));
    assertThat(answer.packing().nodeCount()).isEqualTo(1);
    assertThatThrownBy(() -> Instance.of(new double[][] {{most}}, new int[] {2}, caps(most), ONE))
        .hasMessageContaining("2^53");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, -1, 0.5, Double.POSITIVE_INFINITY, 0x1p60})
  void numbersThatAreNoUnitsAreRefused(double bad) {
    assertThatThrownBy(() -> Instance.of(new double[][] {{bad}}, new int[] {1}, caps(10), ONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("size of group 0");
    assertThatThrownBy(() -> Instance.of(new double[][] {{1}}, new int[] {1}, caps(bad), ONE))
        .hasMessageContaining("capacity of type 0");
  }

  @Test
  void shapesThatDoNotMatchAreRefused() {
    Instance in = Instance.of(new double[][] {{1}}, new int[] {1}, caps(10), ONE);
    assertThatThrownBy(() -> Instance.of(new double[][] {{1, 2}}, new int[] {1}, caps(10), ONE))
        .hasMessageContaining("2 dimensions, not 1");
    assertThatThrownBy(() -> in.withAllowed(new boolean[2][1])).hasMessageContaining("mask");
    assertThatThrownBy(() -> in.withPerNode(new int[] {0})).hasMessageContaining("less than 1");
    assertThatThrownBy(() -> in.withTypeLimits(new int[] {-1})).hasMessageContaining("less than 0");
    assertThatThrownBy(() -> in.withConflicts(new int[][] {{0}})).hasMessageContaining("itself");
    assertThatThrownBy(() -> in.withConflicts(new int[][] {{7}}))
        .hasMessageContaining("no group 7");
    assertThatThrownBy(() -> in.withCompanions(new int[][] {{0}}))
        .hasMessageContaining("companion");
    assertThatThrownBy(
            () -> Instance.of(new double[][] {{1}}, new int[] {1}, caps(10), new double[] {-1}))
        .hasMessageContaining("price");
    assertThatThrownBy(() -> PackingSolver.solve(in, Double.NaN, Work.steps(1)))
        .hasMessageContaining("gap");
  }

  private static double[][] caps(double... one) {
    return Arrays.stream(one).mapToObj(c -> new double[] {c}).toArray(double[][]::new);
  }
}
