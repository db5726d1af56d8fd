package dev.almanac.predictor.scaling;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What the owner of a workload wants; the validated form of a PredictiveAutoscaler.
 *
 * @param minReplicas lower bound, at least 0
 * @param maxReplicas upper bound, at least {@code minReplicas} and 1
 * @param stage how far the forecast is trusted
 * @param capacity demand that one replica serves while its objective just holds, above 0; empty
 *     while that is not known, which needs a reactive rule with metrics of its own
 * @param reactive how the size follows load without a forecast
 * @param interval time between two decisions, above 0
 * @param maxAge older evidence forbids a fall, above 0
 * @param leadTime used until times to Ready have been measured; at least zero
 * @param risk what being short is worth
 * @param stepCaps how fast the size may change
 * @param guards what no decision may do
 * @param floors never fewer replicas at certain times; where several hold, the largest counts
 * @param actuation how a decision takes effect
 */
public record ScalingPolicy(
    int minReplicas,
    int maxReplicas,
    Stage stage,
    OptionalDouble capacity,
    ReactiveRule reactive,
    Duration interval,
    Duration maxAge,
    LeadTime leadTime,
    Risk risk,
    StepCaps stepCaps,
    Guards guards,
    List<FloorSchedule> floors,
    Actuation actuation) {

  /**
   * The time that a rise must be ordered ahead.
   *
   * @param assumed used while nothing has been measured, or always when {@code fixed}
   * @param fixed whether measurements are ignored
   */
  public record LeadTime(Duration assumed, boolean fixed) {
    /** Refuses negative times. */
    public LeadTime {
      if (assumed.isNegative()) {
        throw new IllegalArgumentException("lead time must not be negative");
      }
    }
  }

  /** Checks all bounds; the configuration reports them more kindly before it comes to this. */
  public ScalingPolicy {
    floors = List.copyOf(floors);
    if (minReplicas < 0 || maxReplicas < 1 || maxReplicas < minReplicas) {
      throw new IllegalArgumentException(
          "need 0 <= minReplicas <= maxReplicas and maxReplicas >= 1, was %d and %d"
              .formatted(minReplicas, maxReplicas));
    }
    if (capacity.isPresent()
        && (!(capacity.getAsDouble() > 0) || Double.isInfinite(capacity.getAsDouble()))) {
      throw new IllegalArgumentException("capacity must be above 0, was " + capacity);
    }
    if (capacity.isEmpty() && reactive.metrics().isEmpty()) {
      throw new IllegalArgumentException("without a capacity the reactive rule needs metrics");
    }
    if (!interval.isPositive() || !maxAge.isPositive()) {
      throw new IllegalArgumentException("durations must be positive");
    }
  }

  /** Demand that one replica serves while its objective just holds; NaN while it is not known. */
  public double perReplica() {
    return capacity.orElse(Double.NaN);
  }

  /** A policy whose capacity is known. */
  public ScalingPolicy(
      int minReplicas,
      int maxReplicas,
      Stage stage,
      double perReplica,
      ReactiveRule reactive,
      Duration interval,
      Duration maxAge,
      LeadTime leadTime,
      Risk risk,
      StepCaps stepCaps,
      Guards guards,
      List<FloorSchedule> floors,
      Actuation actuation) {
    this(
        minReplicas,
        maxReplicas,
        stage,
        OptionalDouble.of(perReplica),
        reactive,
        interval,
        maxAge,
        leadTime,
        risk,
        stepCaps,
        guards,
        floors,
        actuation);
  }

  /** A policy without guards and floors. */
  public ScalingPolicy(
      int minReplicas,
      int maxReplicas,
      Stage stage,
      double perReplica,
      ReactiveRule reactive,
      Duration interval,
      Duration maxAge,
      LeadTime leadTime,
      Risk risk,
      StepCaps stepCaps) {
    this(
        minReplicas,
        maxReplicas,
        stage,
        perReplica,
        reactive,
        interval,
        maxAge,
        leadTime,
        risk,
        stepCaps,
        Guards.NONE,
        List.of());
  }

  /** A policy that writes the size. */
  public ScalingPolicy(
      int minReplicas,
      int maxReplicas,
      Stage stage,
      double perReplica,
      ReactiveRule reactive,
      Duration interval,
      Duration maxAge,
      LeadTime leadTime,
      Risk risk,
      StepCaps stepCaps,
      Guards guards,
      List<FloorSchedule> floors) {
    this(
        minReplicas,
        maxReplicas,
        stage,
        perReplica,
        reactive,
        interval,
        maxAge,
        leadTime,
        risk,
        stepCaps,
        guards,
        floors,
        Actuation.SCALE);
  }

  /** A policy with the defaults of a PredictiveAutoscaler that names only the rest. */
  public static ScalingPolicy of(int minReplicas, int maxReplicas, Stage stage, double perReplica) {
    return new ScalingPolicy(
        minReplicas,
        maxReplicas,
        stage,
        perReplica,
        ReactiveRule.DEFAULT,
        Duration.ofSeconds(15),
        Duration.ofSeconds(120),
        new LeadTime(Duration.ofSeconds(60), false),
        Risk.DEFAULT,
        StepCaps.DEFAULT);
  }

  /** The same policy at another stage of trust. */
  public ScalingPolicy withStage(Stage other) {
    return with(other, capacity, risk, guards, floors, actuation);
  }

  /** The same policy for another risk. */
  public ScalingPolicy withRisk(Risk other) {
    return with(stage, capacity, other, guards, floors, actuation);
  }

  /** The same policy with other guards. */
  public ScalingPolicy withGuards(Guards other) {
    return with(stage, capacity, risk, other, floors, actuation);
  }

  /** The same policy with other floors. */
  public ScalingPolicy withFloors(List<FloorSchedule> others) {
    return with(stage, capacity, risk, guards, others, actuation);
  }

  /** The same policy with another way to take effect. */
  public ScalingPolicy withActuation(Actuation other) {
    return with(stage, capacity, risk, guards, floors, other);
  }

  /** The same policy for replicas that serve another demand. */
  public ScalingPolicy withPerReplica(double other) {
    return with(stage, OptionalDouble.of(other), risk, guards, floors, actuation);
  }

  private ScalingPolicy with(
      Stage newStage,
      OptionalDouble newCapacity,
      Risk newRisk,
      Guards newGuards,
      List<FloorSchedule> newFloors,
      Actuation newActuation) {
    return new ScalingPolicy(
        minReplicas,
        maxReplicas,
        newStage,
        newCapacity,
        reactive,
        interval,
        maxAge,
        leadTime,
        newRisk,
        stepCaps,
        newGuards,
        newFloors,
        newActuation);
  }
}
