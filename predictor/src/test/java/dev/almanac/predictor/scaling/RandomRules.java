package dev.almanac.predictor.scaling;

import dev.almanac.predictor.scaling.hpa.Behavior;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.MetricSpec.MetricId;
import dev.almanac.predictor.scaling.hpa.MetricTarget;
import dev.almanac.predictor.scaling.hpa.ScalingRules;
import dev.almanac.predictor.scaling.hpa.ScalingRules.Policy;
import dev.almanac.predictor.scaling.hpa.ScalingRules.PolicyType;
import dev.almanac.predictor.scaling.hpa.ScalingRules.SelectPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/** Reactive rules of every kind, from a seed. */
final class RandomRules {
  private RandomRules() {}

  static ReactiveRule rule(SplittableRandom random) {
    List<MetricSpec> metrics = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      MetricTarget average = new MetricTarget.AverageValue(random.nextLong(1, 300_000));
      metrics.add(
          switch (random.nextInt(4)) {
            case 0 -> new MetricSpec.Pods(new MetricId("m", ""), average);
            case 1 ->
                new MetricSpec.Resource(
                    "cpu", new MetricTarget.Utilization(random.nextInt(1, 200)));
            default -> new MetricSpec.External(new MetricId("m", ""), average);
          });
    }
    Optional<Behavior> behavior =
        random.nextBoolean()
            ? Optional.of(new Behavior(direction(random), direction(random)))
            : Optional.empty();
    return new ReactiveRule(
        metrics,
        random.nextDouble(0.05, 1),
        random.nextInt(4) == 0 ? 0 : random.nextDouble(0.3),
        Duration.ofSeconds(random.nextInt(600)),
        behavior);
  }

  private static ScalingRules direction(SplittableRandom random) {
    List<Policy> policies = new ArrayList<>();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      policies.add(
          new Policy(
              PolicyType.values()[random.nextInt(2)],
              random.nextInt(1, 200),
              Duration.ofSeconds(random.nextInt(1, 300))));
    }
    return new ScalingRules(
        Duration.ofSeconds(random.nextBoolean() ? 0 : random.nextInt(600)),
        SelectPolicy.values()[random.nextInt(3)],
        policies,
        random.nextBoolean() ? OptionalDouble.empty() : OptionalDouble.of(random.nextDouble(0.5)));
  }
}
