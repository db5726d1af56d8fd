package dev.almanac.predictor.rightsizing.peers;

import dev.almanac.predictor.rightsizing.RequestAdvisor;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.vpa.Aggregate;
import dev.almanac.predictor.rightsizing.vpa.ContainerUsage;
import dev.almanac.predictor.rightsizing.vpa.Estimator;
import dev.almanac.predictor.rightsizing.vpa.VpaSettings;
import java.time.Instant;
import java.util.Map;

/** The target of the Vertical Pod Autoscaler, from the estimator that follows it exactly. */
public final class Vpa implements RequestAdvisor {
  private static final int STEP_SECONDS = 300;
  private static final double MILLI = 1000;

  private final Resource resource;
  private final boolean raises;
  private final Aggregate aggregate;
  private final ContainerUsage container;
  private final Estimator estimator;
  private Instant now = Instant.EPOCH;

  /**
   * One container.
   *
   * @param raises whether a target that has grown is applied at the next full hour already
   */
  public Vpa(Resource resource, VpaSettings settings, boolean raises) {
    this.resource = resource;
    this.raises = raises;
    aggregate = new Aggregate(settings, now);
    container = new ContainerUsage(settings, aggregate);
    estimator = new Estimator(settings);
  }

  @Override
  public void observe(double[] usage, int from, int to) {
    for (int i = from; i < to; i++) {
      now = now.plusSeconds(STEP_SECONDS);
      if (Double.isNaN(usage[i])) {
        continue;
      }
      if (resource == Resource.CPU) {
        container.addCpu((long) (usage[i] * MILLI), now);
      } else {
        container.addMemory((long) usage[i], now);
      }
    }
  }

  @Override
  public double daily(double current) {
    return target();
  }

  @Override
  public double hourly(double current) {
    return raises ? Math.max(current, target()) : current;
  }

  @Override
  public double afterOom(double limit) {
    container.recordOom((long) limit, now);
    return target();
  }

  private double target() {
    long amount =
        estimator
            .recommend(Map.of("c", aggregate))
            .values()
            .iterator()
            .next()
            .target()
            .orZero(resource);
    return resource == Resource.CPU ? amount / MILLI : amount;
  }
}
