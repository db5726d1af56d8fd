package dev.almanac.predictor.cluster;

import java.time.Instant;
import java.util.Optional;

/**
 * What a cluster shows about who else moves a workload, and what stands in the way of more pods. A
 * port that cannot see one of these leaves it at {@link #none()}: no guard acts on what nobody has
 * seen.
 *
 * @param unschedulable pods of it that no node has room for, at least 0
 * @param quota how many pods a ResourceQuota leaves room for; empty when none is in the way
 * @param foreignWrite who set {@code spec.replicas} last, when that was not us; empty when it was,
 *     or when nobody knows
 * @param otherScaler another autoscaler with the same target, for example {@code
 *     HorizontalPodAutoscaler web}; empty without one
 * @param paused whether a person has put the annotation {@value #PAUSE_ANNOTATION} on it
 */
public record Surroundings(
    int unschedulable,
    Optional<QuotaRoom> quota,
    Optional<ForeignWrite> foreignWrite,
    String otherScaler,
    boolean paused) {

  /** On a workload, with the value {@code true}: its size is left alone. */
  public static final String PAUSE_ANNOTATION = "almanac.dev/paused";

  private static final Surroundings NONE =
      new Surroundings(0, Optional.empty(), Optional.empty(), "", false);

  /**
   * Room under a quota.
   *
   * @param quota its name
   * @param pods how many more pods it admits, at least 0
   */
  public record QuotaRoom(String quota, int pods) {
    /** Refuses a negative room: a quota that is overdrawn admits none. */
    public QuotaRoom {
      if (pods < 0) {
        throw new IllegalArgumentException("room must be >= 0, was " + pods);
      }
    }
  }

  /**
   * A change of {@code spec.replicas} that was not ours.
   *
   * @param manager name of the field manager, for example {@code argocd-controller}
   * @param at when, by the clock of the API server, in whole seconds; {@link #UNKNOWN_TIME} when it
   *     does not say
   */
  public record ForeignWrite(String manager, Instant at) {
    /** The API server keeps no time of a write through the scale subresource. */
    public static final Instant UNKNOWN_TIME = Instant.EPOCH;
  }

  /** Refuses a negative count. */
  public Surroundings {
    if (unschedulable < 0) {
      throw new IllegalArgumentException("unschedulable must be >= 0, was " + unschedulable);
    }
  }

  /** Nothing is in the way, as far as anybody can see. */
  public static Surroundings none() {
    return NONE;
  }

  /** The same with pods that no node has room for. */
  public Surroundings withUnschedulable(int pods) {
    return new Surroundings(pods, quota, foreignWrite, otherScaler, paused);
  }

  /** The same under a quota. */
  public Surroundings withQuota(String name, int room) {
    return new Surroundings(
        unschedulable, Optional.of(new QuotaRoom(name, room)), foreignWrite, otherScaler, paused);
  }

  /** The same after a write by somebody else. */
  public Surroundings withForeignWrite(String manager, Instant at) {
    return new Surroundings(
        unschedulable, quota, Optional.of(new ForeignWrite(manager, at)), otherScaler, paused);
  }

  /** The same after a write of ours. */
  public Surroundings withOwnWrite() {
    return new Surroundings(unschedulable, quota, Optional.empty(), otherScaler, paused);
  }

  /** The same beside another autoscaler; empty: beside none. */
  public Surroundings withOtherScaler(String scaler) {
    return new Surroundings(unschedulable, quota, foreignWrite, scaler, paused);
  }

  /** The same with or without the annotation. */
  public Surroundings withPaused(boolean on) {
    return new Surroundings(unschedulable, quota, foreignWrite, otherScaler, on);
  }
}
