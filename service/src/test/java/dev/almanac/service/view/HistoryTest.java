package dev.almanac.service.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {
  private static final double NAN = Double.NaN;

  @Test
  void joiningKeepsThePeakOfDemandAndTheWorstOfReady() {
    double[] demand = {1, 9, 2, NAN, NAN, NAN, NAN, 5};
    double[] ready = {3, 3, 2, 4, NAN, 7, 8, 9};
    History joined = history(120, 60, demand, ready).coarser(3);

    assertThat(joined.startEpochSecond()).isZero();
    assertThat(joined.stepSeconds()).isEqualTo(180);
    // Points lie on whole multiples of 180 s; the first holds the sample at 120 s alone.
    assertThat(joined.demand()).containsExactly(1, 9, NAN, 5);
    assertThat(joined.ready()).containsExactly(3, 2, 7, 9);
  }

  @Test
  void aShortMinuteIsNeverHidden() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      int n = 1 + random.nextInt(400);
      boolean[] flags = new boolean[n];
      flags[random.nextInt(n)] = true;
      double[] some = random.doubles(n).toArray();
      int start = random.nextInt(10_000);
      int factor = 1 + random.nextInt(50);
      History joined =
          new History(start, 60, some, some, some, some, some, some, flags, new boolean[n])
              .coarser(factor);

      assertThat(count(joined.shortNow())).isEqualTo(1);
      assertThat(count(joined.plainHpaShort())).isZero();
      assertThat(joined.length()).isBetween(n / factor, n / factor + 2);
      assertThat(Arrays.stream(joined.demand()).max()).isEqualTo(Arrays.stream(some).max());
      assertThat(Arrays.stream(joined.ready()).min()).isEqualTo(Arrays.stream(some).min());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 60})
  void historiesThatOverlapAgreeOnWholePoints(int factor) {
    double[] all = new Random(9).doubles(1000).toArray();
    History whole = history(60, 60, all, all).coarser(factor);
    int from = 300;
    double[] tail = Arrays.copyOfRange(all, from, all.length);
    History part = history(60 + 60L * from, 60, tail, tail).coarser(factor);

    long shift = (part.startEpochSecond() - whole.startEpochSecond()) / whole.stepSeconds();
    for (int i = 1; i < part.length(); i++) {
      assertThat(part.demand()[i]).isEqualTo(whole.demand()[(int) shift + i]);
    }
  }

  @Test
  void nothingAndOneStayWhatTheyAre() {
    History none = history(60, 60, new double[0], new double[0]);
    assertThat(none.coarser(9)).isEqualTo(none);
    assertThat(history(-61, 60, new double[] {1}, new double[] {2}).coarser(2).startEpochSecond())
        .isEqualTo(-120);
    assertThatThrownBy(() -> none.coarser(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> history(0, 60, new double[2], new double[1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static History history(long start, int step, double[] demand, double[] ready) {
    int n = demand.length;
    return new History(
        start, step, demand, demand, demand, ready, ready, ready, new boolean[n], new boolean[n]);
  }

  private static int count(boolean[] flags) {
    int n = 0;
    for (boolean flag : flags) {
      n += flag ? 1 : 0;
    }
    return n;
  }
}
