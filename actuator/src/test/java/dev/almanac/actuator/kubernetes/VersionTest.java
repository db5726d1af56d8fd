package dev.almanac.actuator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionTest {

  @ParameterizedTest
  @CsvSource({
    "9, 10, true",
    "10, 9, false",
    "10, 10, false",
    "99999999999999999999999998, 99999999999999999999999999, true",
    "'', 5, false",
    "5, '', false",
    "a5, 6, false",
    "5, 6b, false",
    "05, 6, false",
    "-5, 6, false",
    "0, 6, false" // 0 means "any", not a state.
  })
  void isOlder(String version, String other, boolean older) {
    assertThat(Version.isOlder(version, other)).isEqualTo(older);
  }
}
