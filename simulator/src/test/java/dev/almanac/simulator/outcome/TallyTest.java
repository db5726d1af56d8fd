package dev.almanac.simulator.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TallyTest {

  @ParameterizedTest
  @CsvSource({
    "0, 10, 0",
    "0.001, 10, 1",
    "10, 10, 1",
    "10.00000000001, 10, 1", // a rounding error is no pod
    "10.0001, 10, 2",
    "0.3, 0.1, 3", // 0.3 / 0.1 is 2.9999999999999996
    "1e18, 1e-9, 2147483647"
  })
  void needIsRoundedUp(double demand, double perReplica, int expected) {
    assertThat(Tally.replicasFor(demand, perReplica)).isEqualTo(expected);
  }

  @Test
  void everythingIsCountedByTheTick() {
    Tally tally = new Tally();
    tally.add(30, 10, 2, 2); // one missing
    tally.add(30, 10, 4, 2); // one missing, an event
    tally.add(30, 10, 4, 3);
    tally.add(10, 10, 1, 1); // an event
    assertThat(tally.outcome("p")).isEqualTo(new Outcome("p", 0.5, 0.5, 11 / 240.0, 2, 1));
  }

  @Test
  void unknownDemandIsNotScored() {
    Tally tally = new Tally();
    tally.add(10, 10, 1, 1);
    tally.add(Double.NaN, 10, 5, 0); // neither short, nor paid, nor an event
    tally.add(10, 10, 5, 5); // no change since the tick before
    assertThat(tally.outcome("p")).isEqualTo(new Outcome("p", 0, 0, 6 / 240.0, 0, 0.5));
  }
}
