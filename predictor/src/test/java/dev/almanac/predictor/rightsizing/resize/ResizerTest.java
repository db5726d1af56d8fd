package dev.almanac.predictor.rightsizing.resize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import dev.almanac.predictor.rightsizing.pod.QosClass;
import dev.almanac.predictor.rightsizing.resize.Resizer.Step;
import dev.almanac.predictor.rightsizing.resize.Resizer.Why;
import dev.almanac.predictor.rightsizing.resize.RunningPod.Condition;
import dev.almanac.predictor.rightsizing.resize.RunningPod.Container;
import dev.almanac.predictor.rightsizing.resize.RunningPod.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The step of one pod towards what is advised. */
class ResizerTest {
  private static final long MI = 1L << 20;

  /** Millicores and mebibytes; a negative amount is not set. */
  private static ResourceList list(long cpu, long memory) {
    ResourceList list = cpu < 0 ? ResourceList.NONE : ResourceList.NONE.with(Resource.CPU, cpu);
    return memory < 0 ? list : list.with(Resource.MEMORY, memory * MI);
  }

  private static ContainerResources has(long cpu, long memory, long cpuLimit, long memoryLimit) {
    return new ContainerResources(list(cpu, memory), list(cpuLimit, memoryLimit));
  }

  private static Container container(ContainerResources has, long usedMi) {
    return new Container(
        "app",
        false,
        has,
        Optional.of(has),
        false,
        false,
        usedMi < 0 ? OptionalLong.empty() : OptionalLong.of(usedMi * MI));
  }

  private static RunningPod pod(Container... containers) {
    return new RunningPod(
        "uid",
        "web-1",
        new WorkloadName("shop", "Deployment", "web"),
        "7",
        true,
        List.of(containers),
        Optional.empty());
  }

  private static Step step(RunningPod pod, ContainerResources advised, ResizeRules rules) {
    return Resizer.step(pod, Map.of("app", advised), rules, Map.of());
  }

  /** now, use, advised and next: requests, then limits; -1 is unset or unknown. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # cpu, mem, lcpu, lmem, used, to: cpu, mem, lcpu, lmem, next: cpu, mem, lcpu, lmem
          # more at once
          100, 100, -1, 400, 90,    500, 300, -1, 400,    500, 300, -1, 400
          # less by a fifth
          1000, 1000, -1, 1000, 90, 100, 200, -1, 1000,   800, 800, -1, 1000
          # less by what is left
          110, 100, -1, 400, 90,    100, 95, -1, 400,     100, 95, -1, 400
          # up and down at once
          1000, 100, -1, 400, 90,   100, 300, -1, 400,    800, 300, -1, 400
          # Guaranteed: limits go along
          1000, 1000, 1000, 1000, 90, 100, 200, 100, 200, 800, 800, 800, 800
          # Guaranteed: not below what is used and a tenth
          1000, 1000, 1000, 1000, 800, 100, 200, 100, 200, 800, 880, 800, 880
          # Guaranteed: nobody knows what is used
          1000, 1000, 1000, 1000, -1, 100, 200, 100, 200, 800, 1000, 800, 1000
          # a limit is raised with its request
          100, 100, 200, 200, 90,   500, 300, 600, 300,   500, 300, 600, 300
          # and never lowered with it
          100, 1000, -1, 1000, 90,  100, 900, -1, 900,    100, 900, -1, 1000
          # a request that is not set stays so
          100, -1, -1, 400, 90,     500, 300, -1, 400,    500, -1, -1, 400
          """)
  void stepsTowardsAdvice(
      long cpu,
      long memory,
      long cpuLimit,
      long memoryLimit,
      long used,
      long toCpu,
      long toMemory,
      long toCpuLimit,
      long toMemoryLimit,
      long nextCpu,
      long nextMemory,
      long nextCpuLimit,
      long nextMemoryLimit) {
    RunningPod pod = pod(container(has(cpu, memory, cpuLimit, memoryLimit), used));
    ContainerResources advised = has(toCpu, toMemory, toCpuLimit, toMemoryLimit);
    ContainerResources next = has(nextCpu, nextMemory, nextCpuLimit, nextMemoryLimit);
    Step.Resize step = (Step.Resize) step(pod, advised, ResizeRules.DEFAULT);
    assertThat(step.to()).isEqualTo(Map.of("app", next));
  }

  @Test
  void comesToTheAdviceInStepsAndStays() {
    ContainerResources advised = has(100, 200, -1, 1000);
    ContainerResources now = has(1000, 1000, -1, 1000);
    int steps = 0;
    while (step(pod(container(now, 150)), advised, ResizeRules.DEFAULT)
        instanceof Step.Resize(var to, boolean whole)) {
      ContainerResources next = to.getOrDefault("app", now);
      assertThat(whole).isEqualTo(next.equals(advised));
      now = next;
      steps++;
    }
    assertThat(now).isEqualTo(advised);
    assertThat(steps).as("0.8^11 is the first below a tenth").isEqualTo(11);
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void whatIsUnderWayIsWaitedForAndWhatCannotBeIsTakenBack(State state) {
    ContainerResources asked = has(4000, 100, -1, -1);
    ContainerResources actual = has(100, 100, -1, -1);
    Container container =
        new Container("app", false, asked, Optional.of(actual), false, false, OptionalLong.empty());
    RunningPod pod =
        new RunningPod(
            "uid",
            "web-1",
            new WorkloadName("shop", "Deployment", "web"),
            "7",
            true,
            List.of(container),
            Optional.of(new Condition(state, "no room")));
    Step step = step(pod, has(200, 100, -1, -1), ResizeRules.DEFAULT);
    switch (state) {
      case INFEASIBLE ->
          assertThat(step).isEqualTo(new Step.TakeBack(Map.of("app", actual), "no room"));
      case DEFERRED -> assertThat(why(step)).isEqualTo(Why.DEFERRED);
      case IN_PROGRESS, ERROR -> assertThat(why(step)).isEqualTo(Why.UNDER_WAY);
    }
  }

  @Test
  void aKubeletThatHasNotYetActedIsWaitedFor() {
    Container container =
        new Container(
            "app",
            false,
            has(200, 100, -1, -1),
            Optional.of(has(100, 100, -1, -1)),
            false,
            false,
            OptionalLong.empty());
    assertThat(why(step(pod(container), has(300, 100, -1, -1), ResizeRules.DEFAULT)))
        .isEqualTo(Why.UNDER_WAY);
  }

  @Test
  void whatANodeCouldNeverGiveIsNotAskedForAgainButLessIs() {
    RunningPod pod = pod(container(has(100, 100, -1, -1), 90));
    Map<String, ContainerResources> refused = Map.of("app", has(4000, 100, -1, -1));
    assertThat(
            why(
                Resizer.step(
                    pod, Map.of("app", has(4000, 100, -1, -1)), ResizeRules.DEFAULT, refused)))
        .isEqualTo(Why.INFEASIBLE);
    assertThat(
            Resizer.step(pod, Map.of("app", has(3000, 100, -1, -1)), ResizeRules.DEFAULT, refused))
        .isInstanceOf(Step.Resize.class);
  }

  @Test
  void keepsToWhatTheOwnerAllows() {
    RunningPod pod = pod(container(has(1000, 1000, -1, -1), 90));
    ContainerResources advised = has(100, 4000, -1, -1);
    ResizeRules rules =
        new ResizeRules(Set.of(Resource.values()), 1, false, list(300, -1), list(-1, 2000));
    assertThat(step(pod, advised, rules))
        .isEqualTo(new Step.Resize(Map.of("app", has(300, 2000, -1, -1)), true));
    ResizeRules cpuOnly =
        new ResizeRules(Set.of(Resource.CPU), 1, false, ResourceList.NONE, ResourceList.NONE);
    assertThat(step(pod, advised, cpuOnly))
        .isEqualTo(new Step.Resize(Map.of("app", has(100, 1000, -1, -1)), true));
  }

  @Test
  void aContainerIsRestartedOnlyWhereThatIsAllowed() {
    ContainerResources has = has(1000, 1000, -1, -1);
    Container restarts =
        new Container("app", false, has, Optional.of(has), false, true, OptionalLong.of(90 * MI));
    ContainerResources advised = has(900, 900, -1, -1);
    assertThat(step(pod(restarts), advised, ResizeRules.DEFAULT))
        .isEqualTo(new Step.Resize(Map.of("app", has(900, 1000, -1, -1)), true));
    ResizeRules allowed =
        new ResizeRules(Set.of(Resource.values()), 0.2, true, ResourceList.NONE, ResourceList.NONE);
    assertThat(step(pod(restarts), advised, allowed))
        .isEqualTo(new Step.Resize(Map.of("app", advised), true));
    Step memoryOnly = step(pod(restarts), has(1000, 900, -1, -1), ResizeRules.DEFAULT);
    assertThat(memoryOnly)
        .isEqualTo(new Step.Stay(Why.NOT_ALLOWED, "a change of memory would restart app"));
  }

  @Test
  void saysThatAMemoryLimitStays() {
    ContainerResources has = has(100, 1000, 100, 1000);
    ContainerResources advised = has(100, 200, 100, 200);
    assertThat(step(pod(container(has, -1)), advised, ResizeRules.DEFAULT))
        .isEqualTo(
            new Step.Stay(
                Why.NOT_ALLOWED,
                "the memory limit of app is not lowered, as its use is not known"));
    assertThat(step(pod(container(has, 950)), advised, ResizeRules.DEFAULT))
        .isEqualTo(
            new Step.Stay(
                Why.NOT_ALLOWED, "the memory limit of app stays above the 950Mi that it uses"));
  }

  @Test
  void aPodThatDoesNotRunIsLeft() {
    RunningPod gone =
        new RunningPod(
            "uid",
            "web-1",
            new WorkloadName("shop", "Deployment", "web"),
            "7",
            false,
            List.of(container(has(100, 100, -1, -1), 90)),
            Optional.empty());
    assertThat(why(step(gone, has(200, 200, -1, -1), ResizeRules.DEFAULT)))
        .isEqualTo(Why.NOT_RUNNING);
  }

  @Test
  void refusesRulesThatContradictEachOther() {
    assertThatThrownBy(
            () -> new ResizeRules(Set.of(Resource.CPU), 0.2, false, list(500, -1), list(400, -1)))
        .hasMessageContaining("least 500 is above most 400");
    assertThatThrownBy(() ->
            new ResizeRules(Set.of(), Double.NaN, false, ResourceList.NONE, ResourceList.NONE))
        .hasMessageContaining("stepDown");
  }

  /** Whatever is advised for whatever pod, no step does what must not be done. */
  @Test
  void noStepBreaksARule() {
    SplittableRandom random = new SplittableRandom(7);
    int resized = 0;
    for (int i = 0; i < 20_000; i++) {
      List<Container> containers = new ArrayList<>();
      Map<String, ContainerResources> advised = new java.util.HashMap<>();
      for (int c = 0; c < random.nextInt(1, 4); c++) {
        ContainerResources now = any(random);
        containers.add(
            new Container(
                "c" + c,
                random.nextBoolean(),
                now,
                random.nextInt(4) == 0 ? Optional.empty() : Optional.of(now),
                random.nextInt(4) == 0,
                random.nextInt(4) == 0,
                random.nextInt(3) == 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(random.nextLong(2000) * MI)));
        if (random.nextInt(5) > 0) {
          advised.put("c" + c, any(random));
        }
      }
      RunningPod pod = pod(containers.toArray(Container[]::new));
      ResizeRules rules =
          new ResizeRules(
              Set.of(Resource.values()),
              random.nextDouble(0.01, 1),
              random.nextBoolean(),
              list(random.nextLong(-1, 50), random.nextLong(-1, 50)),
              list(random.nextLong(50, 4000), random.nextLong(50, 4000)));
      if (!(Resizer.step(pod, advised, rules, Map.of())
          instanceof Step.Resize(var to, boolean _))) {
        continue;
      }
      resized++;
      List<ContainerResources> before = new ArrayList<>();
      List<ContainerResources> after = new ArrayList<>();
      for (Container container : pod.containers()) {
        ContainerResources next = to.getOrDefault(container.name(), container.desired());
        before.add(container.desired());
        after.add(next);
        keepsTheRules(container, next, rules);
      }
      assertThat(QosClass.of(after)).isEqualTo(QosClass.of(before));
    }
    assertThat(resized).isGreaterThan(5_000);
  }

  private static void keepsTheRules(
      Container container, ContainerResources next, ResizeRules rules) {
    ContainerResources now = container.desired();
    for (Resource resource : Resource.values()) {
      long request = next.requests().orZero(resource);
      long limit = next.limits().get(resource).orElse(Long.MAX_VALUE);
      assertThat(request).isLessThanOrEqualTo(limit);
      assertThat(next.requests().get(resource).isPresent())
          .isEqualTo(now.requests().get(resource).isPresent());
      assertThat(next.limits().get(resource).isPresent())
          .isEqualTo(now.limits().get(resource).isPresent());
      assertThat((double) request)
          .isGreaterThanOrEqualTo(
              Math.floor(now.requests().orZero(resource) * (1 - rules.stepDown())));
      boolean restart =
          resource == Resource.CPU ? container.cpuRestarts() : container.memoryRestarts();
      if (restart && !rules.restarts()) {
        assertThat(request).isEqualTo(now.requests().orZero(resource));
      }
    }
    long lowered = next.limits().orZero(Resource.MEMORY);
    if (lowered < now.limits().orZero(Resource.MEMORY)) {
      assertThat(container.memoryUsed()).isPresent();
      assertThat((double) lowered)
          .isGreaterThanOrEqualTo(container.memoryUsed().getAsLong() * 1.1 - 1);
    }
  }

  /** Valid as the API has it: a limit is never below its request. */
  private static ContainerResources any(SplittableRandom random) {
    ContainerResources[] shapes = {
      has(any(random, 1), any(random, 1), any(random, 2000), any(random, 2000)),
      has(any(random, 1), any(random, 1), -1, any(random, 2000)),
      has(any(random, 1), any(random, 1), -1, -1),
      has(-1, any(random, 1), -1, -1),
      has(-1, -1, -1, -1)
    };
    if (random.nextInt(3) == 0) {
      ResourceList same = list(any(random, 1), any(random, 1));
      return new ContainerResources(same, same);
    }
    return shapes[random.nextInt(shapes.length)];
  }

  private static long any(SplittableRandom random, long least) {
    return least + random.nextLong(2000);
  }

  private static Why why(Step step) {
    return ((Step.Stay) step).why();
  }
}
