package dev.almanac.predictor.rightsizing.advice;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;
import static dev.almanac.predictor.rightsizing.advice.Histories.MI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Recommended;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.JvmMemory;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.OomKills;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.NamespaceRules.Range;
import dev.almanac.predictor.rightsizing.advice.WorkloadHistory.UtilizationTarget;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import dev.almanac.predictor.rightsizing.pod.QosClass;
import dev.almanac.predictor.rightsizing.pod.Quota;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random pods under random rules: whatever is advised, the API server would take it. */
class RightsizerAdversarialTest {
  private static final int ROUNDS = 300;

  @Test
  void whateverIsAdvisedIsAcceptedAndKeepsItsClass() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < ROUNDS; round++) {
      WorkloadHistory workload = workload(random);
      NamespaceRules rules = rules(random);
      WorkloadAdvice advice = new Rightsizer(Goal.BALANCED, rules).advise(workload);
      assertThat(advice.containers()).hasSameSizeAs(workload.containers());
      assertThat(new Rightsizer(Goal.BALANCED, rules).advise(workload)).isEqualTo(advice);
      List<ContainerResources> before = new ArrayList<>();
      List<ContainerResources> after = new ArrayList<>();
      for (ContainerAdvice one : advice.containers()) {
        ContainerResources now = one.now().orElseThrow();
        ContainerResources advised = one instanceof Recommended r ? r.advised() : now;
        before.add(now);
        after.add(advised);
        for (Resource resource : Resource.values()) {
          long limit = advised.limits().get(resource).orElse(Long.MAX_VALUE);
          assertThat(advised.requests().orZero(resource))
              .as("round %d: %s of %s", round, resource, advice)
              .isLessThanOrEqualTo(limit);
          // A limit appears or disappears by no advice.
          assertThat(advised.limits().get(resource).isPresent())
              .isEqualTo(now.limits().get(resource).isPresent());
          for (Range range : rules.ranges()) {
            if (!range.ofPod() && one instanceof Recommended r && r.changes()) {
              assertThat(advised.requests().orZero(resource))
                  .isLessThanOrEqualTo(range.max().get(resource).orElse(Long.MAX_VALUE));
            }
          }
        }
      }
      // Init containers have a say in the class too, but are no part of what is advised.
      if (QosClass.of(before) != QosClass.BEST_EFFORT) {
        assertThat(QosClass.of(after)).as("round %d", round).isEqualTo(QosClass.of(before));
      }
    }
  }

  private static WorkloadHistory workload(SplittableRandom random) {
    List<ContainerHistory> containers = new ArrayList<>();
    boolean guaranteed = random.nextInt(3) == 0;
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      long millicores = random.nextLong(10, 4000);
      long bytes = random.nextLong(MI, 4000 * MI);
      ResourceList requests = ResourceList.of(millicores, bytes);
      ResourceList limits =
          guaranteed
              ? requests
              : random.nextBoolean()
                  ? ResourceList.NONE
                  : ResourceList.of(
                      millicores + random.nextLong(1000), bytes + random.nextLong(1000 * MI));
      double[] cpu = samples(random, 3);
      double[] memory = samples(random, 3000.0 * MI);
      containers.add(
          new ContainerHistory(
              "c" + i,
              random.nextInt(6) == 0 ? Role.INIT : Role.MAIN,
              Optional.of(new ContainerResources(requests, limits)),
              cpu,
              random.nextBoolean() ? new double[0] : samples(random, 1),
              memory,
              random.nextBoolean()
                  ? OomKills.NONE
                  : new OomKills(3, bytes, random.nextInt(cpu.length)),
              OptionalDouble.empty(),
              random.nextInt(4) == 0
                  ? Optional.of(new JvmMemory(random.nextLong(4000 * MI), 100 * MI))
                  : Optional.empty()));
    }
    return new WorkloadHistory(
        new WorkloadName("ns", random.nextBoolean() ? "Deployment" : "CronJob", "w"),
        false,
        Histories.START,
        random.nextInt(5),
        2,
        containers,
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(
                new UtilizationTarget(
                    "hpa",
                    random.nextBoolean() ? Resource.CPU : Resource.MEMORY,
                    random.nextInt(1, 200))),
        List.of());
  }

  /** Constant, zero, absent for days, or heavy in the tail. */
  private static double[] samples(SplittableRandom random, double scale) {
    double[] samples = new double[Histories.DAYS * PER_DAY];
    int kind = random.nextInt(5);
    for (int i = 0; i < samples.length; i++) {
      samples[i] =
          switch (kind) {
            case 0 -> scale;
            case 1 -> 0;
            case 2 -> scale * Math.pow(random.nextDouble(), 8);
            default -> scale * random.nextDouble();
          };
      boolean away = kind == 4 && (i / PER_DAY) % 5 < 4;
      if (away || random.nextInt(50) == 0) {
        samples[i] = Double.NaN;
      }
    }
    return samples;
  }

  private static NamespaceRules rules(SplittableRandom random) {
    List<Range> ranges = new ArrayList<>();
    if (random.nextBoolean()) {
      ranges.add(
          new Range(
              false,
              ResourceList.NONE.with(Resource.CPU, 20),
              ResourceList.of(random.nextLong(100, 5000), random.nextLong(64, 5000) * MI),
              random.nextBoolean() ? Map.of() : Map.of(Resource.CPU, 3.0)));
    }
    if (random.nextBoolean()) {
      ranges.add(
          new Range(
              true,
              ResourceList.NONE,
              ResourceList.of(random.nextLong(100, 5000), random.nextLong(64, 5000) * MI),
              Map.of()));
    }
    Quota quota =
        new Quota(
            ResourceList.of(random.nextLong(10_000), random.nextLong(10_000) * MI),
            ResourceList.of(random.nextLong(10_000), random.nextLong(10_000) * MI));
    Quota none = new Quota(ResourceList.NONE, ResourceList.NONE);
    return new NamespaceRules(
        ranges, random.nextBoolean() ? quota : none, random.nextBoolean() ? quota : none);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void usageThatNobodyCanHaveIsRefused(double sample) {
    double[] cpu = Histories.steady(1);
    cpu[17] = sample;
    assertThatThrownBy(() -> Histories.container(Histories.burstable(1, 1), cpu, new double[0]))
        .hasMessageContaining("CPU cannot be " + sample);
  }

  @Test
  void seriesOfTwoLengthsAreRefused() {
    assertThatThrownBy(
            () -> Histories.container(Histories.burstable(1, 1), new double[288], new double[576]))
        .hasMessageContaining("288, 576");
  }
}
