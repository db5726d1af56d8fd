package dev.almanac.simulator.packing;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much a search may do. Counted in steps, not in time, so that the same budget gives the same
 * bytes on every machine; a deadline can be added by those who prefer an answer in time. One step
 * is about one candidate pod looked at: 3 to 5 ns.
 */
public final class Work {
  private static final int DEADLINE_EVERY = 1 << 15;

  private final long limit;
  private final BooleanSupplier expired;
  private final @Nullable Work whole;
  private long done;
  private long nextLook;
  private boolean late;

  private Work(long limit, BooleanSupplier expired, @Nullable Work whole) {
    this.limit = limit;
    this.expired = expired;
    this.whole = whole;
  }

  /** A budget of steps; a first answer is given in any case. */
  public static Work steps(long limit) {
    return new Work(limit, () -> false, null);
  }

  /** A budget of steps that also ends when the supplier says so; it is asked every 0.1 ms or so. */
  public static Work steps(long limit, BooleanSupplier expired) {
    return new Work(limit, expired, null);
  }

  /** Steps done so far. */
  public long done() {
    return done;
  }

  void spend(long steps) {
    done += steps;
    if (whole != null) {
      whole.spend(steps);
    }
  }

  boolean exhausted() {
    if (done >= limit || late) {
      return true;
    }
    if (done >= nextLook) {
      nextLook = done + DEADLINE_EVERY;
      late = expired.getAsBoolean();
    }
    return late;
  }

  /** A share of the steps that are left, drawn from this budget. */
  Work part(double share) {
    long left = exhausted() ? 0 : limit - done;
    return new Work((long) (left * share), expired, this);
  }
}
