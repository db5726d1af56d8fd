package dev.almanac.predictor.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeptTrackTest {

  @Test
  void anySpanHasTheMeanOfItsStepsWhereverEntriesBegin() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 500; round++) {
      int stride = random.nextInt(1, 7);
      int entries = random.nextInt(0, 12);
      // Each entry is NaN, or a number that 16 bits hold exactly; the last may be cut off.
      double[] kept =
          random.ints(entries, -8, 9).mapToDouble(v -> v == 8 ? Double.NaN : v * 4096).toArray();
      int used = Math.max(0, entries * stride - random.nextInt(stride));
      int length = used + random.nextInt(10);
      int from = random.nextInt(length + 1);
      PackedSeries packed = PackedSeries.of(kept);
      double[] plain = new double[length];
      Arrays.setAll(plain, i -> i < used ? packed.at(i / stride) : Double.NaN);
      KeptTrack track = KeptTrack.of(packed, stride, used, Math.min(from, used), length);
      for (int i = Math.min(from, used); i < length; i++) {
        if (random.nextInt(3) == 0) {
          plain[i] = random.nextDouble(-1e5, 1e5);
          track.set(i, plain[i]);
        }
      }
      assertThat(track.length()).isEqualTo(length);
      same(track, plain);
      same(track.absolute(), Arrays.stream(plain).map(Math::abs).toArray());
    }
  }

  private static void same(Track track, double[] plain) {
    for (int a = 0; a <= plain.length; a++) {
      for (int b = a; b <= plain.length; b++) {
        double mean =
            Arrays.stream(plain, a, b).filter(v -> !Double.isNaN(v)).average().orElse(Double.NaN);
        if (Double.isNaN(mean)) {
          assertThat(track.mean(a, b)).isNaN();
        } else {
          assertThat(track.mean(a, b)).isCloseTo(mean, within(1e-7));
        }
      }
    }
    double[] entries = new double[plain.length];
    Arrays.setAll(entries, track::at);
    assertThat(entries).containsExactly(plain);
  }
}
