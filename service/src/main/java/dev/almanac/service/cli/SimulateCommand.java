package dev.almanac.service.cli;

import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.scaling.Risk;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.ScalingPolicy.LeadTime;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.StepCaps;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.demand.MetricTiming;
import dev.almanac.simulator.outcome.OutcomeTable;
import dev.almanac.simulator.outcome.PolicyRun;
import dev.almanac.simulator.policy.HpaSettings;
import dev.almanac.simulator.policy.Oracle;
import dev.almanac.simulator.policy.PlainHpa;
import dev.almanac.simulator.replay.Learning;
import dev.almanac.simulator.replay.Replay;
import dev.almanac.simulator.scenario.Scenario;
import dev.almanac.simulator.scenario.ScoreWindow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One trace under one or more policies, or a decision log once more. */
@Command(
    name = "simulate",
    description = {
      "Compares policies over one demand trace in virtual time.",
      "With --log, replays a live run from its decision log."
    },
    footer = {
      "",
      "The last two fifths of the trace are scored; what comes before is history.",
      "Same trace, same options, same seed: same result hash.",
      "",
      "--log makes every recorded decision again by the same step and compares bytes;",
      "it exits 1 and names the first difference when there is one. Then it takes the",
      "same decisions over virtual pods and says how far these are from the real ones.",
      "",
      "Examples:",
      "  almanac simulate --csv demand.csv --peak 40 --lag 60s",
      "  almanac simulate --log .almanac/decisions"
    },
    mixinStandardHelpOptions = true)
public final class SimulateCommand implements Callable<Integer> {

  /** The policies that can be compared. */
  enum Policy {
    HPA,
    ALMANAC,
    ORACLE
  }

  /** What to run over. */
  static final class Past {
    @ArgGroup(exclusive = false)
    private TraceOptions.Group trace = new TraceOptions.Group();

    @Option(
        names = "--log",
        required = true,
        paramLabel = "PATH",
        description = "A file of a decision log, or its folder; goes with -o only.")
    private Path log = Path.of("");
  }

  @ArgGroup(multiplicity = "1")
  private Past past = new Past();

  @Option(
      names = "--policy",
      split = ",",
      paramLabel = "NAME",
      description = "hpa, almanac, oracle (default: all).")
  private List<Policy> policies = List.of(Policy.values());

  @Option(
      names = "--per-replica",
      paramLabel = "X",
      description = "Demand that one replica serves; else see --peak.")
  private double perReplica = Double.NaN;

  @Option(
      names = "--peak",
      paramLabel = "N",
      description = "Replicas at the trace's 99.95 %% point (default: 40).")
  private double peak = 40;

  @Option(
      names = "--lag",
      paramLabel = "TIME",
      description = "Time from created to Ready (default: 60s).")
  private Duration lag = Duration.ofSeconds(60);

  @Option(
      names = "--target",
      paramLabel = "SHARE",
      description = "Utilisation that plain HPA aims at (default: 0.7).")
  private double target = 0.7;

  @Option(
      names = "--stage",
      paramLabel = "STAGE",
      description = "Stage of trust of Almanac: floor or full (default: full).")
  private Stage stage = Stage.FULL;

  @Option(
      names = "--short-percent",
      paramLabel = "X",
      description = "A promise: short at most so much of the time (default: cost of HPA).")
  private double shortPercent = Double.NaN;

  @Option(names = "--min", paramLabel = "N", description = "Fewest replicas (default: 1).")
  private int min = 1;

  @Option(names = "--max", paramLabel = "N", description = "Most replicas (default: 1000).")
  private int max = 1000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the noise within coarse steps (default: 1).")
  private long seed = 1;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json (default: table).")
  private Output output = Output.TABLE;

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Streams streams = new Streams();

  @Override
  public Integer call() {
    if (!past.trace.isGiven()) {
      refuseWithLog();
      RecordedRun run = RecordedRun.of(past.log);
      streams.out().print(output == Output.JSON ? run.toJson() + "\n" : run.toText());
      return run.agrees() ? 0 : 1;
    }
    OutcomeTable table = run();
    streams.out().print(output == Output.JSON ? table.toJson() + "\n" : table.toText());
    return 0;
  }

  private OutcomeTable run() {
    try {
      Scenario scenario = scenario();
      List<PolicyRun> runs = new ArrayList<>();
      for (Policy policy : policies) {
        runs.add(
            switch (policy) {
              case HPA -> PlainHpa.run(scenario);
              case ALMANAC -> Replay.run(scenario, new PooledRidgeForecaster(), Learning.DEFAULT);
              case ORACLE -> Oracle.run(scenario);
            });
      }
      return OutcomeTable.of(runs);
    } catch (IllegalArgumentException e) {
      throw new BadInput(String.valueOf(e.getMessage()));
    }
  }

  /** A log brings its own demand, policy and pods. */
  private void refuseWithLog() {
    for (OptionSpec given : spec.commandLine().getParseResult().matchedOptions()) {
      if (!List.of("--log", "--output").contains(given.longestName())) {
        throw new BadInput(
            "%s says nothing about a decision log: leave it out, or name a trace instead of --log"
                .formatted(given.longestName()));
      }
    }
  }

  private Risk risk() {
    if (Double.isNaN(shortPercent)) {
      return Risk.DEFAULT;
    }
    if (!(shortPercent > 0 && shortPercent < 100)) {
      throw new BadInput("--short-percent must lie in (0, 100), was " + shortPercent);
    }
    double millis = Risk.MONTH.toMillis() * shortPercent / 100;
    return new Risk.ShortTimePerMonth(Duration.ofMillis(Math.max(1, Math.round(millis))));
  }

  private double capacityByPeak(DemandTrace demand) {
    try {
      return demand.perReplicaForPeak(peak);
    } catch (IllegalStateException e) {
      throw new BadInput(e.getMessage() + "; give --per-replica");
    }
  }

  private Scenario scenario() {
    DemandTrace demand = DemandTrace.of(past.trace.read(), seed);
    double capacity = Double.isNaN(perReplica) ? capacityByPeak(demand) : perReplica;
    ScalingPolicy defaults = ScalingPolicy.of(min, max, stage, capacity);
    ScalingPolicy policy =
        new ScalingPolicy(
            min,
            max,
            stage,
            capacity,
            defaults.reactive().withTargetUtilization(target),
            defaults.interval(),
            defaults.maxAge(),
            new LeadTime(lag, false),
            risk(),
            StepCaps.DEFAULT);
    HpaSettings.of(policy); // refuses what no HPA could have
    return new Scenario(
        demand,
        MetricTiming.DEFAULT,
        new StartUpLag.Fixed(lag),
        ScoreWindow.lastTwoFifths(demand),
        policy);
  }
}
