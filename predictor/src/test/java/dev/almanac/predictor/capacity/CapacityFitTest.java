package dev.almanac.predictor.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.capacity.Capacity.Learned;
import dev.almanac.predictor.capacity.Capacity.Refused;
import dev.almanac.predictor.capacity.Capacity.Why;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Workloads whose truth is known: a pod uses 0.06 at rest and 0.005 for each unit of demand, so
 * that 0.7 is reached at 128.
 */
class CapacityFitTest {
  private static final double BASE = 0.06;
  private static final double SLOPE = 0.005;
  private static final double TARGET = 0.7;
  private static final double TRUTH = (TARGET - BASE) / SLOPE;
  private static final int DAY = 1_440;

  /** Days of a service under an autoscaler that keeps pods near a demand of their own. */
  private static final class World {
    final double[] demand;
    final double[] pods;
    final double[] usage;

    /**
     * @param aim demand on a pod that the autoscaler steers to
     * @param noise standard deviation of usage, relative
     */
    World(long seed, int days, double aim, double noise) {
      SplittableRandom random = new SplittableRandom(seed);
      int n = days * DAY;
      demand = new double[n];
      pods = new double[n];
      usage = new double[n];
      double size = 8;
      int since = 100;
      for (int i = 0; i < n; i++) {
        double day = 1 + 0.6 * Math.sin(2 * Math.PI * i / DAY);
        demand[i] = 900 * day * (1 + 0.08 * random.nextGaussian());
        double wanted = Math.max(2, Math.ceil(demand[i] / aim));
        since++;
        if ((wanted > size * 1.2 || wanted < size * 0.7) && since > 10) {
          size = wanted;
          since = 0;
        }
        pods[i] = size;
        double warmUp = since < CapacityFit.SETTLE ? 0.3 : 0;
        double burst = random.nextInt(25) == 0 ? 0.25 * random.nextDouble() : 0;
        usage[i] =
            Math.max(
                0,
                (BASE + SLOPE * demand[i] / size) * (1 + noise * random.nextGaussian())
                    + warmUp
                    + burst);
      }
    }

    LoadHistory history() {
      return new LoadHistory(demand, pods, usage);
    }
  }

  private static Learned learned(LoadHistory history, double ceiling) {
    Capacity capacity = CapacityFit.fit(history, TARGET, ceiling);
    assertThat(capacity).isInstanceOf(Learned.class);
    return (Learned) capacity;
  }

  @Test
  void findsTheTruthThroughNoiseBurstsAndStartingPods() {
    Learned learned = learned(new World(1, 3, 120, 0.08).history(), Double.POSITIVE_INFINITY);
    assertThat(learned.perReplica()).isCloseTo(TRUTH, within(0.04 * TRUTH));
    assertThat(learned.low()).isLessThanOrEqualTo(learned.perReplica());
    assertThat(learned.high()).isGreaterThanOrEqualTo(learned.perReplica());
    assertThat(learned.high() - learned.low()).isLessThan(0.1 * TRUTH);
    assertThat(learned.isBounded()).isFalse();
    assertThat(learned.saturated()).isZero();
  }

  /** Bursts are all on one side: an interval around a slightly low answer still has to hold. */
  @Test
  void itsErrorIsSmallOverManyWorkloads() {
    double worst = 0;
    double sum = 0;
    int worlds = 60;
    for (int seed = 0; seed < worlds; seed++) {
      Learned learned = learned(new World(seed, 2, 120, 0.1).history(), Double.POSITIVE_INFINITY);
      double error = learned.perReplica() / TRUTH - 1;
      worst = Math.max(worst, Math.abs(error));
      sum += error;
    }
    assertThat(worst).isLessThan(0.06);
    assertThat(Math.abs(sum / worlds)).isLessThan(0.03);
  }

  @Test
  void theIntervalHoldsTheTruthWhereNothingIsOneSided() {
    int held = 0;
    int worlds = 100;
    for (int seed = 0; seed < worlds; seed++) {
      SplittableRandom random = new SplittableRandom(1_000 + seed);
      int n = 600;
      double[] demand = new double[n];
      double[] pods = new double[n];
      double[] usage = new double[n];
      for (int i = 0; i < n; i++) {
        pods[i] = 4;
        demand[i] = 4 * (90 + 60 * Math.sin(i / 60.0) + 5 * random.nextGaussian());
        usage[i] = (BASE + SLOPE * demand[i] / 4) * (1 + 0.15 * random.nextGaussian());
      }
      Learned learned = learned(new LoadHistory(demand, pods, usage), Double.POSITIVE_INFINITY);
      held += learned.low() <= TRUTH && TRUTH <= learned.high() ? 1 : 0;
    }
    assertThat(held).as("of 100, 90 %% asked for").isBetween(78, 99);
  }

  @Test
  void doesNotExtrapolateBeyondWhatPodsHaveCarried() {
    Learned learned = learned(new World(2, 3, 60, 0.05).history(), Double.POSITIVE_INFINITY);
    assertThat(learned.isBounded()).isTrue();
    assertThat(learned.perReplica()).isEqualTo(learned.most()).isLessThan(0.8 * TRUTH);
    assertThat(learned.high()).isEqualTo(learned.most());
  }

  @Test
  void minutesAtTheCeilingSayWhatPodsCanDoAndNotWhatWasAsked() {
    World world = new World(3, 3, 120, 0.05);
    // On the second day pods are held too few: usage stands at its ceiling, served demand too.
    for (int i = DAY; i < DAY + 400; i++) {
      world.pods[i] = 4;
      world.usage[i] = 0.98;
      world.demand[i] = 4 * (1 - BASE) / SLOPE * 0.7; // throttled: less than the line says
    }
    Learned learned = learned(world.history(), 1);
    assertThat(learned.saturated()).isGreaterThanOrEqualTo(400);
    assertThat(learned.perReplica()).isCloseTo(TRUTH, within(0.05 * TRUTH));
    Learned blind = learned(world.history(), Double.POSITIVE_INFINITY);
    assertThat(Math.abs(blind.slope() - SLOPE))
        .as("counted in, they would tilt the line")
        .isGreaterThan(Math.abs(learned.slope() - SLOPE));
  }

  @Test
  void refusesWhatItCannotTell() {
    World world = new World(4, 3, 120, 0.05);
    double[] few = Arrays.copyOf(world.demand, 100);
    assertThat(
            why(
                new LoadHistory(
                    few, Arrays.copyOf(world.pods, 100), Arrays.copyOf(world.usage, 100))))
        .isEqualTo(Why.TOO_FEW_MINUTES);
    double[] still = new double[DAY];
    Arrays.fill(still, 400);
    double[] four = new double[DAY];
    Arrays.fill(four, 4);
    assertThat(why(new LoadHistory(still, four, Arrays.copyOf(world.usage, DAY))))
        .isEqualTo(Why.DEMAND_TOO_STILL);
    SplittableRandom random = new SplittableRandom(5);
    double[] unrelated = new double[world.demand.length];
    Arrays.setAll(unrelated, _ -> random.nextDouble());
    assertThat(why(new LoadHistory(world.demand, world.pods, unrelated)))
        .isEqualTo(Why.USAGE_DOES_NOT_FOLLOW);
    double[] falling = new double[world.demand.length];
    Arrays.setAll(falling, i -> Math.max(0, 1 - 0.005 * world.demand[i] / world.pods[i]));
    assertThat(why(new LoadHistory(world.demand, world.pods, falling)))
        .isEqualTo(Why.USAGE_DOES_NOT_FOLLOW);
    double[] vague = new double[world.demand.length];
    Arrays.setAll(vague, i -> 0.3 * random.nextDouble() + 0.001 * world.demand[i] / world.pods[i]);
    assertThat(why(new LoadHistory(world.demand, world.pods, vague)))
        .isIn(Why.TOO_UNCERTAIN, Why.USAGE_DOES_NOT_FOLLOW);
    assertThat(CapacityFit.fit(world.history(), 0.05, 1))
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.why()).isEqualTo(Why.TARGET_BELOW_BASE));
    assertThat(why(new LoadHistory(new double[0], new double[0], new double[0])))
        .isEqualTo(Why.TOO_FEW_MINUTES);
  }

  private static Why why(LoadHistory history) {
    return ((Refused) CapacityFit.fit(history, TARGET, 1)).why();
  }

  @Test
  void theUnitOfDemandIsTheUnitOfTheAnswer() {
    World world = new World(6, 2, 120, 0.08);
    Learned one = learned(world.history(), 1);
    double[] thousands = Arrays.stream(world.demand).map(v -> v / 1_000).toArray();
    Learned other = learned(new LoadHistory(thousands, world.pods, world.usage), 1);
    assertThat(other.perReplica()).isCloseTo(one.perReplica() / 1_000, within(1e-6));
    assertThat(other.low()).isCloseTo(one.low() / 1_000, within(1e-6));
  }

  @Test
  void absentMinutesAreNotZero() {
    World world = new World(7, 2, 120, 0.08);
    Learned whole = learned(world.history(), 1);
    for (int i = 0; i < world.demand.length; i += 97) {
      world.demand[i] = Double.NaN;
      world.usage[i + 1] = Double.NaN;
      world.usage[i + 2] = Double.POSITIVE_INFINITY;
      world.demand[i + 3] = -1;
    }
    Learned gaps = learned(world.history(), 1);
    assertThat(gaps.minutes()).isLessThan(whole.minutes());
    assertThat(gaps.perReplica()).isCloseTo(whole.perReplica(), within(0.01 * TRUTH));
  }

  @Test
  void anImageThatCostsMoreIsADrift() {
    Learned before = learned(new World(8, 2, 120, 0.08).history(), 1);
    World same = new World(9, 1, 120, 0.08);
    assertThat(CapacityFit.drift(before, same.history(), 1).orElseThrow())
        .isCloseTo(1, within(0.05))
        .satisfies(f -> assertThat(CapacityFit.isDrift(f)).isFalse());
    World dearer = new World(9, 1, 100, 0.08);
    for (int i = 0; i < dearer.usage.length; i++) {
      dearer.usage[i] *= 1.4;
    }
    assertThat(CapacityFit.drift(before, dearer.history(), 10).orElseThrow())
        .isCloseTo(1.4, within(0.08))
        .satisfies(f -> assertThat(CapacityFit.isDrift(f)).isTrue());
    assertThat(CapacityFit.isDrift(1 / 1.4)).isTrue();
    double[] few = new double[20];
    assertThat(CapacityFit.drift(before, new LoadHistory(few, few, few), 1)).isEmpty();
  }

  @Test
  void theSameMinutesGiveTheSameAnswer() {
    World world = new World(10, 3, 120, 0.08);
    assertThat(learned(world.history(), 1)).isEqualTo(learned(world.history(), 1));
  }

  /** Any doubles: an answer or a reason, never an exception, and never more than was carried. */
  @Test
  void isTotal() {
    SplittableRandom random = new SplittableRandom(11);
    double[] odd = {0, -0.0, -1, 1, 1e-300, 1e300, Double.NaN, Double.POSITIVE_INFINITY, 5, 7};
    int learned = 0;
    for (int round = 0; round < 300; round++) {
      int n = random.nextInt(400);
      double[][] columns = new double[3][n];
      for (double[] column : columns) {
        boolean wild = random.nextInt(3) == 0;
        for (int i = 0; i < n; i++) {
          column[i] = wild ? odd[random.nextInt(odd.length)] : 1 + i / 40 + random.nextDouble();
        }
      }
      Arrays.fill(columns[1], 2);
      LoadHistory history = new LoadHistory(columns[0], columns[1], columns[2]);
      if (CapacityFit.fit(history, 1 + random.nextDouble(9), 20) instanceof Learned l) {
        learned++;
        assertThat(l.perReplica()).isPositive().isLessThanOrEqualTo(l.most()).isFinite();
        assertThat(l.low()).isNotNegative().isLessThanOrEqualTo(l.perReplica());
        assertThat(l.high()).isGreaterThanOrEqualTo(l.perReplica()).isFinite();
      }
    }
    assertThat(learned).isPositive();
  }

  @Test
  void refusesTargetsThatMeanNothing() {
    LoadHistory none = new LoadHistory(new double[0], new double[0], new double[0]);
    for (double target : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 2}) {
      assertThatThrownBy(() -> CapacityFit.fit(none, target, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new LoadHistory(new double[1], new double[0], new double[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
