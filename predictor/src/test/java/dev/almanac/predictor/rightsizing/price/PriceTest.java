package dev.almanac.predictor.rightsizing.price;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;
import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_HOUR;
import static java.lang.Double.NaN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PriceTest {
  private static final double GIB = 1L << 30;

  private static double[] day(double level) {
    double[] day = new double[PER_DAY];
    Arrays.fill(day, level);
    return day;
  }

  /** Half of the time at 1, half at 2: covering both is worth it while price * 0.25 < 0.5. */
  @Test
  void paysForAPeakWhileItRemovesMoreRiskThanItCosts() {
    assertThat(cpu(1.9).daily(0)).isCloseTo(2, within(0.05));
    assertThat(cpu(2.1).daily(0)).isCloseTo(1, within(0.025));
  }

  private static CpuByPrice cpu(double price) {
    double[] alternating = day(1);
    for (int i = 0; i < PER_DAY; i += 2) {
      alternating[i] = 2;
    }
    CpuByPrice advisor = new CpuByPrice(CpuByPrice.Settings.DEFAULTS.withPrice(price));
    advisor.observe(alternating, 0, PER_DAY);
    return advisor;
  }

  @Test
  void keepsARequestThatIsNearlyAsCheap() {
    CpuByPrice advisor = new CpuByPrice(CpuByPrice.Settings.DEFAULTS);
    advisor.observe(day(1), 0, PER_DAY);
    double request = advisor.daily(0);
    assertThat(request).isBetween(1.0, 1.03);
    assertThat(advisor.daily(request * 1.04)).isEqualTo(request * 1.04); // 4 % of slack
    assertThat(advisor.daily(request * 1.10)).isEqualTo(request);
    assertThat(advisor.daily(request * 0.95)).isEqualTo(request); // all samples above
  }

  @Test
  void raisesAfterAnHourThatWasMostlyShortAndComesBackAfterThreeCalmOnes() {
    CpuByPrice advisor = new CpuByPrice(CpuByPrice.Settings.DEFAULTS);
    advisor.observe(day(1), 0, PER_DAY);
    advisor.observe(day(1), 0, PER_DAY);
    double calm = advisor.daily(0);
    double[] high = day(3);

    advisor.observe(day(1), 0, PER_HOUR);
    assertThat(advisor.hourly(calm)).isEqualTo(calm);

    advisor.observe(high, 0, 7); // 7 of 12 is less than 60 %
    advisor.observe(day(1), 0, 5);
    assertThat(advisor.hourly(calm)).isEqualTo(calm);

    advisor.observe(high, 0, PER_HOUR);
    double raised = advisor.hourly(calm);
    assertThat(raised).isBetween(3.0, 3.1);
    assertThat(advisor.hourly(raised)).isEqualTo(raised);

    advisor.observe(day(1), 0, 3 * PER_HOUR - 1);
    assertThat(advisor.hourly(raised)).isEqualTo(raised);
    advisor.observe(day(1), 0, 1);
    assertThat(advisor.hourly(raised)).isEqualTo(calm);
  }

  @Test
  void threeOfFivePresentSamplesAboveAskForARaise() {
    CpuByPrice advisor = new CpuByPrice(CpuByPrice.Settings.DEFAULTS);
    advisor.observe(day(1), 0, PER_DAY);
    double calm = advisor.daily(0);
    double[] hour = {3, 3, 3, 1, 1, NaN, NaN, NaN, NaN, NaN, NaN, NaN};
    advisor.observe(hour, 0, PER_HOUR);
    assertThat(advisor.hourly(calm)).isBetween(3.0, 3.1);
  }

  @Test
  void aRaiseByLessThanATenthIsNotMade() {
    CpuByPrice advisor = new CpuByPrice(CpuByPrice.Settings.DEFAULTS);
    advisor.observe(day(10), 0, PER_DAY);
    double calm = advisor.daily(0);
    advisor.observe(day(1.06 * calm), 0, PER_HOUR);
    assertThat(advisor.hourly(calm)).isEqualTo(calm);
    advisor.observe(day(1.2 * calm), 0, PER_HOUR);
    assertThat(advisor.hourly(calm)).isGreaterThan(1.19 * calm);
  }

  @Test
  void anHourWithoutSamplesChangesNothing() {
    CpuByPrice advisor = new CpuByPrice(CpuByPrice.Settings.DEFAULTS);
    advisor.observe(day(1), 0, PER_DAY);
    double request = advisor.daily(0);
    advisor.observe(day(Double.NaN), 0, PER_HOUR);
    assertThat(advisor.hourly(request)).isEqualTo(request);
    advisor.observe(day(Double.NaN), 0, PER_DAY - PER_HOUR);
    assertThat(advisor.daily(request)).isEqualTo(request);
  }

  @Test
  void olderDaysCountLess() {
    CpuByPrice advisor = new CpuByPrice(CpuByPrice.Settings.DEFAULTS);
    advisor.observe(day(4), 0, PER_DAY);
    for (int d = 0; d < 14; d++) {
      advisor.observe(day(1), 0, PER_DAY);
    }
    assertThat(advisor.daily(0)).isBetween(1.0, 1.03);
  }

  @Test
  void aPromiseTakesTheHighestPriceThatKeptIt() {
    SplittableRandom random = new SplittableRandom(1);
    CpuPromise strict = new CpuPromise(CpuByPrice.Settings.DEFAULTS, 0.001);
    CpuPromise loose = new CpuPromise(CpuByPrice.Settings.DEFAULTS, 0.1);
    for (int d = 0; d < 12; d++) {
      double[] usage = new double[PER_DAY];
      for (int i = 0; i < PER_DAY; i++) {
        usage[i] = 1 + random.nextExponential();
      }
      strict.observe(usage, 0, PER_DAY);
      loose.observe(usage, 0, PER_DAY);
    }
    // Of 1 + an exponential variable 0.1 is above 3.3 and 0.001 above 7.9.
    assertThat(loose.daily(0)).isBetween(3.0, 6.0);
    assertThat(strict.daily(0)).isGreaterThan(6.5);
    assertThat(strict.hourly(strict.daily(0))).isEqualTo(strict.daily(0));
    assertThatThrownBy(() -> new CpuPromise(CpuByPrice.Settings.DEFAULTS, 0))
        .hasMessageContaining("promised share");
    assertThatThrownBy(() -> new CpuPromise(CpuByPrice.Settings.DEFAULTS, 1))
        .hasMessageContaining("promised share");
  }

  @Test
  void withoutAShadowAPromiseTakesThePriceOfItsSettings() {
    CpuPromise promise = new CpuPromise(CpuByPrice.Settings.DEFAULTS.withPrice(0.17), 0.01);
    CpuByPrice price = new CpuByPrice(CpuByPrice.Settings.DEFAULTS.withPrice(0.17));
    double[] usage = day(1);
    usage[5] = 2;
    for (int d = 0; d < 2; d++) {
      promise.observe(usage, 0, PER_DAY);
      price.observe(usage, 0, PER_DAY);
    }
    assertThat(promise.daily(0)).isEqualTo(price.daily(0));
  }

  /** One sample in twenty at 2: covering it is worth it while price * 0.95 / 2 < 0.05. */
  @Test
  void untilThereIsAShadowThePriceNearestToTheSettingsCounts() {
    double[] usage = day(1);
    for (int i = 0; i < PER_DAY; i += 20) {
      usage[i] = 2;
    }
    for (double price : new double[] {0.001, 0.08, 0.09}) {
      assertThat(promised(usage, price)).as("at %s", price).isBetween(2.0, 2.05);
    }
    for (double price : new double[] {0.11, 0.12, 0.5, 5}) {
      assertThat(promised(usage, price)).as("at %s", price).isBetween(1.0, 1.03);
    }
  }

  private static double promised(double[] usage, double price) {
    CpuPromise promise = new CpuPromise(CpuByPrice.Settings.DEFAULTS.withPrice(price), 0.01);
    promise.observe(usage, 0, PER_DAY);
    return promise.daily(0);
  }

  @Test
  void memoryCoversThePeaksAndALittleMore() {
    MemoryByPrice advisor = memory(MemoryByPrice.Settings.DEFAULTS, GIB, 1.2 * GIB);
    double request = advisor.daily(0);
    assertThat(request).isBetween(1.2 * GIB, 1.6 * GIB);
    assertThat(memory(MemoryByPrice.Settings.DEFAULTS.withPrice(4), GIB, 1.2 * GIB).daily(0))
        .isLessThan(request);
    assertThat(memory(MemoryByPrice.Settings.DEFAULTS.withPrice(0.05), GIB, 1.2 * GIB).daily(0))
        .isGreaterThan(request);
  }

  private static MemoryByPrice memory(MemoryByPrice.Settings settings, double level, double peak) {
    MemoryByPrice advisor = new MemoryByPrice(settings);
    double[] day = day(level);
    day[100] = peak;
    for (int d = 0; d < 5; d++) {
      advisor.observe(day, 0, PER_DAY);
    }
    return advisor;
  }

  @Test
  void aStricterMemoryPromiseAsksForMore() {
    double before = 0;
    for (double oomDays : new double[] {10, 3, 1, 0.25}) {
      double request =
          memory(MemoryByPrice.Settings.DEFAULTS.promising(oomDays), GIB, 1.2 * GIB).daily(0);
      assertThat(request).isGreaterThan(before);
      before = request;
    }
  }

  /** The surprise alone: 0.1 (x / peak)^-20 = 1 / 30 at x = 1.0565 peaks. */
  @Test
  void aPromiseIsMetByTheTailOfTheLaw() {
    double request = memory(MemoryByPrice.Settings.DEFAULTS.promising(1), GIB, GIB).daily(0) / GIB;
    assertThat(request).isBetween(Math.pow(3, 0.05), Math.pow(3, 0.05) * 1.03);
  }

  @Test
  void anOomKillLeavesAFloorThatFades() {
    MemoryByPrice advisor = memory(MemoryByPrice.Settings.DEFAULTS, GIB, GIB);
    double usual = advisor.daily(0);
    assertThat(advisor.afterOom(4 * GIB)).isEqualTo(5.4 * GIB);
    assertThat(advisor.daily(usual)).isEqualTo(5.4 * GIB);
    for (int d = 0; d < 10; d++) {
      advisor.observe(day(GIB), 0, PER_DAY);
    }
    assertThat(advisor.daily(0)).isCloseTo(2.7 * GIB, within(1.0));
    for (int d = 0; d < 30; d++) {
      advisor.observe(day(GIB), 0, PER_DAY);
    }
    assertThat(advisor.daily(0)).isBetween(GIB, usual);
  }

  @Test
  void memoryKeepsARequestThatIsNearlyAsCheap() {
    MemoryByPrice advisor = memory(MemoryByPrice.Settings.DEFAULTS, GIB, 1.2 * GIB);
    double request = advisor.daily(0);
    assertThat(advisor.daily(request * 1.01)).isEqualTo(request * 1.01);
    assertThat(advisor.daily(request * 1.06)).isEqualTo(request * 1.06); // 5 % of slack
    assertThat(advisor.daily(request * 1.5)).isEqualTo(request);
    assertThat(advisor.daily(request * 0.94)).isEqualTo(request); // what is too low goes up
    assertThat(advisor.daily(request * 0.5)).isEqualTo(request);
  }

  /** The same peaks and the same mean of seven days make the same request. */
  @Test
  void whatIdlesIsThatOfAWeek() {
    MemoryByPrice quietAtLast = new MemoryByPrice(MemoryByPrice.Settings.DEFAULTS);
    MemoryByPrice even = new MemoryByPrice(MemoryByPrice.Settings.DEFAULTS);
    for (int d = 0; d < 7; d++) {
      double[] day = day(d < 4 ? GIB : 0.1 * GIB);
      double[] mean = day(4.3 / 7 * GIB);
      day[100] = 1.2 * GIB;
      mean[100] = 1.2 * GIB;
      quietAtLast.observe(day, 0, PER_DAY);
      even.observe(mean, 0, PER_DAY);
    }
    assertThat(quietAtLast.daily(0)).isCloseTo(even.daily(0), within(0.001 * GIB));
  }

  @Test
  void hoursWithoutSamplesAreNotHoursWithoutMemory() {
    double[] gaps = day(GIB);
    Arrays.fill(gaps, 30, 200, Double.NaN);
    MemoryByPrice advisor = new MemoryByPrice(MemoryByPrice.Settings.DEFAULTS);
    MemoryByPrice whole = new MemoryByPrice(MemoryByPrice.Settings.DEFAULTS);
    double[] late = day(Double.NaN);
    late[PER_DAY - 1] = GIB;
    advisor.observe(late, 0, PER_DAY);
    for (int d = 0; d < 4; d++) {
      advisor.observe(gaps, 0, PER_DAY);
      whole.observe(day(GIB), 0, PER_DAY);
    }
    assertThat(advisor.daily(0)).isCloseTo(whole.daily(0), within(0.01 * GIB));
  }

  @Test
  void thereIsNoMemoryAdviceBeforeADay() {
    MemoryByPrice advisor = new MemoryByPrice(MemoryByPrice.Settings.DEFAULTS);
    advisor.observe(day(GIB), 0, PER_DAY - PER_HOUR);
    assertThatThrownBy(() -> advisor.daily(0)).hasMessageContaining("a day of usage");
  }

  @Test
  void settingsOutOfBoundsAreRefused() {
    CpuByPrice.Settings cpu = CpuByPrice.Settings.DEFAULTS;
    assertThatThrownBy(() -> cpu.withPrice(0)).hasMessageContaining("price");
    assertThatThrownBy(() -> cpu.withPrice(Double.NaN)).hasMessageContaining("price");
    assertThatThrownBy(() -> cpu.withPrice(Double.POSITIVE_INFINITY)).hasMessageContaining("price");
    assertThatThrownBy(() -> new CpuByPrice.Settings(1, 0, 0)).hasMessageContaining("half life");
    assertThatThrownBy(() -> new CpuByPrice.Settings(1, 1, -1)).hasMessageContaining("least");
    MemoryByPrice.Settings memory = MemoryByPrice.Settings.DEFAULTS;
    assertThatThrownBy(() -> memory.withPrice(0)).hasMessageContaining("price");
    assertThatThrownBy(() -> memory.promising(-1)).hasMessageContaining("promise");
    assertThatThrownBy(() -> memory.promising(Double.NaN)).hasMessageContaining("promise");
    assertThatThrownBy(() -> memory.withPrice(Double.POSITIVE_INFINITY))
        .hasMessageContaining("price");
    double infinite = Double.POSITIVE_INFINITY;
    for (double[] bad :
        new double[][] {
          {1, infinite, 1, 0}, {1, 0, infinite, 0}, {1, 0, 1, infinite}, {1, 0, 0, 0}, {1, 0, 1, -1}
        }) {
      assertThatThrownBy(() -> new MemoryByPrice.Settings(bad[0], bad[1], bad[2], bad[3]))
          .as(Arrays.toString(bad))
          .hasMessageContaining("half life");
    }
    assertThat(new MemoryByPrice.Settings(1, 0, 1, 0).least()).isZero();
    assertThat(new CpuByPrice.Settings(1, 1, 0).least()).isZero();
  }

  @Test
  void usageOutsideTheGridIsInItsOutermostCells() {
    assertThat(UsageGrid.cell(0)).isZero();
    assertThat(UsageGrid.cell(1e9)).isEqualTo(UsageGrid.CELLS - 1);
    assertThat(UsageGrid.cell(1)).isEqualTo(450);
    assertThat(UsageGrid.value(UsageGrid.cell(3.7))).isGreaterThanOrEqualTo(3.7);
    assertThat(UsageGrid.value(UsageGrid.cell(3.7) - 1)).isLessThan(3.7);
  }
}
