package dev.almanac.service.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quantities as apimachinery's resource package reads them. */
class QuantitiesTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1000",
    "500m, 1, 500",
    "0.1, 1, 100",
    ".5, 1, 500",
    "5., 5, 5000",
    "1.5, 2, 1500",
    "+2, 2, 2000",
    "1u, 1, 1",
    "1500001n, 1, 2",
    "1k, 1000, 1000000",
    "1Ki, 1024, 1024000",
    "1.5Gi, 1610612736, 1610612736000",
    "128M, 128000000, 128000000000",
    "1e3, 1000, 1000000",
    "1E3, 1000, 1000000",
    "1.0E+3, 1000, 1000000",
    "12e-1, 2, 1200",
    "0, 0, 0",
    "-0, 0, 0",
    "0Ki, 0, 0"
  })
  void readsWholeUnitsAndThousandthsRoundedUp(String text, long units, long milli) {
    Quantities quantities = new Quantities();
    assertThat(quantities.read(text, false)).isEqualTo(units);
    assertThat(quantities.read(text, true)).isEqualTo(milli);
    assertThat(quantities.read(text, false)).isEqualTo(units);
  }

  @Test
  void suffixesUpToExa() {
    Quantities quantities = new Quantities();
    assertThat(quantities.read("1T", false)).isEqualTo(1_000_000_000_000L);
    assertThat(quantities.read("1Pi", false)).isEqualTo(1L << 50);
    assertThat(quantities.read("0.001E", false)).isEqualTo(1_000_000_000_000_000L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "m", "1 Gi", "1gi", "1KB", "0x10", "1,5", "NaN", "1e", "1e99999", "--1"})
  void whatIsNoQuantityIsRefused(String text) {
    assertThatThrownBy(() -> new Quantities().read(text, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("quantity");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "-1m", "9E", "1e300"})
  void whatNoNodeCouldHoldIsRefused(String text) {
    assertThatThrownBy(() -> new Quantities().read(text, true))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
