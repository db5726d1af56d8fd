package dev.almanac.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One value in an otherwise right document, and the one problem that it is. */
class FieldValuesTest {

  /** A fragment of a spec, an arrow, and the problem; {@code ok} where there is none. */
  private static final String TABLE =
      """
      minReplicas: -1 => spec.minReplicas: -1 is out of bounds; allowed: 1 to 150,000
      minReplicas: 0 => spec.minReplicas: 0 is out of bounds; allowed: 1 to 150,000
      minReplicas: 41 => spec.minReplicas: 41 is above spec.maxReplicas, which is 40; lower one or raise the other
      minReplicas: 40 => ok
      minReplicas: 2.5 => spec.minReplicas: "2.5" is not a whole number
      minReplicas: 2.0 => spec.minReplicas: "2.0" is not a whole number; did you mean 2?
      minReplicas: 010 => spec.minReplicas: "010" is not a whole number; did you mean 10?
      minReplicas: 0x10 => spec.minReplicas: "0x10" is not a whole number
      minReplicas: 1_0 => spec.minReplicas: "1_0" is not a whole number
      minReplicas: 1e1 => spec.minReplicas: "1e1" is not a whole number; did you mean 10?
      minReplicas: 2 pods => spec.minReplicas: "2 pods" is not a whole number; did you mean 2?
      minReplicas: "2" => spec.minReplicas: "2" is text; remove the quotes
      minReplicas: .nan => spec.minReplicas: ".nan" is not a whole number
      minReplicas: .inf => spec.minReplicas: ".inf" is not a whole number
      minReplicas: 99999999999999999999999 => spec.minReplicas: "99999999999999999999999" is not a whole number
      minReplicas: 2147483648 => spec.minReplicas: 2147483648 is out of bounds; allowed: 1 to 150,000
      maxReplicas: 0 => spec.maxReplicas: 0 is out of bounds; allowed: 1 to 150,000
      maxReplicas: 1k => spec.maxReplicas: "1k" is not a whole number; did you mean 1000?
      maxReplicas: 150001 => spec.maxReplicas: 150001 is out of bounds; allowed: 1 to 150,000
      perReplica: 0 => spec.demand.perReplica: 0 is out of bounds; allowed: 0.01 to 1000000000000
      perReplica: -3 => spec.demand.perReplica: -3 is out of bounds; allowed: 0.01 to 1000000000000
      perReplica: .nan => spec.demand.perReplica: ".nan" is not a plain, finite number
      perReplica: NaN => spec.demand.perReplica: "NaN" is not a plain, finite number
      perReplica: .inf => spec.demand.perReplica: ".inf" is not a plain, finite number
      perReplica: -.INF => spec.demand.perReplica: "-.INF" is not a plain, finite number
      perReplica: Infinity => spec.demand.perReplica: "Infinity" is not a plain, finite number
      perReplica: 1e400 => spec.demand.perReplica: 1e400 is out of bounds; allowed: 0.01 to 1000000000000
      perReplica: 1e-400 => spec.demand.perReplica: 1e-400 is out of bounds; allowed: 0.01 to 1000000000000
      perReplica: 0x1p3 => spec.demand.perReplica: "0x1p3" is not a plain, finite number
      perReplica: 5d => spec.demand.perReplica: "5d" is not a plain, finite number; did you mean 5?
      perReplica: 1:30 => spec.demand.perReplica: "1:30" is not a plain, finite number
      perReplica: 500M => spec.demand.perReplica: "500M" is not a plain, finite number; write 500000000 (M is million) or 0.5 (m is a thousandth)
      perReplica: 500m => spec.demand.perReplica: "500m" is not a plain, finite number; write 0.5 (m is a thousandth) or 500000000 (M is million)
      perReplica: 5k => spec.demand.perReplica: "5k" is not a plain, finite number; did you mean 5000?
      perReplica: 1Ki => spec.demand.perReplica: "1Ki" is not a plain, finite number; did you mean 1024?
      perReplica: 120 req/s => spec.demand.perReplica: "120 req/s" is not a plain, finite number; did you mean 120?
      perReplica: 120rps => spec.demand.perReplica: "120rps" is not a plain, finite number; did you mean 120?
      perReplica: 1,200 => spec.demand.perReplica: "1,200" is not a plain, finite number; did you mean 1200?
      perReplica: 1_200 => spec.demand.perReplica: "1_200" is not a plain, finite number; did you mean 1200?
      perReplica: 1,5 => spec.demand.perReplica: "1,5" is not a plain, finite number
      perReplica: "120" => spec.demand.perReplica: "120" is text; remove the quotes
      perReplica: 1.2e2 => ok
      targetUtilization: 70 => spec.demand.targetUtilization: 70 is out of bounds; allowed: 0.05 to 1; did you mean 0.7?
      targetUtilization: 70% => spec.demand.targetUtilization: "70%" is not a plain, finite number; did you mean 0.7?
      targetUtilization: 1.01 => spec.demand.targetUtilization: 1.01 is out of bounds; allowed: 0.05 to 1
      targetUtilization: 1 => ok
      tolerance: .NaN => spec.tolerance: ".NaN" is not a plain, finite number
      tolerance: 10 => spec.tolerance: 10 is out of bounds; allowed: 0 to 1; did you mean 0.1?
      tolerance: 0 => ok
      stepCaps: {downPercent: 25%} => spec.stepCaps.downPercent: "25%" is not a plain, finite number; did you mean 25?
      stepCaps: {downPercent: 0} => spec.stepCaps.downPercent: 0 is out of bounds; allowed: 0.01 to 100
      stepCaps: {downPercent: 101} => spec.stepCaps.downPercent: 101 is out of bounds; allowed: 0.01 to 100
      stepCaps: {upReplicas: 0} => spec.stepCaps.upReplicas: 0 is out of bounds; allowed: 1 to 150,000
      stepCaps: {window: 60} => spec.stepCaps.window: "60" has no unit; did you mean "60s"?
      interval: 60 => spec.interval: "60" has no unit; did you mean "60s"?
      interval: 15 => spec.interval: "15" has no unit; did you mean "15s"?
      interval: 1 minute => spec.interval: "1 minute" is not a duration; did you mean "1m"?
      interval: 5min => spec.interval: "5min" is not a duration; did you mean "5m"?
      interval: 30S => spec.interval: "30S" is not a duration; did you mean "30s"?
      interval: 0s => spec.interval: 0s is out of bounds; allowed: 1s to 10m
      interval: -5s => spec.interval: "-5s" is not a duration; write it as in 15s, 2m or 1h30m
      interval: 999ms => spec.interval: 999ms is out of bounds; allowed: 1s to 10m
      interval: 10m1s => spec.interval: 10m1s is out of bounds; allowed: 1s to 10m
      interval: soon => spec.interval: "soon" is not a duration; write it as in 15s, 2m or 1h30m
      interval: PT15S => spec.interval: "PT15S" is not a duration; write it as in 15s, 2m or 1h30m
      interval: 9999999999s => spec.interval: "9999999999s" is not a duration; write it as in 15s, 2m or 1h30m
      interval: 1m30s => ok
      interval: "15s" => ok
      leadTime: 0s => ok
      leadTime: 1d => spec.leadTime: "1d" is not a duration; did you mean "24h"?
      behavior: {scaleDown: {stabilizationWindowSeconds: 5m}} => spec.behavior.scaleDown.stabilizationWindowSeconds: "5m" is not a whole number of seconds; did you mean 300?
      behavior: {scaleDown: {stabilizationWindowSeconds: -1}} => spec.behavior.scaleDown.stabilizationWindowSeconds: -1 is out of bounds; allowed: 0 to 3,600
      behavior: {scaleDown: {stabilizationWindowSeconds: 0}} => ok
      stage: floor => spec.stage: "floor" is unknown; did you mean "Floor"?
      stage: Ful => spec.stage: "Ful" is unknown; did you mean "Full"?
      stage: Active => spec.stage: "Active" is unknown; allowed: Shadow, Floor, Full
      stage: "Full" => ok
      actuation: Emits => spec.actuation: "Emits" is unknown; did you mean "Emit"?
      paused: on => spec.paused: "on" is neither true nor false; did you mean true?
      paused: "false" => spec.paused: "false" is text; remove the quotes
      paused: maybe => spec.paused: "maybe" is neither true nor false
      risk: {shortMinutesPerMonth: 0} => spec.risk.shortMinutesPerMonth: 0 is out of bounds; allowed: 0.01 to 43199
      risk: {shortMinutesPerMonth: 30m} => spec.risk.shortMinutesPerMonth: "30m" is not a plain number of minutes; did you mean 30?
      risk: {idlePrice: 0, shortPrice: 1} => spec.risk.idlePrice: 0 is out of bounds; allowed: 0.000001 to 1000000000
      risk: {idlePrice: 1, shortPrice: 1} => ok
      risk: {} => ok
      unit: "" => spec.demand.unit: must have 1 to 32 characters
      unit: "a\\nb" => spec.demand.unit: must be one line without control characters
      source: no => spec.demand.source: YAML reads no as a flag; put it in quotes
      source: Cluster_Prometheus => spec.demand.source: "Cluster_Prometheus" is not a DNS name; did you mean "cluster-prometheus"?
      query: "" => spec.demand.query: must have 1 to 8,192 characters
      query: rate(x{a=~"^b$|$1"}[1m]) # $other => ok
      """;

  private static final List<String> OF_DEMAND =
      List.of("source", "query", "perReplica", "unit", "targetUtilization");

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  void isReadOrExplained(String fragment, String problem) {
    List<String> expected = problem.equals("ok") ? List.of() : List.of(problem);

    assertThat(Documents.problems(document(fragment)).stream().map(this::withoutPlace))
        .isEqualTo(expected);
  }

  private String withoutPlace(String problem) {
    return problem.replaceFirst("^web.yaml:[0-9]+: ", "");
  }

  /** The right document with one of its fields replaced, or with one field more. */
  private static String document(String fragment) {
    String key = fragment.substring(0, fragment.indexOf(':'));
    StringBuilder demand = new StringBuilder("demand:\n");
    StringBuilder spec = new StringBuilder(key.equals("maxReplicas") ? "" : "maxReplicas: 40\n");
    if (!key.equals("source")) {
      demand.append("  source: cluster-prometheus\n");
    }
    if (!key.equals("query")) {
      demand.append("  query: up\n");
    }
    if (!key.equals("perReplica")) {
      demand.append("  perReplica: 120\n");
    }
    if (OF_DEMAND.contains(key)) {
      demand.append("  ").append(fragment).append('\n');
    } else {
      spec.append(fragment).append('\n');
    }
    return Documents.autoscaler("web", spec.append(demand).toString());
  }

  static Stream<Arguments> table() {
    return TABLE.lines().map(row -> row.split(" => ", 2)).map(row -> Arguments.of(row[0], row[1]));
  }
}
