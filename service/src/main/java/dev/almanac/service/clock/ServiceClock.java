package dev.almanac.service.clock;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The service's clock: the wall clock, or a rehearsal that starts at an instant of the past and
 * runs faster.
 *
 * <p>A rehearsal reads {@code from + (wall - anchor) * speed}. With the same anchor a restarted
 * service continues the same rehearsal.
 *
 * @param wall the real clock
 * @param anchor wall time at which the rehearsal began
 * @param from what the clock read then
 * @param speed seconds of this clock in a real second, above 0 and at most 10,000
 */
public record ServiceClock(InstantSource wall, Instant anchor, Instant from, double speed)
    implements InstantSource {

  /** Refuses a clock that stands still or runs backwards. */
  public ServiceClock {
    if (!(speed > 0 && speed <= 10_000)) {
      throw new IllegalArgumentException("speed must lie in (0, 10,000], was " + speed);
    }
  }

  /** The wall clock. */
  public static ServiceClock live() {
    return new ServiceClock(InstantSource.system(), Instant.EPOCH, Instant.EPOCH, 1);
  }

  @Override
  public Instant instant() {
    if (speed == 1 && anchor.equals(from)) {
      return wall.instant();
    }
    double real = Duration.between(anchor, wall.instant()).toMillis();
    return from.plusMillis(Math.round(real * speed));
  }

  /** How long a time on this clock takes in reality, at least a millisecond. */
  public Duration real(Duration onThisClock) {
    return Duration.ofMillis(Math.max(1, Math.round(onThisClock.toMillis() / speed)));
  }
}
