package dev.almanac.service.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.simulator.whatif.CaseResult;
import dev.almanac.simulator.whatif.Figures;
import dev.almanac.simulator.whatif.Line;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {
  @ParameterizedTest
  @CsvSource({
    "131.42079999999999, cost > 30, '131.4, > 30'",
    "131.42079999999999, cost > 131.42, '131.421, > 131.42'",
    "131.42079999999999, cost > 131.4207, '131.421, > 131.4207'",
    "0.04, cost > 0, '0.04, > 0'",
    "29.96, cost < 30, '29.96, < 30'",
    "30, cost >= 30, '30, >= 30'",
    "12345678.25, cost > 30, '12345678.3, > 30'",
    "Infinity, cost > 30, 'overload, > 30'",
  })
  void theFigureHasAsManyDecimalsAsStillFail(double cost, String gate, String said)
      throws StudyException {
    assertThat(Gate.parse(gate).failures(List.of(result(cost))))
        .containsExactly("g seed=1: cost is " + said);
  }

  @ParameterizedTest
  @CsvSource({"30, cost > 30", "NaN, cost > 0", "NaN, cost <= 0"})
  void whatHoldsOrDoesNotApplyFailsNothing(double cost, String gate) throws StudyException {
    assertThat(Gate.parse(gate).failures(List.of(result(cost)))).isEmpty();
  }

  private static CaseResult result(double cost) {
    double[] values = new double[Figures.Name.values().length];
    Arrays.fill(values, 1);
    values[Figures.Name.COST.ordinal()] = cost;
    Map<Line, Figures> lines = new EnumMap<>(Line.class);
    for (Line line : Line.values()) {
      lines.put(line, new Figures(values, "hash"));
    }
    return new CaseResult("g", List.of(), 1, lines, List.of(), List.of());
  }
}
