package dev.almanac.predictor.capacity;

import dev.almanac.predictor.capacity.Capacity.Learned;
import dev.almanac.predictor.capacity.Capacity.Refused;
import dev.almanac.predictor.capacity.Capacity.Why;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is known of a workload's capacity, from one look at its history to the next. From history
 * alone, but for the instant of the last drift, which a restart finds again within one look.
 *
 * @param capacity what is known now
 * @param since nothing older is learned from: the last drift
 * @param drift usage of the last hours over what was expected of them, 1 for none; empty with too
 *     few minutes to tell
 */
public record LearnedCapacity(Capacity capacity, Instant since, OptionalDouble drift) {
  /*
   * A new image may cost more or less a request. Nobody tells us of images, but the usage of the
   * last two hours does: beyond a quarter off, what was learned is of something else and is dropped
   * rather than corrected, since pods of both kinds run beside each other for a while. Then only
   * those hours and what follows are learned from. Until they are enough nobody knows the capacity,
   * and the reactive rule, which goes by usage, decides alone.
   *
   * An answer that differs little from the last one is not news: each new capacity has all windows
   * fitted again.
   */
  private static final Duration RECENT = Duration.ofHours(2);
  private static final double NEWS = 0.05;

  /** Nothing has been looked at. */
  public static LearnedCapacity none() {
    return new LearnedCapacity(
        new Refused(Why.TOO_FEW_MINUTES, "no history has been read yet"),
        Instant.EPOCH,
        OptionalDouble.empty());
  }

  /** Demand that a replica serves; empty while it is not known. */
  public OptionalDouble perReplica() {
    return capacity instanceof Learned learned
        ? OptionalDouble.of(learned.perReplica())
        : OptionalDouble.empty();
  }

  /**
   * What is known after another look.
   *
   * @param demand on the whole workload
   * @param pods that served it
   * @param usage of an average pod
   * @param target usage at which a pod just meets its objective, above 0
   * @param ceiling usage that a pod cannot exceed, at least the target; infinite where there is
   *     none
   */
  public LearnedCapacity next(
      TimeSeries demand,
      TimeSeries pods,
      TimeSeries usage,
      double target,
      double ceiling,
      Instant at) {
    Capacity fresh = CapacityFit.fit(LoadHistory.of(demand, pods, usage, since), target, ceiling);
    LoadHistory recent = LoadHistory.of(demand, pods, usage, latest(since, at.minus(RECENT)));
    Optional<Learned> compared =
        capacity instanceof Learned last
            ? Optional.of(last)
            : fresh instanceof Learned first ? Optional.of(first) : Optional.empty();
    OptionalDouble factor =
        compared.isPresent()
            ? CapacityFit.drift(compared.get(), recent, ceiling)
            : OptionalDouble.empty();
    if (factor.isPresent() && CapacityFit.isDrift(factor.getAsDouble())) {
      return afterDrift(demand, pods, usage, target, ceiling, at, factor.getAsDouble());
    }
    if (fresh instanceof Refused && capacity instanceof Learned) {
      return new LearnedCapacity(capacity, since, factor); // demand may stand still for a while
    }
    boolean sameAsBefore =
        capacity instanceof Learned before
            && fresh instanceof Learned now
            && Math.abs(now.perReplica() - before.perReplica()) <= NEWS * before.perReplica();
    return new LearnedCapacity(sameAsBefore ? capacity : fresh, since, factor);
  }

  private LearnedCapacity afterDrift(
      TimeSeries demand,
      TimeSeries pods,
      TimeSeries usage,
      double target,
      double ceiling,
      Instant at,
      double factor) {
    Instant from = latest(since, at.minus(RECENT));
    return switch (CapacityFit.fit(LoadHistory.of(demand, pods, usage, from), target, ceiling)) {
      case Learned now -> new LearnedCapacity(now, from, OptionalDouble.of(factor));
      case Refused(var _, String detail) ->
          new LearnedCapacity(
              new Refused(
                  Why.DRIFTED,
                  "a pod uses %.2f times what it did, as after another image; since then %s"
                      .formatted(factor, detail)),
              from,
              OptionalDouble.of(factor));
    };
  }

  private static Instant latest(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
