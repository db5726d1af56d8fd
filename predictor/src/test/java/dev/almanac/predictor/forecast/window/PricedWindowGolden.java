package dev.almanac.predictor.forecast.window;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** What an independent implementation says about one series; the file tells its origin. */
public final class PricedWindowGolden {
  public static final int TICK_SECONDS = 15;
  public static final int DAY = 5760;
  public static final Window LEAD = new Window(3, 0, 4);
  public static final Window HOLD = new Window(3, 0, 40);

  private PricedWindowGolden() {}

  /** One figure. */
  public record Row(String what, int tick, double argument, double value) {}

  /** The figures whose name is given. */
  public static List<Row> rows(String what) {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    PricedWindowGolden.class.getResourceAsStream("/golden/priced-window.csv")),
                StandardCharsets.UTF_8))) {
      List<Row> rows =
          in.lines()
              .filter(line -> line.startsWith(what + ","))
              .map(line -> line.split(",", -1))
              .map(c ->
                  new Row(
                      c[0],
                      Integer.parseInt(c[1]),
                      Double.parseDouble(c[2]),
                      Double.parseDouble(c[3])))
              .toList();
      if (rows.isEmpty()) {
        throw new IllegalStateException("no golden figure is called " + what);
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The series, in replicas, by tick. */
  public static double[] load() {
    double[] load = new double[4 * 6480];
    long s = 42;
    for (int minute = 0; minute < 6480; minute++) {
      s = (s * 1103515245L + 12345) % 2147483648L;
      double value =
          20
              + 12 * Math.sin(2 * Math.PI * minute / 1440)
              + 8 * (s / 2147483648.0 - .5)
              + (s % 97 == 0 ? 15 : 0);
      for (int i = 0; i < 4; i++) {
        load[4 * minute + i] = Math.max(0, value);
      }
    }
    return load;
  }

  /** The metric of the series: the mean over ticks k - 6 to k - 3. */
  public static double[] seen(double[] load) {
    double[] seen = new double[load.length];
    for (int k = 0; k < seen.length; k++) {
      int from = Math.max(0, k - 6);
      int to = Math.max(0, k - 3);
      for (int i = from; i <= to; i++) {
        seen[k] += load[i] / (to - from + 1);
      }
    }
    return seen;
  }
}
