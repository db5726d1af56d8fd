package dev.almanac.actuator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenBucketTest {

  @Test
  void letsABurstThroughAndThenItsRate() {
    AtomicLong nanos = new AtomicLong(-5);
    TokenBucket bucket = new TokenBucket(20, 40, nanos::get);
    for (int i = 0; i < 40; i++) {
      assertThat(bucket.take()).isEqualTo(Duration.ZERO);
    }
    assertThat(bucket.take()).isEqualTo(Duration.ofMillis(50));
    nanos.addAndGet(Duration.ofMillis(49).toNanos());
    assertThat(bucket.take()).isBetween(Duration.ofNanos(1), Duration.ofMillis(2));
    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(bucket.take()).isEqualTo(Duration.ZERO);
    nanos.addAndGet(Duration.ofDays(1).toNanos());
    for (int i = 0; i < 40; i++) {
      assertThat(bucket.take()).isEqualTo(Duration.ZERO);
    }
    assertThat(bucket.take()).isPositive();
  }

  @Test
  void neverLetsMoreThroughThanBurstPlusRate() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 200; round++) {
      double rate = 0.1 + 50 * random.nextDouble();
      int burst = 1 + random.nextInt(50);
      AtomicLong nanos = new AtomicLong(random.nextLong());
      TokenBucket bucket = new TokenBucket(rate, burst, nanos::get);
      long through = 0;
      long elapsed = 0;
      for (int i = 0; i < 500; i++) {
        long step = random.nextLong(200_000_000L);
        nanos.addAndGet(step); // wraps round now and then, as nanoTime may
        elapsed += step;
        Duration pause = bucket.take();
        through += pause.isZero() ? 1 : 0;
        assertThat(pause).isBetween(Duration.ZERO, Duration.ofSeconds(10));
      }
      assertThat((double) through).isLessThanOrEqualTo(burst + rate * elapsed / 1e9 + 1e-6);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-1, 1", "NaN, 1", "Infinity, 1", "1, 0", "1, -1", "20000, 1", "1, 20000"})
  void refusesRatesThatAreNone(double perSecond, int burst) {
    assertThatThrownBy(() -> new TokenBucket(perSecond, burst, System::nanoTime))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
