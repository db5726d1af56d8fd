package dev.almanac.service.log;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LineCheckTest {

  @Test
  void isCrc32c() {
    // The check value of CRC-32/ISCSI in the catalogue of CRC algorithms, and of RFC 3720 B.4.
    byte[] digits = "123456789".getBytes(US_ASCII);
    assertThat(LineCheck.of(digits, 0, digits.length)).isEqualTo("e3069283");
  }

  @Test
  void holdsForWhatItEndsAndForNothingElse() {
    byte[] line = line(100, 1);
    assertThat(LineCheck.holds(line, line.length)).isTrue();
    assertThat(LineCheck.holds(line, line.length - 1)).isFalse();
    assertThat(LineCheck.holds(new byte[0], 0)).isFalse();
    assertThat(LineCheck.holds(new byte[5], 5)).isFalse();
    assertThat(LineCheck.repairs(new byte[5])).isEmpty();
  }

  /** All 255 ways to change each byte: the place is found, and hardly ever a second one. */
  @Test
  void findsTheOneByteThatWasChanged() {
    byte[] line = line(250, 2);
    int candidates = 0;
    for (int i = 0; i < line.length; i++) {
      for (int mask = 1; mask < 256; mask++) {
        byte[] damaged = line.clone();
        damaged[i] ^= (byte) mask;
        assertThat(LineCheck.holds(damaged, damaged.length)).isFalse();
        var repairs = LineCheck.repairs(damaged);
        assertThat(repairs).contains(new LineCheck.Repair(i, line[i]));
        candidates += repairs.size();
      }
    }
    assertThat(candidates - line.length * 255).isLessThan(50);
  }

  /** Twenty thousand bytes: as long as lines get in practice. */
  @Test
  void findsASingleBitInALongLine() {
    byte[] line = line(20_000, 3);
    SplittableRandom random = new SplittableRandom(4);
    for (int k = 0; k < 200; k++) {
      int i = random.nextInt(line.length);
      byte[] damaged = line.clone();
      damaged[i] ^= (byte) (1 << random.nextInt(8));
      assertThat(LineCheck.repairs(damaged)).contains(new LineCheck.Repair(i, line[i]));
    }
  }

  @Test
  void doesNotExplainWhatIsMoreThanOneByte() {
    byte[] line = line(300, 5);
    SplittableRandom random = new SplittableRandom(6);
    int explained = 0;
    for (int k = 0; k < 2000; k++) {
      byte[] damaged = line.clone();
      int i = random.nextInt(200);
      damaged[i] ^= 1;
      damaged[i + 1 + random.nextInt(50)] ^= 1;
      explained += LineCheck.repairs(damaged).isEmpty() ? 0 : 1;
    }
    assertThat(explained).isLessThan(5);
  }

  private static byte[] line(int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] body = new byte[length];
    for (int i = 0; i < length; i++) {
      body[i] = (byte) (' ' + random.nextInt(90));
    }
    byte[] tail = LineCheck.tail(body, 0, length);
    byte[] line = Arrays.copyOf(body, length + tail.length);
    System.arraycopy(tail, 0, line, length, tail.length);
    return line;
  }
}
