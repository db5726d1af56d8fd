package dev.almanac.predictor.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.capacity.Capacity.Learned;
import dev.almanac.predictor.capacity.Capacity.Refused;
import dev.almanac.predictor.capacity.Capacity.Why;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Instant;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Pods with 5 % base usage, that meet their objective at 0.6; one request a second costs 0.5 %. */
class LearnedCapacityTest {
  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
  private static final double BASE = 0.05;
  private static final double SLOPE = 0.005;
  private static final double TARGET = 0.6;
  private static final double TRUTH = (TARGET - BASE) / SLOPE;

  /** Minutes of a week; another image begins at a minute and costs so many times more. */
  private record World(int minutes, int newImageAt, double factor) {
    LearnedCapacity look(LearnedCapacity last) {
      SplittableRandom random = new SplittableRandom(3);
      double[] demand = new double[minutes];
      double[] pods = new double[minutes];
      double[] usage = new double[minutes];
      Arrays.fill(pods, 8);
      for (int i = 0; i < minutes; i++) {
        double each = 70 + 45 * Math.sin(i / 200.0) + 3 * random.nextGaussian();
        demand[i] = 8 * each;
        usage[i] = (BASE + SLOPE * each) * (i < newImageAt ? 1 : factor);
        usage[i] *= 1 + 0.03 * random.nextGaussian();
      }
      return last.next(
          series(demand), series(pods), series(usage), TARGET, 1, START.plusSeconds(60L * minutes));
    }

    private static TimeSeries series(double[] values) {
      return new TimeSeries(START.getEpochSecond(), 60, values);
    }
  }

  private static World steady(int minutes) {
    return new World(minutes, Integer.MAX_VALUE, 1);
  }

  @Test
  void nothingIsKnownBeforeThereAreTwoHours() {
    assertThat(LearnedCapacity.none().perReplica()).isEmpty();
    LearnedCapacity early = steady(100).look(LearnedCapacity.none());
    assertThat(early.perReplica()).isEmpty();
    assertThat(((Refused) early.capacity()).why()).isEqualTo(Why.TOO_FEW_MINUTES);
  }

  @Test
  void learnsAndKeepsWhatIsHardlyNews() {
    LearnedCapacity first = steady(2_880).look(LearnedCapacity.none());
    assertThat(first.perReplica().orElseThrow()).isCloseTo(TRUTH, within(0.05 * TRUTH));
    assertThat(first.drift().orElseThrow()).isCloseTo(1, within(0.05));
    LearnedCapacity next = steady(2_940).look(first);
    assertThat(next.capacity()).isSameAs(first.capacity());
  }

  @Test
  void demandThatStandsStillLaterLeavesWhatIsKnown() {
    LearnedCapacity first = steady(2_880).look(LearnedCapacity.none());
    LearnedCapacity next = steady(100).look(first);
    assertThat(next.capacity()).isSameAs(first.capacity());
  }

  @Test
  void anImageThatCostsMoreIsNoticedAndTheOldAnswerDropped() {
    LearnedCapacity before = steady(2_880).look(LearnedCapacity.none());
    // Two hours at most are compared: half of them are of the new image after an hour and more.
    LearnedCapacity noticed = new World(2_970, 2_880, 1.6).look(before);
    assertThat(noticed.drift().orElseThrow()).isGreaterThan(1.25);
    assertThat(noticed.perReplica()).isEmpty();
    assertThat(((Refused) noticed.capacity()).why()).isEqualTo(Why.DRIFTED);
    assertThat(((Refused) noticed.capacity()).detail()).contains("times what it did");
  }

  @Test
  void learnsTheNewImageFromItsOwnMinutes() {
    LearnedCapacity known = steady(2_880).look(LearnedCapacity.none());
    for (int minutes = 2_940; minutes <= 2_880 + 1_440; minutes += 60) {
      known = new World(minutes, 2_880, 1.6).look(known);
    }
    double truth = (TARGET / 1.6 - BASE) / SLOPE;
    assertThat(known.perReplica().orElseThrow()).isCloseTo(truth, within(0.1 * truth));
    assertThat(known.since()).isAfter(START.plusSeconds(60L * 2_700));
  }

  @Test
  void aRestartFindsTheDriftAgain() {
    LearnedCapacity cold = new World(2_970, 2_880, 1.6).look(LearnedCapacity.none());
    assertThat(cold.perReplica()).isEmpty();
    assertThat(cold.capacity()).isInstanceOf(Refused.class);
  }

  @Test
  void columnsMeetOnTheGridOfTheDemand() {
    TimeSeries demand = World.series(new double[] {1, 2, 3, 4});
    TimeSeries later = new TimeSeries(START.getEpochSecond() + 60, 60, new double[] {20, 30});
    LoadHistory h = LoadHistory.of(demand, later, later, START.plusSeconds(60));
    assertThat(h.demand()).containsExactly(2, 3, 4);
    assertThat(h.pods()).containsExactly(20, 30, Double.NaN);
    LoadHistory all = LoadHistory.of(demand, later, later, Instant.EPOCH);
    assertThat(all.usage()).containsExactly(Double.NaN, 20, 30, Double.NaN);
  }

  @Test
  void whatIsLearnedIsWhatTheFitSays() {
    LearnedCapacity known = steady(2_880).look(LearnedCapacity.none());
    assertThat(known.perReplica().orElseThrow())
        .isEqualTo(((Learned) known.capacity()).perReplica());
  }
}
