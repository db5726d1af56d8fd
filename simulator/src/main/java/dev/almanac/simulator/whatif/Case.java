package dev.almanac.simulator.whatif;

import dev.almanac.simulator.fleet.Control;
import dev.almanac.simulator.fleet.FitCache;
import dev.almanac.simulator.fleet.FleetOutcome;
import dev.almanac.simulator.fleet.FleetReplay;
import dev.almanac.simulator.fleet.FleetScenario;
import dev.almanac.simulator.fleet.FleetWorkload;
import dev.almanac.simulator.fleet.NodeGroup;
import dev.almanac.simulator.fleet.Supply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One point of a scenario: one value of each axis and one seed.
 *
 * @param scenario name
 * @param labels values of its axes, in their order, for example {@code grow.factor=1.4}
 * @param today the fleet before any change, with this case's seed
 * @param changes in the order in which they are made
 * @param sweep the same outage at many instants; then the answer is the worst of them
 * @param usage of one pod, by workload, under today's limits; of some of them or none
 */
public record Case(
    String scenario,
    List<String> labels,
    FleetScenario today,
    List<Change> changes,
    Optional<Sweep> sweep,
    Map<String, PodUsage> usage) {

  /** The control of the line {@link Line#HPA}. */
  public static final Control PLAIN_HPA = Control.Hpa.at(0.7);

  /** After so many minutes without another shortage, one is no longer laid to an outage. */
  private static final int CALM_MINUTES = 15;

  /** Copies. */
  public Case {
    labels = List.copyOf(labels);
    changes = List.copyOf(changes);
    usage = Map.copyOf(usage);
  }

  /** Unique in its study. */
  public String id() {
    return scenario
        + (labels.isEmpty() ? "" : " " + String.join(" ", labels))
        + " seed="
        + today.seed();
  }

  /**
   * The fleet of a line, without the outage of a sweep.
   *
   * @throws IllegalArgumentException when a change does not fit the fleet
   */
  public FleetScenario fleet(Line line) {
    FleetScenario s = today;
    if (line == Line.TODAY) {
      return s;
    }
    for (Change change : changes) {
      s = isMade(change, line) ? change.apply(s) : s;
    }
    return switch (line) {
      case HPA -> s.with(s.workloads().stream().map(w -> w.with(PLAIN_HPA)).toList());
      case FORESIGHT ->
          s.with(
              s.workloads().stream().map(w -> w.with((Control) new Control.Foresight())).toList());
      default -> s;
    };
  }

  private static boolean isMade(Change change, Line line) {
    return switch (line) {
      case TODAY -> false;
      case ANSWER -> true;
      case HPA, FORESIGHT -> !(change instanceof Change.SetPolicy);
      default -> !change.isAction();
    };
  }

  /** The usage of pods, with the limits that a line has. */
  private Map<String, PodUsage> usage(Line line, FleetScenario fleet) {
    Map<String, PodUsage> limited = new HashMap<>(usage);
    for (Change change : changes) {
      if (change instanceof Change.SetRequests set
          && set.limits().isPresent()
          && isMade(change, line)) {
        for (FleetWorkload w : fleet.workloads()) {
          if (set.who().isMeant(w)) {
            limited.computeIfPresent(w.name(), (_, u) -> u.with(set.limits().get()));
          }
        }
      }
    }
    return limited;
  }

  /**
   * Runs all lines.
   *
   * @param runs gives what comes of a fleet; it may remember what it has run
   * @param fits shared by all cases
   */
  public CaseResult run(Function<FleetScenario, FleetOutcome> runs, FitCache fits) {
    List<Sweep.Cell> cells = sweep.map(s -> cells(s, fits)).orElse(List.of());
    Map<Line, Figures> lines = new EnumMap<>(Line.class);
    for (Line line : Line.values()) {
      FleetScenario fleet = struck(line, cells);
      lines.put(line, figures(line, fleet, runs.apply(fleet)));
    }
    return new CaseResult(
        scenario,
        labels,
        today.seed(),
        lines,
        sweep.map(s -> s.places().stream().map(Sweep.Place::name).toList()).orElse(List.of()),
        cells);
  }

  /** The fleet of a line, with the worst outage of a sweep. */
  public FleetScenario struck(Line line, List<Sweep.Cell> cells) {
    FleetScenario fleet = fleet(line);
    if (cells.isEmpty() || line == Line.TODAY) {
      return fleet;
    }
    // Of equal ones the first, so that the answer does not depend on who computed it.
    Sweep.Cell worst =
        cells.stream()
            .max(
                Comparator.comparingDouble(Sweep.Cell::shortPodMinutes)
                    .thenComparingInt(Sweep.Cell::peakPending)
                    .thenComparing(Comparator.comparingInt(Sweep.Cell::minute).reversed()))
            .orElseThrow();
    Sweep s = sweep.orElseThrow();
    return fleet.with(s.places().get(worst.place()).at(worst.minute(), s.minutes()));
  }

  private Figures figures(Line line, FleetScenario fleet, FleetOutcome outcome) {
    int outage = fleet.outages().size() == 1 ? fleet.outages().getFirst().fromMinute() : -1;
    Figures figures = Figures.of(outcome, outage).asked(fleet, outcome, usage(line, fleet));
    for (Change change : changes) {
      if (line == Line.ANSWER && change instanceof Change.Commit commit) {
        List<Double> prices =
            fleet.supply().map(Supply::groups).orElse(List.of()).stream()
                .map(NodeGroup::pricePerHour)
                .toList();
        double hours = (fleet.minutes() - fleet.scoreFromMinute()) / 60.0;
        figures = figures.committed(outcome, prices, hours, commit);
      }
    }
    return figures;
  }

  private List<Sweep.Cell> cells(Sweep s, FitCache fits) {
    FleetScenario fleet = fleet(Line.ANSWER);
    FleetReplay base = new FleetReplay(fleet, fits, false);
    List<Sweep.Cell> cells = new ArrayList<>();
    for (int at = fleet.scoreFromMinute();
        at + s.watchMinutes() <= fleet.minutes();
        at += s.everyMinutes()) {
      base.runTo(at);
      // What is short without an outage is not the outage's.
      FleetReplay calm = base.fork();
      int[] without = new int[s.watchMinutes()];
      for (int m = 0; m < without.length; m++) {
        calm.runTo(at + m + 1);
        without[m] = calm.missing();
      }
      for (int p = 0; p < s.places().size(); p++) {
        FleetReplay struck = base.fork(s.places().get(p).at(at, s.minutes()));
        int last = 0;
        for (int m = 0; m < without.length; m++) {
          struck.runTo(at + m + 1);
          boolean recovered = m - last >= CALM_MINUTES;
          last = !recovered && struck.missing() > without[m] ? m + 1 : last;
        }
        double more = struck.outcome().shortPodMinutes() - calm.outcome().shortPodMinutes();
        cells.add(new Sweep.Cell(p, at, Math.max(0, more), struck.outcome().peakPending(), last));
      }
    }
    return cells;
  }
}
