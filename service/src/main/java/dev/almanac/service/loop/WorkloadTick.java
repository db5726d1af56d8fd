package dev.almanac.service.loop;

import dev.almanac.predictor.cluster.Cluster.ApplyResult;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Trust;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.config.Workload;
import java.time.Instant;
import java.util.Optional;

/** What one tick came to for one workload. */
public sealed interface WorkloadTick {

  /** Which workload. */
  Workload workload();

  /** The tick's time. */
  Instant at();

  /**
   * A decision was made.
   *
   * @param recent the newest demand, what the reading and the forecast rest on
   * @param before the state that the step started from
   * @param decision what the step said; it is what the log records
   * @param admitted what the fleet's budget left of it; it is what was written
   * @param after the state of the next step
   * @param write what became of the write, empty when there was nothing to write
   */
  record Decided(
      Workload workload,
      Instant at,
      ScalingPolicy policy,
      Observation observation,
      TimeSeries recent,
      AutoscalerState before,
      Decision decision,
      Decision admitted,
      AutoscalerState after,
      Optional<ApplyResult> write)
      implements WorkloadTick {

    /** How far the forecast had earned to be followed. */
    public Trust trust() {
      return observation.trust().after(after.lead());
    }

    /** Replicas asked for after this tick. */
    public int desired() {
      boolean written = write.isPresent() && write.get() instanceof ApplyResult.Applied;
      int spec = observation.target().specReplicas();
      return written ? admitted.replicasOr(spec) : spec;
    }
  }

  /**
   * No decision could be made, because nothing is known about the target. Nothing was written.
   *
   * @param cause short name, a metric label: not_found, not_scalable, forbidden, stale,
   *     unreachable, late or failed
   * @param detail for people
   * @param demand what was read about demand all the same
   */
  record Skipped(Workload workload, Instant at, String cause, String detail, Reading demand)
      implements WorkloadTick {}
}
