package dev.almanac.predictor.rightsizing.peers;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;
import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_HOUR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.rightsizing.RequestAdvisor;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.vpa.VpaSettings;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What each tool says about usage of which one can tell by hand what it must say. */
class PeersTest {
  private static final double GIB = 1L << 30;

  /** One day in which sample i is i + 1 thousandths. */
  private static double[] ramp() {
    return IntStream.rangeClosed(1, PER_DAY).mapToDouble(i -> i / 1000.0).toArray();
  }

  private static double[] day(double level) {
    double[] day = new double[PER_DAY];
    Arrays.fill(day, level);
    return day;
  }

  private static <A extends RequestAdvisor> A after(A advisor, double[]... days) {
    for (double[] day : days) {
      advisor.observe(day, 0, day.length);
    }
    return advisor;
  }

  @Test
  void krrTakesThe95thPercentileOfCpu() {
    // Position 0.95 * 287 = 272.65 of 0.001 to 0.288.
    assertThat(after(Krr.of(Resource.CPU, 0), ramp()).daily(0)).isCloseTo(0.27365, within(1e-12));
  }

  @Test
  void krrForgetsAfterTwoWeeks() {
    Krr krr = after(Krr.cpu(1, 0), day(5));
    for (int d = 1; d < 14; d++) {
      after(krr, day(1));
    }
    assertThat(krr.daily(0)).isEqualTo(5);
    assertThat(after(krr, day(1)).daily(0)).isEqualTo(1);
  }

  @Test
  void krrTakesTheMaximumOfMemoryAndMoreThanAnyLimitThatWasTooLow() {
    Krr krr = after(Krr.of(Resource.MEMORY, 0), day(GIB));
    assertThat(krr.daily(0)).isCloseTo(1.15 * GIB, within(1.0));
    assertThat(krr.afterOom(2 * GIB)).isEqualTo(2.5 * GIB);
    assertThat(krr.afterOom(1.5 * GIB)).isEqualTo(1.875 * GIB);
    assertThat(after(krr, day(GIB)).daily(0)).isEqualTo(2.5 * GIB);
    for (int d = 0; d < 15; d++) {
      after(krr, day(GIB));
    }
    assertThat(krr.daily(0)).isCloseTo(1.15 * GIB, within(1.0));
  }

  @Test
  void absentSamplesAreNotZero() {
    double[] halfAbsent = day(2);
    Arrays.fill(halfAbsent, 0, PER_DAY / 2, Double.NaN);
    assertThat(after(Krr.cpu(0, 0), halfAbsent).daily(0)).isEqualTo(2);
    assertThat(after(new Kubecost(1, 0), halfAbsent).daily(0)).isEqualTo(2);
    double crane = after(new Crane(Resource.CPU, 0), halfAbsent).daily(0);
    assertThat(crane).isEqualTo(after(new Crane(Resource.CPU, 0), day(2)).daily(0));
    double autopilot = after(new Autopilot(Resource.CPU, 0), halfAbsent).daily(0);
    assertThat(autopilot).isEqualTo(after(new Autopilot(Resource.CPU, 0), day(2)).daily(0));
  }

  @Test
  void kubecostDividesTheMaximumOfAWeekByTheUtilization() {
    Kubecost kubecost = after(new Kubecost(0.5, 0.01), day(3));
    for (int d = 1; d < 7; d++) {
      after(kubecost, day(1));
    }
    assertThat(kubecost.daily(0)).isEqualTo(6);
    assertThat(after(kubecost, day(1)).daily(0)).isEqualTo(2);
    assertThat(after(new Kubecost(0.7, 0.01), day(0)).daily(0)).isEqualTo(0.01);
    assertThatThrownBy(() -> new Kubecost(0, 0)).hasMessageContaining("utilization");
    assertThatThrownBy(() -> new Kubecost(1.1, 0)).hasMessageContaining("utilization");
  }

  @Test
  void craneHasNoAnswerBelowItsFirstBucket() {
    assertThat(after(new Crane(Resource.CPU, 0), day(0.001)).daily(0))
        .isCloseTo(0.115, within(1e-9));
    assertThat(after(new Crane(Resource.MEMORY, 0), day(250 * 1048576.0)).daily(0))
        .isCloseTo(1.15 * 300 * 1048576.0, within(1.0));
  }

  @Test
  void craneRemembersAnOomKillForAWeek() {
    Crane crane = after(new Crane(Resource.MEMORY, 0), day(GIB));
    assertThat(crane.afterOom(0.2 * GIB)).isCloseTo(0.2 * GIB + 100 * 1048576, within(1.0));
    assertThat(crane.afterOom(10 * GIB)).isCloseTo(12 * GIB, within(1.0));
    assertThat(after(crane, day(GIB)).daily(0)).isCloseTo(12 * GIB, within(1.0));
    for (int d = 0; d < 6; d++) {
      after(crane, day(GIB));
    }
    assertThat(crane.daily(0)).isLessThan(2 * GIB);
  }

  /** 1 core for a tenth of the time is 53 % of the work beside 0.1 cores for the rest. */
  @Test
  void autopilotWeighsCpuByLoad() {
    double[] mostlyIdle = day(0.1);
    Arrays.fill(mostlyIdle, 100, 100 + PER_DAY / 10, 1);
    double request = after(new Autopilot(Resource.CPU, 0), mostlyIdle).daily(0);
    assertThat(request).isBetween(1.1, 1.1 * 1.03);
  }

  @Test
  void autopilotNeverGoesBelowWhatItSaidAnHourAgo() {
    double[] falling = day(0.001);
    Arrays.fill(falling, PER_DAY - PER_HOUR - 3, PER_DAY - PER_HOUR, 1);
    Autopilot autopilot = after(new Autopilot(Resource.CPU, 0), falling);
    double atTheEnd = autopilot.daily(0);
    assertThat(atTheEnd).isGreaterThan(1);
  }

  @Test
  void autopilotTakesThe98thPercentileOfMemoryByTime() {
    double[] rarely = day(GIB);
    rarely[7] = 9 * GIB; // a third of a percent of the time
    assertThat(after(new Autopilot(Resource.MEMORY, 0), rarely).daily(0))
        .isBetween(1.1 * GIB, 1.1 * 1.03 * GIB);
  }

  @Test
  void vpaIsTheEstimatorOfTheVpaPackage() {
    Vpa cpu = after(new Vpa(Resource.CPU, VpaSettings.DEFAULTS, false), day(1));
    // The end of the bucket of 1 core, 1.01628 cores, and 15 %: 1016 + 152 millicores.
    assertThat(cpu.daily(0)).isEqualTo(1.168);
    assertThat(cpu.hourly(0.5)).isEqualTo(0.5);
    Vpa raising = after(new Vpa(Resource.CPU, VpaSettings.DEFAULTS, true), day(1));
    assertThat(raising.hourly(0.5)).isEqualTo(1.168);
    assertThat(raising.hourly(2)).isEqualTo(2);
    Vpa memory = after(new Vpa(Resource.MEMORY, VpaSettings.DEFAULTS, false), day(GIB));
    double before = memory.daily(0);
    assertThat(before / GIB).isBetween(1.15, 1.15 * 1.05);
    assertThat(memory.afterOom(2 * GIB)).isGreaterThan(2.4 * GIB);
  }

  @Test
  void leastRequestsHold() {
    double[] idle = day(0);
    assertThat(after(Krr.cpu(0.95, 0.01), idle).daily(0)).isEqualTo(0.01);
    assertThat(after(Krr.memory(1.15, 5), idle).daily(0)).isEqualTo(5);
    assertThat(after(new Crane(Resource.CPU, 7), idle).daily(0)).isEqualTo(7);
    assertThat(after(new Autopilot(Resource.CPU, 7), idle).daily(0)).isEqualTo(7);
  }
}
