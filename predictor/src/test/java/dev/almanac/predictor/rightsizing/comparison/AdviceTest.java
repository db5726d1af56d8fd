package dev.almanac.predictor.rightsizing.comparison;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.comparison.Advice.NotEnoughHistory;
import dev.almanac.predictor.rightsizing.comparison.Advice.Request;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AdviceTest {
  private static final double GIB = 1L << 30;

  private static double[] days(int days, double level) {
    double[] usage = new double[days * PER_DAY];
    Arrays.fill(usage, level);
    return usage;
  }

  @Test
  void everyToolAnswersForASteadyWorkload() {
    var cpu = Advice.of(Resource.CPU, days(8, 1), 0);
    assertThat(cpu.keySet()).containsExactly(Tool.values());
    cpu.forEach((tool, advice) -> {
      assertThat(advice).as("%s", tool).isInstanceOf(Request.class);
      assertThat(((Request) advice).amount()).as("%s", tool).isBetween(1.0, 1.5);
    });
    assertThat(cpu).containsEntry(Tool.VPA, new Request(1.168));
    assertThat(cpu).containsEntry(Tool.KUBECOST, new Request(1 / 0.7));
    Advice.of(Resource.MEMORY, days(8, GIB), 0)
        .forEach((tool, advice) ->
            assertThat(((Request) advice).amount()).as("%s", tool).isBetween(GIB, 1.5 * GIB));
  }

  @Test
  void minimumsAreThoseOfTheTools() {
    var cpu = Advice.of(Resource.CPU, days(4, 0), 0);
    assertThat(cpu).containsEntry(Tool.VPA, new Request(0.025));
    assertThat(cpu).containsEntry(Tool.KRR, new Request(0.01));
    var memory = Advice.of(Resource.MEMORY, days(4, 0), 0);
    assertThat(memory).containsEntry(Tool.VPA, new Request(250 << 20));
    assertThat(memory).containsEntry(Tool.KRR, new Request(100 << 20));
    assertThat(memory).containsEntry(Tool.KUBECOST, new Request(20 << 20));
  }

  /** Absent samples are no history, however long the series is. */
  @Test
  void tooLittleHistorySaysHowMuchIsMissing() {
    double[] usage = days(8, Double.NaN);
    Arrays.fill(usage, usage.length - 4, usage.length, 1);
    var advice = Advice.of(Resource.CPU, usage, 0);
    assertThat(advice)
        .containsEntry(
            Tool.KRR, new NotEnoughHistory(Duration.ofMinutes(20), Duration.ofMinutes(500)))
        .containsEntry(
            Tool.ALMANAC, new NotEnoughHistory(Duration.ofMinutes(20), Duration.ofDays(3)));
    assertThat(advice.get(Tool.VPA)).isInstanceOf(Request.class);
    Advice.of(Resource.MEMORY, new double[0], 0)
        .values()
        .forEach(none -> assertThat(none).isInstanceOf(NotEnoughHistory.class));
  }

  @Test
  void aRequestThatIsNearlyRightIsKept() {
    var advice = Advice.of(Resource.CPU, days(8, 1), 1.03);
    assertThat(advice).containsEntry(Tool.ALMANAC, new Request(1.03));
  }

  @Test
  void usageThatCannotBeIsRefusedWithItsPlace() {
    double[] negative = days(4, 1);
    negative[7] = -1;
    assertThatThrownBy(() -> Advice.of(Resource.CPU, negative, 0))
        .hasMessageContaining("sample 7 is -1.0");
    double[] infinite = days(4, 1);
    infinite[8] = Double.POSITIVE_INFINITY;
    assertThatThrownBy(() -> Advice.of(Resource.CPU, infinite, 0)).hasMessageContaining("sample 8");
  }
}
