package dev.almanac.predictor.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QuantileTableTest {
  @Test
  void packedItIsTheSameToATenThousandth() {
    for (int seed = 0; seed < 50; seed++) {
      float[] table = table(seed, 1);
      double farthest = Math.max(-table[0], table[QuantileTable.SIZE - 1]);
      double[] packed = packed(table);
      for (int i = 0; i < packed.length; i++) {
        assertThat(packed[i]).isEqualTo(QuantileTable.at(table, i), within(5e-5 * farthest));
        assertThat(i == 0 || packed[i] >= packed[i - 1]).isTrue();
      }
    }
  }

  @Test
  void oneWildResidualDoesNotBlurTheOthers() {
    float[] table = table(1, 1);
    table[QuantileTable.SIZE - 1] = 1e6f;
    double[] packed = packed(table);
    for (int i = 0; i < packed.length; i++) {
      assertThat(packed[i]).isEqualTo(table[i], within(.02 * Math.abs(table[i])));
    }
  }

  @Test
  void sizesOfAnyKindArePacked() {
    for (double size : new double[] {1e-35, 1e-20, 1e30, Float.MAX_VALUE / 40}) {
      float[] table = table(2, size);
      double[] packed = packed(table);
      for (int i = 0; i < packed.length; i++) {
        assertThat(packed[i] / size).isEqualTo(table[i] / size, within(1e-3));
      }
    }
    assertThat(packed(new float[QuantileTable.SIZE])).containsOnly(0);
    float[] centred = table(3, 1);
    centred[9] = 0;
    Arrays.sort(centred);
    assertThat(packed(centred)).contains(0);
  }

  @Test
  void betweenTheKnotsItIsLinear() {
    float[] table = new float[QuantileTable.SIZE];
    for (int i = 0; i < table.length; i++) {
      table[i] = i - 11;
    }
    short[] tables = new short[QuantileTable.SIZE];
    float farthest = QuantileTable.pack(table, tables, 0);
    for (double position : new double[] {0, .25, 9.5, 21.75, 22}) {
      assertThat(QuantileTable.at(tables, 0, farthest, position))
          .isEqualTo(position - 11, within(1e-3));
    }
  }

  private static double[] packed(float[] table) {
    short[] tables = new short[3 * QuantileTable.SIZE];
    int from = QuantileTable.SIZE;
    float farthest = QuantileTable.pack(table, tables, from);
    double[] packed = new double[QuantileTable.SIZE];
    Arrays.setAll(packed, i -> QuantileTable.at(tables, from, farthest, i));
    return packed;
  }

  private static float[] table(int seed, double size) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] table = new float[QuantileTable.SIZE];
    for (int i = 0; i < table.length; i++) {
      table[i] = (float) (size * random.nextGaussian());
    }
    Arrays.sort(table);
    return table;
  }
}
