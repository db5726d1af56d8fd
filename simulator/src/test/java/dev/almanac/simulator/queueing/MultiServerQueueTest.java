package dev.almanac.simulator.queueing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultiServerQueueTest {

  /** Erlang C in closed form, by sums of factorials: C = (a^c/c! c/(c-a)) / (sum + that). */
  private static double erlangC(double a, int c) {
    double term = 1;
    double sum = 0;
    for (int k = 0; k < c; k++) {
      sum += term;
      term *= a / (k + 1);
    }
    double top = term * c / (c - a);
    return top / (sum + top);
  }

  @ParameterizedTest
  @CsvSource({"0.5,1", "4,5", "1.8,2", "9.5,10", "40,50", "0.01,3"})
  void waitingIsErlangC(double offered, int servers) {
    var queue = new MultiServerQueue(offered * 2, 2, servers);
    double c = erlangC(offered, servers);
    assertThat(queue.waitingProbability()).isCloseTo(c, within(1e-12));
    assertThat(queue.meanWaitSeconds()).isCloseTo(c / (2 * servers - 2 * offered), within(1e-12));
  }

  @Test
  void oneServerAnswersAsAnExponentialWithTheSpareRate() {
    var queue = new MultiServerQueue(3, 4, 1); // T ~ exp(mu - lambda)
    for (double t : new double[] {0, 0.1, 0.5, 1, 3}) {
      assertThat(queue.slowerThan(t)).isCloseTo(Math.exp(-t), within(1e-12));
    }
    assertThat(queue.quantileSeconds(0.95)).isCloseTo(-Math.log(0.05), within(1e-6));
  }

  @Test
  void equalRatesAreTheLimitOfNearOnes() {
    // c mu - lambda = mu for two servers at half load.
    double at = new MultiServerQueue(2, 2, 2).slowerThan(0.7);
    double near = new MultiServerQueue(2 + 1e-5, 2, 2).slowerThan(0.7);
    assertThat(at).isCloseTo(near, within(1e-5));
  }

  /**
   * A discrete-event simulation that shares nothing with the formulas: every request is served by
   * the server that is free first.
   */
  @ParameterizedTest
  @CsvSource({"0.5,1", "0.8,4", "0.9,10", "0.7,40"})
  void latencyIsWithinTwoPercentOfASimulationRequestByRequest(double load, int servers) {
    Random random = new Random(7);
    double lambda = load * servers;
    int n = 2_000_000;
    PriorityQueue<Double> free = new PriorityQueue<>();
    for (int i = 0; i < servers; i++) {
      free.add(0.0);
    }
    double now = 0;
    double[] answers = new double[n];
    for (int i = 0; i < n; i++) {
      now -= Math.log(1 - random.nextDouble()) / lambda;
      double done = Math.max(now, free.poll()) - Math.log(1 - random.nextDouble());
      free.add(done);
      answers[i] = done - now;
    }
    var queue = new MultiServerQueue(lambda, 1, servers);
    double mean = Arrays.stream(answers).average().orElseThrow();
    assertThat(queue.meanWaitSeconds() + 1).isCloseTo(mean, within(0.02 * mean));
    Arrays.sort(answers);
    double p95 = answers[(int) (0.95 * n)];
    assertThat(queue.quantileSeconds(0.95)).isCloseTo(p95, within(0.02 * p95));
  }

  @Test
  void whatGrowsWithoutEndIsInfiniteAndNothingIsNothing() {
    var over = new MultiServerQueue(10, 1, 10);
    assertThat(over.waitingProbability()).isEqualTo(1);
    assertThat(over.meanWaitSeconds()).isInfinite();
    assertThat(over.quantileSeconds(0.5)).isInfinite();
    assertThat(over.slowerThan(1e9)).isEqualTo(1);
    var none = new MultiServerQueue(1, 1, 0);
    assertThat(none.waitingProbability()).isEqualTo(1);
    assertThat(none.meanWaitSeconds()).isInfinite();
    var idle = new MultiServerQueue(0, 2, 3);
    assertThat(idle.waitingProbability()).isZero();
    assertThat(idle.slowerThan(1)).isCloseTo(Math.exp(-2), within(1e-15));
  }

  @Test
  void moreServersNeverMakeAnybodyWaitLonger() {
    for (int c = 8; c < 3_000; c = c * 3 / 2) {
      var few = new MultiServerQueue(7.5, 1, c);
      var more = new MultiServerQueue(7.5, 1, c + 1);
      assertThat(more.waitingProbability()).isLessThanOrEqualTo(few.waitingProbability());
      assertThat(more.quantileSeconds(0.99)).isLessThanOrEqualTo(few.quantileSeconds(0.99) + 1e-9);
      assertThat(few.slowerThan(0.4)).isBetween(0.0, 1.0);
    }
  }
}
