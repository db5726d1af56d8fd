package dev.almanac.predictor.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollingOriginsTest {

  @ParameterizedTest
  @CsvSource({
    "1000, 24, 10, 24",
    "1000, 24, 399, 1",
    "1000, 24, 400, 0",
    "10, 24, 1, 3",
    "0,5,1,0"
  })
  void thereAreAsManyAsAskedForOrAsFit(int length, int count, int ahead, int found) {
    int[] origins = RollingOrigins.of(length, count, ahead);
    assertThat(origins).hasSize(found).isSorted().doesNotHaveDuplicates();
    assertThat(Arrays.stream(origins)).allMatch(o -> o >= length * 0.6 && o + ahead < length);
  }

  @Test
  void theyFallOnAllTimesOfDay() {
    // 21 days of minutes: equal distances of 8 h would meet three times of day only.
    int[] origins = RollingOrigins.of(21 * 1_440, 24, 1_440);
    long hours = IntStream.of(origins).map(o -> o % 1_440 / 60).distinct().count();
    assertThat(hours).isGreaterThan(10);
  }
}
