package dev.almanac.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewJsonTest {

  record Everything(
      double value,
      double[] line,
      boolean[] flags,
      Instant at,
      Duration age,
      Optional<String> missing,
      Optional<Double> unknown) {}

  @Test
  void writesAbsenceAsNullTimesAsNumbersAndFlagsAsDigits() {
    Everything everything =
        new Everything(
            Double.NaN,
            new double[] {0, -0.0, 1.5, Double.NaN, Double.POSITIVE_INFINITY, 3},
            new boolean[] {true, false},
            Instant.ofEpochSecond(1, 500_000_000),
            Duration.ofMillis(2500),
            Optional.empty(),
            Optional.of(Double.NaN));

    assertThat(ViewJson.write(everything).toString())
        .isEqualTo(
            "{\"value\":null,\"line\":[0,0,1.5,null,null,3],\"flags\":[1,0],\"at\":1500,"
                + "\"age\":2.5,\"missing\":null,\"unknown\":null}");
  }

  @ParameterizedTest
  @CsvSource({
    "412.123456789, 412.12344",
    "1e300, 1.0E300",
    "1e-300, 1.0E-300",
    "9007199254740993, 9.007199E15",
    "-7, -7",
    "0.1, 0.1",
    "4.9E-324, 4.9E-324"
  })
  void numbersKeepSevenDigitsAndNeverOverflow(double value, String text) {
    String written = ViewJson.write(new double[] {value}).toString();

    assertThat(written).isEqualTo("[" + text + "]");
    assertThat(Double.parseDouble(text))
        .isCloseTo(value, org.assertj.core.data.Offset.offset(Math.abs(value) * 1e-7));
  }
}
