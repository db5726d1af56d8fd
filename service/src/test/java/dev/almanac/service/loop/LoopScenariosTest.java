package dev.almanac.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.cluster.Cluster.ApplyResult;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.service.config.Workload;
import dev.almanac.service.log.RecordCodec;
import dev.almanac.simulator.script.Played;
import dev.almanac.simulator.script.Script;
import dev.almanac.simulator.script.Script.Act;
import dev.almanac.simulator.script.Script.Runner;
import dev.almanac.simulator.script.ScriptReader;
import dev.almanac.simulator.script.ScriptWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every scenario through the live loop: the same reads, models, conflicts, pauses and governor as
 * in the service, over the ports of the script's world and with its clock. A restart goes through
 * the JSON of the decision log.
 */
class LoopScenariosTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("almanac.root", "..")).resolve("simulator/scenarios");

  @TestFactory
  Stream<DynamicTest> loop() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<DynamicTest> tests = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".scenario")).sorted().toList()) {
        String name = file.getFileName().toString().replace(".scenario", "");
        Script script = ScriptReader.read(name, Files.readString(file));
        if (script.runners().contains(Runner.LOOP)) {
          tests.add(
              DynamicTest.dynamicTest(
                  name, () -> assertThat(new Run(script).play().failures(script)).isEmpty()));
        }
      }
      assertThat(tests).hasSizeGreaterThan(40);
      return tests.stream();
    }
  }

  private static final class Run {
    private final Script script;
    private final ScriptWorld world;
    private final List<Played.Tick> ticks = new ArrayList<>();
    private final Map<String, AutoscalerState> states = new HashMap<>();
    private Duration offset = Duration.ZERO;
    private Duration frozen = Duration.ZERO;
    private boolean paused;
    private ControlLoop loop;

    Run(Script script) {
      this.script = script;
      this.world = new ScriptWorld(script, Runner.LOOP);
      this.loop = start();
    }

    Played play() {
      Duration interval = script.workload().policy().interval();
      for (Duration at = Duration.ZERO;
          at.compareTo(script.length()) < 0;
          at = at.plus(interval.plus(frozen))) {
        frozen = Duration.ZERO;
        world.advanceTo(at).forEach(this::happen);
        if (world.holds("spec paused") != paused) {
          paused = !paused;
          loop.manage(workloads(), Map.of());
        }
        loop.tick(processClock());
      }
      return new Played(ticks);
    }

    private Instant processClock() {
      return world.now().plus(offset);
    }

    private void happen(Act act) {
      switch (act.what()) {
        case "restarts" -> {
          if (act.amount() > 0) {
            states.clear();
          }
          loop = start();
        }
        case "freezes" -> frozen = Duration.ofSeconds((long) act.amount());
        case "clock" -> offset = offset.plusSeconds((long) act.amount());
        default -> throw new IllegalArgumentException(act.toString());
      }
    }

    private ControlLoop start() {
      Models models = new Models(world.forecaster(), _ -> world, Runnable::run);
      ControlLoop started =
          new ControlLoop(
              _ -> world,
              world,
              models,
              Runnable::run,
              () -> processClock().plus(frozen),
              Duration.ofSeconds(30),
              () -> world.holds("switch killed"),
              List.of((_, outcomes) -> outcomes.forEach(this::hear)));
      started.manage(workloads(), restored());
      return started;
    }

    private Map<String, AutoscalerState> restored() {
      RecordCodec<AutoscalerState> codec = RecordCodec.of(AutoscalerState.class);
      Map<String, AutoscalerState> restored = new HashMap<>();
      states.forEach((id, state) -> {
        if (codec.read(codec.write(state))
            instanceof RecordCodec.Decoded.Value<AutoscalerState>(AutoscalerState read)) {
          assertThat(read).isEqualTo(state);
          restored.put(id, read);
        }
      });
      assertThat(restored).hasSameSizeAs(states);
      return restored;
    }

    private List<Workload> workloads() {
      return script.workload().names().stream()
          .map(name ->
              new Workload(
                  "scripts",
                  name,
                  ScriptWorld.target(name),
                  "world",
                  "demand/" + name,
                  "req/s",
                  DemandCalendar.empty(),
                  script.workload().policy(),
                  paused,
                  new Workload.SignalQueries(
                      script.workload().policy().guards().leastCoverage().isPresent()
                          ? "pods/" + name
                          : "",
                      script.workload().policy().guards().vetoes().stream()
                          .map(veto -> "signal/" + veto.name())
                          .toList())))
          .toList();
    }

    private void hear(WorkloadTick outcome) {
      switch (outcome) {
        case WorkloadTick.Skipped s ->
            ticks.add(
                new Played.Tick(
                    world.since(),
                    s.workload().name(),
                    0,
                    0,
                    0,
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    s.cause()));
        case WorkloadTick.Decided d -> {
          states.put(d.workload().id(), d.after());
          int before = d.observation().target().specReplicas();
          Decision decision = d.admitted();
          ticks.add(
              new Played.Tick(
                  world.since(),
                  d.workload().name(),
                  before,
                  d.desired(),
                  d.observation().target().readyReplicas(),
                  d.write().filter(ApplyResult.Applied.class::isInstance).isPresent(),
                  Optional.of(decision),
                  Optional.of(d.observation()),
                  ""));
        }
      }
    }
  }
}
