package dev.almanac.simulator.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTableTest {

  private static final OutcomeTable TABLE =
      new OutcomeTable(
          List.of(
              new Outcome("hpa", 695, 1841.5, 7029.979166, 8342, 20_100),
              new Outcome("almanac", 12.25, 20, 5726.5, 410, 20_100),
              new Outcome("oracle", 0, 0, 4273.15, 11_943, 20_100)),
          "0123456789abcdef".repeat(4));

  @Test
  void textFitsATerminal() {
    assertThat(TABLE.toText())
        .isEqualTo(
            """
            policy           short min   short %   missing pod-hours  x oracle    events
            hpa                 695.00     3.458  1,841.50  7,029.98     1.645     8,342
            almanac              12.25     0.061     20.00  5,726.50     1.340       410
            oracle                0.00     0.000      0.00  4,273.15     1.000    11,943
            scored 20,100 min; short = Ready < needed; missing = pod-minutes
            result 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
            """);
    OutcomeTable wide =
        new OutcomeTable(
            List.of(
                new Outcome(
                    "a policy with a very long name", 9e8, 9e15, 999_999.9, 9_999_999, 9e9)),
            TABLE.hash());
    assertThat(wide.toText().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void jsonHasTheSameFigures() throws Exception {
    JsonNode json = new ObjectMapper().readTree(TABLE.toJson());
    assertThat(json.get("hash").asText()).isEqualTo(TABLE.hash());
    assertThat(json.get("policies")).hasSize(3);
    JsonNode hpa = json.get("policies").get(0);
    assertThat(hpa.get("name").asText()).isEqualTo("hpa");
    assertThat(hpa.get("short_minutes").asDouble()).isEqualTo(695);
    assertThat(hpa.get("pod_hours").asDouble()).isEqualTo(7029.979);
    assertThat(hpa.get("scale_events").asLong()).isEqualTo(8342);
    assertThat(TABLE.toJson()).contains("\"short_minutes\":0,", "\"scored_minutes\":20100}");
  }

  @Test
  void withoutAnOracleCostIsNotCompared() {
    OutcomeTable alone = new OutcomeTable(List.of(TABLE.outcomes().getFirst()), TABLE.hash());
    assertThat(alone.toText()).contains("7,029.98         -     8,342");
    assertThatIllegalArgumentException().isThrownBy(() -> new OutcomeTable(List.of(), ""));
  }

  @Test
  void nothingScoredIsNothingShort() {
    Outcome none = new Outcome("p", 0, 0, 0, 0, 0);
    assertThat(none.shortPercent()).isZero();
    assertThat(none.meanPods()).isZero();
    assertThat(none.eventsPerDay()).isZero();
  }

  @Test
  void theHashCoversEveryReplica() {
    Outcome outcome = TABLE.outcomes().getFirst();
    PolicyRun a = PolicyRun.of(outcome, Instant.EPOCH, new int[] {1, 2}, new int[] {1, 1});
    PolicyRun same = PolicyRun.of(outcome, Instant.EPOCH, new int[] {1, 2}, new int[] {1, 1});
    PolicyRun other = PolicyRun.of(outcome, Instant.EPOCH, new int[] {1, 2}, new int[] {1, 2});
    assertThat(a).isEqualTo(same).isNotEqualTo(other);
    assertThat(a.hash()).hasSize(64).isNotEqualTo(other.hash());
    assertThat(OutcomeTable.of(List.of(a, other)).hash())
        .isNotEqualTo(OutcomeTable.of(List.of(other, a)).hash());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PolicyRun.of(outcome, Instant.EPOCH, new int[2], new int[3]));
  }
}
