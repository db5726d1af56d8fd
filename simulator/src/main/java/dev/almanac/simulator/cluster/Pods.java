package dev.almanac.simulator.cluster;

import dev.almanac.predictor.cluster.StartUpTimes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * The pods of one workload in virtual time. A rise creates pods that become Ready after their
 * start-up time; a fall happens at once and takes starting pods first, the youngest before the
 * others.
 *
 * <p>Time is milliseconds since 1970-01-01T00:00:00Z, or since any other origin as long as it is
 * always the same, and never runs back. Not safe for several threads.
 */
public final class Pods {

  /** Start-up times of that many pods are remembered. */
  static final int MEASURED = 100;

  /**
   * A rise by more pods than this draws this many start-up times and gives each to a group of pods,
   * so that memory stays bounded whatever a policy asks for.
   */
  static final int MOST_DRAWS = 1_000;

  private static final long NEVER = Long.MAX_VALUE;

  private final LongSupplier lags;
  private final int lagsPerRise;

  private int spec;
  private int ready;
  private boolean failing;

  // Starting pods in groups of one fate, in order of creation.
  private int groups;
  private long[] createdAt = new long[8];
  private long[] readyAt = new long[8];
  private int[] counts = new int[8];
  private long nextReadyAt = NEVER;

  private final long[] measured = new long[MEASURED];
  private long measuredCount;

  /**
   * Pods that are all Ready.
   *
   * @param replicas at least 0
   */
  public Pods(int replicas, StartUpLag lag) {
    if (replicas < 0) {
      throw new IllegalArgumentException("replicas must be >= 0, was " + replicas);
    }
    this.spec = replicas;
    this.ready = replicas;
    this.lags = timesOf(lag);
    this.lagsPerRise = lag instanceof StartUpLag.Fixed ? 1 : MOST_DRAWS;
  }

  /** Replicas asked for. */
  public int spec() {
    return spec;
  }

  /** Pods that serve. */
  public int ready() {
    return ready;
  }

  /** Pods that exist and do not serve yet. */
  public int starting() {
    return spec - ready;
  }

  /** Lets pods become Ready whose time has come. */
  public void advanceTo(long millis) {
    if (millis < nextReadyAt) {
      return;
    }
    int kept = 0;
    nextReadyAt = NEVER;
    for (int i = 0; i < groups; i++) {
      if (readyAt[i] <= millis) {
        ready += counts[i];
        measure(readyAt[i] - createdAt[i], counts[i]);
      } else {
        createdAt[kept] = createdAt[i];
        readyAt[kept] = readyAt[i];
        counts[kept++] = counts[i];
        nextReadyAt = Math.min(nextReadyAt, readyAt[i]);
      }
    }
    groups = kept;
  }

  /**
   * Sets the number of pods.
   *
   * @param replicas at least 0
   */
  public void resize(int replicas, long millis) {
    if (replicas < 0) {
      throw new IllegalArgumentException("replicas must be >= 0, was " + replicas);
    }
    advanceTo(millis);
    if (replicas > spec) {
      create(replicas - spec, millis);
    } else {
      remove(spec - replicas);
    }
    spec = replicas;
    advanceTo(millis); // without a lag pods are Ready at once
  }

  /**
   * A fault: while it lasts no new pod becomes Ready, nor any that is starting. When it is over,
   * those that are left start anew.
   */
  public void failStartUps(boolean fail, long millis) {
    advanceTo(millis);
    if (fail == failing) {
      return;
    }
    failing = fail;
    nextReadyAt = NEVER;
    for (int i = 0; i < groups; i++) {
      readyAt[i] = fail ? NEVER : millis + lags.getAsLong();
      nextReadyAt = Math.min(nextReadyAt, readyAt[i]);
    }
    advanceTo(millis);
  }

  /** Nearest-rank quantiles over the last {@value #MEASURED} pods that became Ready. */
  public StartUpTimes startUpTimes() {
    int n = (int) Math.min(measuredCount, MEASURED);
    if (n == 0) {
      return StartUpTimes.none();
    }
    long[] sorted = Arrays.copyOf(measured, n);
    Arrays.sort(sorted);
    return new StartUpTimes(n, rank(sorted, 50), rank(sorted, 90));
  }

  /** Start-up times in milliseconds, in the order in which pods are created. */
  private static LongSupplier timesOf(StartUpLag lag) {
    return switch (lag) {
      case StartUpLag.Fixed(Duration time) -> time::toMillis;
      case StartUpLag.Lognormal lognormal -> {
        Random random = new Random(lognormal.seed());
        yield () -> lognormal.millisAt(random.nextGaussian());
      }
    };
  }

  private static Duration rank(long[] sorted, int percent) {
    return Duration.ofMillis(sorted[Math.ceilDiv(sorted.length * percent, 100) - 1]);
  }

  private void create(int pods, long millis) {
    int draws = Math.min(pods, lagsPerRise);
    for (int i = 0; i < draws; i++) {
      int share = (int) ((i + 1L) * pods / draws - (long) i * pods / draws);
      add(share, millis, failing ? NEVER : millis + lags.getAsLong());
    }
  }

  private void add(int pods, long created, long due) {
    if (groups == counts.length) {
      createdAt = Arrays.copyOf(createdAt, 2 * groups);
      readyAt = Arrays.copyOf(readyAt, 2 * groups);
      counts = Arrays.copyOf(counts, 2 * groups);
    }
    createdAt[groups] = created;
    readyAt[groups] = due;
    counts[groups++] = pods;
    nextReadyAt = Math.min(nextReadyAt, due);
  }

  private void remove(int pods) {
    int left = pods;
    while (left > 0 && groups > 0) {
      int gone = Math.min(left, counts[groups - 1]);
      counts[groups - 1] -= gone;
      left -= gone;
      if (counts[groups - 1] == 0) {
        groups--;
      }
    }
    ready -= left;
  }

  private void measure(long millis, int pods) {
    for (int i = 0; i < Math.min(pods, MEASURED); i++) {
      measured[(int) (measuredCount++ % MEASURED)] = millis;
    }
  }
}
