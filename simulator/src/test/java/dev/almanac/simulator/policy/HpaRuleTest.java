package dev.almanac.simulator.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HpaRuleTest {
  private static final int[] ENDS = {0, 1, 2, 3, 4, 5, 1_000_000, 1 << 30, Integer.MAX_VALUE};

  /** The rule in numbers that nothing saturates. */
  private static long inLongs(long size, long raw, long top, long min, long max) {
    long want = Math.min(Math.min(Math.max(size, raw), top), Math.max(size + 4, 2 * size));
    return Math.clamp(want, min, max);
  }

  @Test
  void saturatesWhereLongsWouldNot() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000_000; i++) {
      int size = any(random);
      int raw = any(random);
      int top = Math.max(raw, any(random));
      int a = any(random);
      int b = any(random);
      int min = Math.min(a, b);
      int max = Math.max(a, b);
      assertThat((long) HpaRule.settle(size, raw, top, min, max))
          .as("%d %d %d in %d to %d", size, raw, top, min, max)
          .isEqualTo(inLongs(size, raw, top, min, max));
    }
  }

  private static int any(Random random) {
    int end = ENDS[random.nextInt(ENDS.length)];
    return random.nextInt(3) == 0
        ? random.nextInt(200)
        : Math.clamp((long) end + random.nextInt(9) - 4, 0, Integer.MAX_VALUE);
  }
}
