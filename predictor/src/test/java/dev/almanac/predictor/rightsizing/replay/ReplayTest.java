package dev.almanac.predictor.rightsizing.replay;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;
import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_HOUR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.rightsizing.RequestAdvisor;
import dev.almanac.predictor.rightsizing.price.CpuByPrice;
import dev.almanac.predictor.rightsizing.price.MemoryByPrice;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReplayTest {

  /** Says 2 at midnight, 4 from noon on; counts what it has seen. */
  private static final class Scripted implements RequestAdvisor {
    int seen;
    double last = Double.NaN;
    int ooms;

    @Override
    public void observe(double[] usage, int from, int to) {
      seen += to - from;
      last = usage[to - 1];
    }

    @Override
    public double daily(double current) {
      return 2;
    }

    @Override
    public double hourly(double current) {
      return seen % PER_DAY == 12 * PER_HOUR ? 4 : current;
    }

    @Override
    public double afterOom(double limit) {
      ooms++;
      return 2 * limit;
    }
  }

  private static Usage usage(double... levels) {
    double[] samples = new double[levels.length * PER_DAY];
    for (int d = 0; d < levels.length; d++) {
      Arrays.fill(samples, d * PER_DAY, (d + 1) * PER_DAY, levels[d]);
    }
    return new Usage(samples, 1);
  }

  @Test
  void cpuIsSetAtMidnightAndAtFullHours() {
    double[] requests = CpuReplay.requests(new Scripted(), usage(1, 1));
    assertThat(requests[PER_DAY - 1]).isNaN();
    assertThat(requests[PER_DAY]).isEqualTo(2);
    assertThat(requests[PER_DAY + 12 * PER_HOUR - 1]).isEqualTo(2);
    assertThat(requests[PER_DAY + 12 * PER_HOUR]).isEqualTo(4);
  }

  @Test
  void cpuScoresAreSharesOfPresentSamples() {
    Usage usage = usage(1, 1, 3);
    Arrays.fill(usage.samples(), PER_DAY, PER_DAY + 12 * PER_HOUR, Double.NaN);
    Score score = CpuReplay.score(new Scripted(), usage);
    // Present: half a day at 1 under 4, half a day at 3 over 2, half a day at 3 under 4.
    assertThat(score.days()).isEqualTo(2);
    assertThat(score.slack()).isCloseTo((0.75 + 0 + 0.25) / 3, within(1e-12));
    assertThat(score.shortShare()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(score.farShortShare()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(score.meanRequest()).isCloseTo(10 / 3.0, within(1e-12));
    assertThat(score.meanUsage()).isCloseTo(7 / 3.0, within(1e-12));
    assertThat(score.changesAMonth()).isCloseTo(3 / (2 / 30.4), within(1e-9));
  }

  @Test
  void anOomKillIsSeenAsTheLimitAndRaisesItFromTheNextSampleOn() {
    Usage usage = usage(1, 1);
    usage.samples()[PER_DAY + 100] = 9;
    usage.samples()[PER_DAY + 101] = 5;
    usage.samples()[PER_DAY + 102] = 3;
    Scripted advisor = new Scripted();
    Score score = MemoryReplay.score(advisor, usage, 0);
    // Killed at 2 and at 4; 3 fits into 8.
    assertThat(advisor.ooms).isEqualTo(2);
    assertThat(advisor.seen).isEqualTo(2 * PER_DAY);
    assertThat(score.shortShare()).isEqualTo(1);
    assertThat(score.farShortShare()).isEqualTo(2);
    double slack = 100 * 0.5 + 0 + 0 + (1 - 3 / 8.0) + 185 * (1 - 1 / 8.0);
    assertThat(score.slack()).isCloseTo(slack / PER_DAY, within(1e-12));
    assertThat(score.meanUsage()).isCloseTo((285 + 2 + 4 + 3) / 288.0, within(1e-12));
  }

  @Test
  void theAdvisorNeverSeesMemoryAboveTheLimit() {
    Usage usage = usage(1, 9);
    Scripted advisor = new Scripted();
    advisor.last = 0;
    MemoryReplay.score(
        new RequestAdvisor() {
          @Override
          public void observe(double[] samples, int from, int to) {
            for (int i = from; i < to; i++) {
              assertThat(samples[i]).isLessThanOrEqualTo(i < PER_DAY ? 1 : 16);
            }
          }

          @Override
          public double daily(double current) {
            return 8;
          }

          @Override
          public double afterOom(double limit) {
            return 16;
          }
        },
        usage,
        0);
  }

  @Test
  void theLeastLimitHolds() {
    assertThat(MemoryReplay.score(new Scripted(), usage(1, 1), 5).meanRequest()).isEqualTo(5);
  }

  /** The future does not leak: what comes later changes no request before it. */
  @Test
  void requestsRestOnThePastAlone() {
    SplittableRandom random = new SplittableRandom(7);
    double[] samples = new double[8 * PER_DAY];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = random.nextDouble(0.1, 2);
    }
    double[] other = samples.clone();
    Arrays.fill(other, 6 * PER_DAY, other.length, 50);
    double[] one = requests(samples);
    double[] two = requests(other);
    int same = 6 * PER_DAY + PER_HOUR;
    assertThat(Arrays.copyOf(one, same)).isEqualTo(Arrays.copyOf(two, same));
    assertThat(one).isNotEqualTo(two);
  }

  private static double[] requests(double[] samples) {
    return CpuReplay.requests(new CpuByPrice(CpuByPrice.Settings.DEFAULTS), new Usage(samples, 3));
  }

  @Test
  void aHigherPriceLeavesLessIdleAndIsMoreOftenShort() {
    SplittableRandom random = new SplittableRandom(9);
    double[] cpu = new double[12 * PER_DAY];
    double[] memory = new double[cpu.length];
    for (int i = 0; i < cpu.length; i++) {
      cpu[i] = 0.2 + random.nextExponential();
      memory[i] = (1L << 30) * (1 + 0.3 * random.nextExponential());
    }
    Score cheapCpu = cpu(cpu, 0.05);
    Score dearCpu = cpu(cpu, 0.5);
    assertThat(dearCpu.slack()).isLessThan(cheapCpu.slack());
    assertThat(dearCpu.shortShare()).isGreaterThan(cheapCpu.shortShare());
    Score cheapMemory = memory(memory, 0.1);
    Score dearMemory = memory(memory, 2);
    assertThat(dearMemory.slack()).isLessThan(cheapMemory.slack());
    assertThat(dearMemory.shortShare()).isGreaterThanOrEqualTo(cheapMemory.shortShare());
  }

  private static Score cpu(double[] samples, double price) {
    return CpuReplay.score(
        new CpuByPrice(CpuByPrice.Settings.DEFAULTS.withPrice(price)), new Usage(samples, 3));
  }

  private static Score memory(double[] samples, double price) {
    return MemoryReplay.score(
        new MemoryByPrice(MemoryByPrice.Settings.DEFAULTS.withPrice(price)),
        new Usage(samples, 3),
        0);
  }

  @Test
  void halfDaysAndAMissingHistoryAreRefused() {
    assertThatThrownBy(() -> new Usage(new double[PER_DAY + 1], 1))
        .hasMessageContaining("whole days");
    assertThatThrownBy(() -> new Usage(new double[PER_DAY], 1)).hasMessageContaining("first day");
    assertThatThrownBy(() -> new Usage(new double[PER_DAY], 0)).hasMessageContaining("first day");
  }
}
