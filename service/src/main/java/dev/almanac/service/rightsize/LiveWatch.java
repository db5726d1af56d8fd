package dev.almanac.service.rightsize;

import dev.almanac.actuator.kubernetes.LiveUsageException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Samples at a steady pace for a while. The pace is that of a monotonic clock: a wall clock that is
 * set back would make it wait, one that is set ahead would end it.
 */
public final class LiveWatch {
  private final long everyNanos;
  private final long last;
  private final LongSupplier nanoTime;
  private final Pause pause;
  private long lost;
  private long late;
  private String why = "";

  /** One sample. */
  public interface Sample {
    /**
     * Takes it.
     *
     * @throws LiveUsageException when the cluster does not say it
     */
    void take() throws IOException;
  }

  /** Waits. */
  public interface Pause {
    /** For so long. */
    void of(Duration length) throws InterruptedException;
  }

  /** How far it is. */
  public interface Progress {
    /** After so many of so many samples. */
    void at(long done, long all);
  }

  /**
   * A watch.
   *
   * @param length zero for one sample
   * @param nanoTime a monotonic clock in nanoseconds
   */
  public LiveWatch(Duration length, Duration every, LongSupplier nanoTime, Pause pause) {
    everyNanos = every.toNanos();
    last = length.dividedBy(every);
    this.nanoTime = nanoTime;
    this.pause = pause;
  }

  /**
   * Samples until the end. Of several samples some may be lost for a cause that passes, the first
   * ones too: metrics-server may be starting anew.
   *
   * @param trouble is told the first loss of each row of them
   * @throws LiveUsageException for a cause that does not pass, or when every sample was lost
   * @throws InterruptedException when somebody wants it to end; what was sampled stands
   */
  public void run(Sample sample, Consumer<String> trouble, Progress progress)
      throws IOException, InterruptedException {
    long begun = nanoTime.getAsLong();
    boolean isLosing = false;
    Optional<LiveUsageException> onlyLosses = Optional.empty();
    long taken = 0;
    for (long i = 0; i <= last; i++) {
      long ahead = begun + i * everyNanos - nanoTime.getAsLong();
      if (i > 0 && ahead < 0) {
        late++; // The machine slept, or the last sample took long.
        continue;
      }
      if (i > 0) {
        pause.of(Duration.ofNanos(ahead));
      }
      try {
        sample.take();
        taken++;
        isLosing = false;
      } catch (LiveUsageException e) {
        if (!e.isPassing()) {
          throw e;
        }
        lost++;
        why = String.valueOf(e.getMessage());
        onlyLosses = Optional.of(e);
        if (!isLosing && last > 0) {
          trouble.accept(why);
        }
        isLosing = true;
      }
      progress.at(i, last);
    }
    if (taken == 0 && onlyLosses.isPresent()) {
      throw onlyLosses.get();
    }
  }

  /** Sentences about samples that were lost. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (lost > 0) {
      notes.add("%,d of %,d samples could not be taken: %s".formatted(lost, last + 1, why));
    }
    if (late > 0) {
      notes.add(
          "%,d of %,d samples fell out: the one before took too long, or the machine slept"
              .formatted(late, last + 1));
    }
    return notes;
  }
}
