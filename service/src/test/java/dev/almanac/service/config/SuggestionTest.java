package dev.almanac.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "abc, '', 3",
    "'', abc, 3",
    "stage, stgae, 1",
    "kitten, sitting, 3",
    "ca, abc, 3", // Optimal string alignment; the full Damerau distance would be 2.
    "minReplica, minReplicas, 1",
  })
  void countsEdits(String a, String b, int distance) {
    assertThat(Suggestion.distance(a, b)).isEqualTo(distance);
    assertThat(Suggestion.distance(b, a)).isEqualTo(distance);
  }

  @Test
  void proposesTheNearestKnownWordAndNothingFarAway() {
    List<String> known = List.of("minReplicas", "maxReplicas", "unit", "m");
    assertThat(Suggestion.closest("mxReplicas", known)).contains("maxReplicas");
    assertThat(Suggestion.closest("MAXREPLICAS", known)).contains("maxReplicas");
    assertThat(Suggestion.closest("uint", known)).contains("unit");
    assertThat(Suggestion.closest("colour", known)).isEmpty();
    assertThat(Suggestion.closest("x", known)).isEmpty();
    assertThat(Suggestion.closest("x".repeat(100_000), known)).isEmpty();
    assertThat(Suggestion.closest("", known)).isEmpty();
  }
}
