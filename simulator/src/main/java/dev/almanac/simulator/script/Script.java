package dev.almanac.simulator.script;

import dev.almanac.predictor.scaling.ScalingPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A script, as it is written. All times are since its beginning.
 *
 * @param name of its file
 * @param covers what of the catalogue of failures it is about, for example {@code F01}
 * @param runners where it makes sense
 * @param begins its first instant
 * @param workload what is scaled
 * @param load demand by the minute from the beginning on, NaN where there is none
 * @param signals further series by name, by the minute
 * @param faults what goes wrong and for how long
 * @param acts what somebody does at an instant
 * @param expectations what must come of it
 */
public record Script(
    String name,
    List<String> covers,
    Set<Runner> runners,
    Instant begins,
    Workload workload,
    double[] load,
    List<Signal> signals,
    List<Fault> faults,
    List<Act> acts,
    List<Expectation> expectations) {

  /** What a script runs against. */
  public enum Runner {
    /** The pure step: pods are Ready at once, metrics without delay. */
    STEP,
    /** The virtual cluster, with start-up lag and the delay of metrics. */
    CLUSTER,
    /** The live loop of the service over the same ports, its clock replaced. */
    LOOP
  }

  /**
   * What is scaled.
   *
   * @param name its name; several of a fleet have a number behind it
   * @param count how many alike
   * @param start replicas at first
   * @param lag how long pods take to become Ready
   * @param policy what its owner wants
   */
  public record Workload(String name, int count, int start, Duration lag, ScalingPolicy policy) {
    /** Names of all of them. */
    public List<String> names() {
      return count == 1
          ? List.of(name)
          : java.util.stream.IntStream.range(0, count).mapToObj(i -> name + "-" + i).toList();
    }
  }

  /**
   * A series beside the demand.
   *
   * @param name as in a veto
   * @param minutes values by the minute; the last one goes on
   */
  public record Signal(String name, double[] minutes) {}

  /**
   * Something that goes wrong for a time.
   *
   * @param what for example {@code metrics stale}
   * @param amount a number of it, NaN where it has none
   * @param text a name of it, empty where it has none
   * @param from first instant
   * @param to first instant after it
   */
  public record Fault(String what, double amount, String text, Duration from, Duration to) {
    boolean holds(Duration at) {
      return at.compareTo(from) >= 0 && at.compareTo(to) < 0;
    }
  }

  /**
   * Something that somebody does.
   *
   * @param who a field manager, or {@code process}
   * @param what {@code sets}, {@code restarts}, {@code freezes} or {@code clock}
   * @param amount replicas, or seconds
   */
  public record Act(Duration at, String who, String what, double amount) {}

  /** How long it plays: to the end of its load. */
  public Duration length() {
    return Duration.ofMinutes(load.length);
  }
}
