package dev.almanac.predictor.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.series.TimeSeries;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The method, against another implementation of it. The origin stands in each file. */
class PooledRidgeGoldenTest {
  private static final double GOOD = 1e-4;

  @ParameterizedTest
  @ValueSource(strings = {"nyc-taxi", "aws-cpu", "nasa", "nasa-highest-of-3"})
  void agreesWithTheReference(String name) throws IOException {
    List<String> lines = lines(name);
    int step = (int) numbers(lines, "step")[0];
    int window = (int) numbers(lines, "window")[0];
    double[] levels = numbers(lines, "levels");
    TimeSeries history = new TimeSeries(0, step, numbers(lines, "samples"));
    List<double[]> expected =
        lines.stream()
            .filter(l -> l.startsWith("at "))
            .map(l -> numbers(List.of(l), "at"))
            .toList();
    int steps = (int) expected.getLast()[0];
    Forecast f =
        PooledRidgeForecaster.maximumOf(window, Duration.ofSeconds((long) steps * step))
            .fit(history, DemandCalendar.empty())
            .forecast(history, steps, levels);
    assertThat(expected).hasSizeGreaterThan(5);
    int median = Arrays.binarySearch(levels, .5);
    for (double[] row : expected) {
      int h = (int) row[0];
      for (int i = 0; i < levels.length; i++) {
        // Seasonal averages and distances from the median are kept in 16 bits, the rest as floats.
        double size = Math.max(Math.abs(row[i + 1]), Math.abs(row[1 + median]));
        assertThat(f.quantiles()[i][h - 1])
            .as("p%s at step %d", levels[i], h)
            .isEqualTo(row[i + 1], within(GOOD * size));
      }
    }
  }

  private static List<String> lines(String name) throws IOException {
    try (InputStream in = PooledRidgeGoldenTest.class.getResourceAsStream(name + ".golden")) {
      assertThat(in).as("%s.golden", name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static double[] numbers(List<String> lines, String key) {
    String line = lines.stream().filter(l -> l.startsWith(key + " ")).findFirst().orElseThrow();
    return Arrays.stream(line.substring(key.length() + 1).split(" "))
        .mapToDouble(s -> s.equals("_") ? Double.NaN : Double.parseDouble(s))
        .toArray();
  }
}
