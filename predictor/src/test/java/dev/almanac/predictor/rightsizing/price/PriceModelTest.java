package dev.almanac.predictor.rightsizing.price;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;
import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_HOUR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The strategies against a second program: written in Python out of the block comments of the
 * classes alone, over whole lists instead of rings and running sums, on the usage below. Its
 * results are the numbers here.
 */
class PriceModelTest {
  private static final double GIB = 1L << 30;

  /** Two weeks and two days with gaps, a rhythm, noise, a spike every fourth day, two late ones. */
  private static double[] usage(double unit) {
    double[] usage = new double[16 * PER_DAY];
    for (int i = 0; i < usage.length; i++) {
      int day = i / PER_DAY;
      int ofDay = i % PER_DAY;
      double value =
          1 + 0.5 * Math.sin(2 * Math.PI * ofDay / PER_DAY) + 0.3 * (i * 7919 % 1000) / 1000;
      value *= day % 4 == 2 && ofDay >= 120 && ofDay < 150 ? 2.5 : 1;
      value *= (day == 6 || day == 9) && ofDay >= 260 ? 1.8 : 1;
      usage[i] = i * 37 % 101 == 5 ? Double.NaN : unit * value;
    }
    return usage;
  }

  private static void assertClose(List<Double> actual, double... expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual.get(i))
          .as("number %d of %s", i, actual)
          .isCloseTo(expected[i], within(1e-6));
    }
  }

  /** After days 1, 2, 3, 4, 7, 10, 13 and 16, as if nothing was requested yet. */
  private static List<Double> memory(
      UnaryOperator<MemoryByPrice.Settings> settings, int oomAfterDay) {
    MemoryByPrice advisor =
        new MemoryByPrice(settings.apply(new MemoryByPrice.Settings(0.4, 0, 15, 0.01 * GIB)));
    double[] usage = usage(GIB);
    List<Double> requests = new ArrayList<>();
    for (int day = 0; day < 16; day++) {
      advisor.observe(usage, day * PER_DAY, (day + 1) * PER_DAY);
      if (day == oomAfterDay) {
        advisor.afterOom(6 * GIB);
      }
      if (day < 4 || day % 3 == 0) {
        requests.add(advisor.daily(0) / GIB);
      }
    }
    return requests;
  }

  @Test
  void memoryByPrice() {
    assertClose(
        memory(s -> s, -1),
        1.988703,
        1.988703,
        4.3376529,
        4.4252794,
        4.5126389,
        4.4677374,
        4.5380356,
        4.5380356);
    assertClose(
        memory(s -> s.withPrice(2), -1),
        1.8358042,
        1.8358042,
        1.2181501,
        1.2060293,
        1.2176005,
        1.2054851,
        1.236759,
        1.224453);
  }

  @Test
  void memoryByPromise() {
    assertClose(
        memory(s -> s.promising(1), -1),
        1.8917128,
        1.8917128,
        4.0041583,
        4.0444008,
        4.1242414,
        4.1242414,
        4.1891348,
        4.1891348);
    assertClose(
        memory(s -> s.promising(6), -1),
        1.7994529,
        1.7994529,
        3.696304,
        3.7334525,
        3.7692728,
        3.7317679,
        3.790486,
        3.790486);
  }

  @Test
  void memoryAfterAnOomKill() {
    assertClose(
        memory(s -> s, 4),
        1.988703,
        1.988703,
        4.3376529,
        4.4252794,
        7.0514596,
        5.7275649,
        4.6522283,
        4.5380356);
  }

  @ParameterizedTest
  @CsvSource({"0.2, 11", "0.05, 12"})
  void cpuMovesAsOftenAsTheModel(double price, int changes) {
    assertThat(cpu(price).changes()).isEqualTo(changes);
  }

  @Test
  void cpuByPrice() {
    assertClose(
        cpu(0.2).midnights(),
        1.7860384,
        1.7860384,
        1.7860384,
        1.7860384,
        1.7860384,
        1.7860384,
        2.0137527,
        2.0137527,
        2.0137527,
        2.0137527,
        2.0137527,
        2.0137527,
        2.0137527,
        2.0137527,
        1.8221188);
    assertClose(
        cpu(0.2).highest(),
        1.7860384,
        3.6692967,
        1.7860384,
        1.7860384,
        1.7860384,
        3.8190435,
        2.0137527,
        2.0137527,
        2.0137527,
        3.8190435,
        2.0137527,
        2.0137527,
        2.0137527,
        3.6692967,
        1.8221188);
    assertClose(
        cpu(0.05).midnights(),
        1.7860384,
        1.7860384,
        3.6692967,
        3.6692967,
        3.6692967,
        1.8221188,
        3.8190435,
        3.8190435,
        3.8190435,
        3.8190435,
        3.8190435,
        3.8190435,
        3.8190435,
        1.8221188,
        3.6692967);
    assertClose(
        cpu(0.05).highest(),
        1.7860384,
        3.6692967,
        3.6692967,
        3.6692967,
        3.6692967,
        3.8190435,
        3.8190435,
        3.8190435,
        3.8190435,
        3.8190435,
        3.8190435,
        3.8190435,
        3.8190435,
        3.6692967,
        3.6692967);
  }

  private record Course(List<Double> midnights, List<Double> highest, int changes) {}

  /** From the second day on, the request at each midnight and the highest of each day. */
  private static Course cpu(double price) {
    CpuByPrice advisor = new CpuByPrice(new CpuByPrice.Settings(price, 1.5, 0.01));
    double[] usage = usage(1);
    List<Double> midnights = new ArrayList<>();
    List<Double> highest = new ArrayList<>();
    int changes = 0;
    double request = 0;
    advisor.observe(usage, 0, PER_DAY);
    for (int from = PER_DAY; from < usage.length; from += PER_HOUR) {
      boolean midnight = from % PER_DAY == 0;
      double next = midnight ? advisor.daily(request) : advisor.hourly(request);
      changes += next == request ? 0 : 1;
      request = next;
      if (midnight) {
        midnights.add(request);
        highest.add(request);
      }
      highest.set(highest.size() - 1, Math.max(highest.getLast(), request));
      advisor.observe(usage, from, from + PER_HOUR);
    }
    return new Course(midnights, highest, changes);
  }

  @Test
  void cpuByPromise() {
    assertClose(
        promise(0.05),
        1.7860384,
        1.7860384,
        3.6692967,
        1.7860384,
        1.7860384,
        1.7860384,
        1.7860384,
        1.7860384,
        1.7860384,
        1.8221188,
        1.8221188);
    assertClose(
        promise(0.01),
        1.7860384,
        1.7860384,
        3.6692967,
        3.6692967,
        3.6692967,
        3.6692967,
        3.8190435,
        3.8190435,
        3.8190435,
        3.8190435,
        3.8190435);
  }

  private static List<Double> promise(double share) {
    CpuPromise advisor = new CpuPromise(new CpuByPrice.Settings(0.2, 1.5, 0.01), share);
    double[] usage = usage(1);
    List<Double> requests = new ArrayList<>();
    advisor.observe(usage, 0, PER_DAY);
    for (int day = 1; day < 12; day++) {
      requests.add(advisor.daily(0));
      advisor.observe(usage, day * PER_DAY, (day + 1) * PER_DAY);
    }
    return requests;
  }
}
