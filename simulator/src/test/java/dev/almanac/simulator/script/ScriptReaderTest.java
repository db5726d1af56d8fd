package dev.almanac.simulator.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.scaling.Guards;
import dev.almanac.simulator.script.Script.Runner;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a script says, and what is said about one that cannot be read. */
class ScriptReaderTest {
  private static final String SOUND =
      """
      covers F01 A1     # what it is about
      runs step loop
      workload web  min=1 max=9 target=50 start=3 direction=UP_ONLY
      load every 1m  requests = 10x2 _ 5+2x3
      fault metrics refused from 1m to 1m30s
      act every 1m from 1m to 3m  kubectl sets 4
      expect during 0m..2m  never below 1  writes <= 3
      """;

  @Test
  void readsEveryStatement() {
    Script script = ScriptReader.read("s", SOUND);
    assertThat(script.covers()).containsExactly("F01", "A1");
    assertThat(script.runners()).containsExactlyInAnyOrder(Runner.STEP, Runner.LOOP);
    assertThat(script.load()).containsExactly(10, 10, Double.NaN, 5, 7, 9);
    assertThat(script.length()).isEqualTo(Duration.ofMinutes(6));
    assertThat(script.workload().policy().perReplica()).isEqualTo(50);
    assertThat(script.workload().policy().guards().direction()).isEqualTo(Guards.Direction.UP_ONLY);
    assertThat(script.faults())
        .containsExactly(
            new Script.Fault(
                "metrics refused", Double.NaN, "", Duration.ofMinutes(1), Duration.ofSeconds(90)));
    assertThat(script.acts())
        .containsExactly(
            new Script.Act(Duration.ofMinutes(1), "kubectl", "sets", 4),
            new Script.Act(Duration.ofMinutes(2), "kubectl", "sets", 4));
    assertThat(script.expectations().getFirst().claims()).hasSize(2);
  }

  @Test
  void anExpectationThatDoesNotHoldIsNamedWithItsLineAndTick() {
    Script script =
        ScriptReader.read(
            "s",
            """
            workload web  start=10
            load every 1m  requests = 700x5 1400x5
            expect at 6m  replicas == 10
            expect during 0m..9m  writes == 0
            expect by 9m  ready >= 99
            expect at 2h  hold
            """);
    assertThat(ScriptRunner.play(script, Runner.STEP).failures(script))
        .satisfiesExactly(
            one -> assertThat(one).startsWith("line 3: not ").contains("PT6M web: 20 -> 20"),
            two -> assertThat(two).contains("line 4: 1 writes of web"),
            three -> assertThat(three).startsWith("line 5: never "),
            four -> assertThat(four).isEqualTo("line 6: there is no tick in its range"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fault metrics gone from 1m to 2m | no such fault: metrics gone",
        "fault metrics empty from 1m until 2m | to is expected, not until",
        "fault metrics empty from 1x to 2m | not a time: 1x",
        "expect at 1m | nothing is claimed",
        "expect during 1m hold | at T, by T or during A..B",
        "expect at 1m reason WEATHER | WEATHER",
        "expect at 1m maybe | no claim begins with maybe",
        "act at 1m somebody sings | nobody can do this: sings",
        "load every 1m requests = 10y3 | not a term: 10y3",
        "load every 1m requests = 1x99999 | longer than two weeks",
        "workload web color=red | a workload has no [color]",
        "hope for the best | no statement begins with hope",
        "expect at 1m hold hold fault | no claim begins with fault",
      })
  void whatCannotBeReadIsNamed(String line, String words) {
    assertThatThrownBy(() -> ScriptReader.read("s", SOUND + line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words)
        .hasMessageStartingWith("s");
  }
}
