package dev.almanac.simulator.fleet;

import dev.almanac.simulator.cluster.StartUpLag;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The pods of many workloads by state, one row each: {@code spec = ready + starting + pending +
 * unreachable}.
 */
final class PodRows {
  /** Draws of a random start-up time are cut at this many standard deviations. */
  private static final double WIDEST = 3.5;

  private static final int RANDOM = -1;

  /** No workload. */
  static final int NONE = -1;

  final int rows;
  final int[] spec;
  final int[] ready;
  final int[] starting;
  final int[] pending; // changed by enqueue and dequeue only

  private final int[] order; // workloads, highest priority first
  private final int[] rank; // place in that order
  private final BitSet waiting; // ranks of those with pending pods

  /** Pods on lost nodes that nobody has noticed yet. */
  final int[] unreachable;

  /** Of the pending ones, those that had a node and lost it. */
  final int[] evicted;

  private final int mask;
  private final int[] due; // [tick & mask][row], pods that become Ready
  private final StartUpLag[] lags;
  private final int[] lagTicks; // of fixed ones; looked up at every change of a size
  private final int tickMillis;
  private final int longest;
  private final Random[] random;
  private final long seed;
  private final int[] draws;

  PodRows(List<FleetWorkload> workloads, int tickSeconds, long seed) {
    rows = workloads.size();
    spec = new int[rows];
    ready = new int[rows];
    starting = new int[rows];
    pending = new int[rows];
    order = byPriority(workloads);
    rank = new int[rows];
    for (int r = 0; r < rows; r++) {
      rank[order[r]] = r;
    }
    waiting = new BitSet(rows);
    unreachable = new int[rows];
    evicted = new int[rows];
    lags = workloads.stream().map(FleetWorkload::startUp).toArray(StartUpLag[]::new);
    tickMillis = 1000 * tickSeconds;
    longest = Arrays.stream(lags).mapToInt(lag -> ticks(longestMillis(lag))).max().orElse(0);
    lagTicks =
        Arrays.stream(lags)
            .mapToInt(
                lag -> lag instanceof StartUpLag.Fixed(var time) ? ticks(time.toMillis()) : RANDOM)
            .toArray();
    int ring = Integer.highestOneBit(Math.max(1, longest)) << 1;
    mask = ring - 1;
    due = new int[ring * rows];
    this.seed = seed;
    random = randoms();
    draws = new int[rows];
  }

  PodRows(PodRows other) {
    rows = other.rows;
    spec = other.spec.clone();
    ready = other.ready.clone();
    starting = other.starting.clone();
    pending = other.pending.clone();
    order = other.order;
    rank = other.rank;
    waiting = (BitSet) other.waiting.clone();
    unreachable = other.unreachable.clone();
    evicted = other.evicted.clone();
    mask = other.mask;
    due = other.due.clone();
    lags = other.lags;
    lagTicks = other.lagTicks;
    tickMillis = other.tickMillis;
    longest = other.longest;
    seed = other.seed;
    draws = other.draws.clone();
    random = randoms();
    for (int w = 0; w < rows; w++) {
      for (int i = 0; i < draws[w]; i++) {
        random[w].nextGaussian(); // java.util.Random cannot be copied; its sequence can be walked
      }
    }
  }

  private Random[] randoms() {
    Random[] all = new Random[rows];
    for (int w = 0; w < rows; w++) {
      long own = lags[w] instanceof StartUpLag.Lognormal lognormal ? seed ^ lognormal.seed() : seed;
      all[w] = new Random(own + 0x9E3779B97F4A7C15L * w);
    }
    return all;
  }

  private static long longestMillis(StartUpLag lag) {
    return switch (lag) {
      case StartUpLag.Fixed(var time) -> time.toMillis();
      case StartUpLag.Lognormal lognormal -> lognormal.millisAt(WIDEST);
    };
  }

  private int ticks(long millis) {
    return Math.toIntExact(Math.ceilDiv(millis, (long) tickMillis));
  }

  /** Ticks from a place on a node until Ready, for the next pods of a workload. */
  int drawLag(int w) {
    int fixed = lagTicks[w];
    if (fixed >= 0) {
      return fixed;
    }
    draws[w]++;
    StartUpLag.Lognormal lognormal = (StartUpLag.Lognormal) lags[w];
    return Math.min(longest, ticks(lognormal.millisAt(random[w].nextGaussian())));
  }

  /** Workloads, those of the highest priority first. */
  static int[] byPriority(List<FleetWorkload> workloads) {
    return IntStream.range(0, workloads.size())
        .boxed()
        .sorted(Comparator.comparing(w -> workloads.get(w).priority(), Comparator.reverseOrder()))
        .mapToInt(w -> w)
        .toArray();
  }

  /** Pods wait for a place. */
  void enqueue(int w, int pods) {
    pending[w] += pods;
    waiting.set(rank[w], pending[w] > 0);
  }

  /** Pods wait no longer. */
  void dequeue(int w, int pods) {
    enqueue(w, -pods);
  }

  /** Whether any pod has no place. */
  boolean anyPending() {
    return !waiting.isEmpty();
  }

  /**
   * The next workload with pods that have no place, by priority.
   *
   * @param after the one before, {@link #NONE} at first
   * @return {@link #NONE} after the last
   */
  int nextPending(int after) {
    int next = waiting.nextSetBit(after == NONE ? 0 : rank[after] + 1);
    return next < 0 ? NONE : order[next];
  }

  /** Lets pods become Ready whose time has come. */
  void becomeReady(int tick) {
    int from = (tick & mask) * rows;
    for (int w = 0; w < rows; w++) {
      int pods = due[from + w];
      ready[w] += pods;
      starting[w] -= pods;
    }
    Arrays.fill(due, from, from + rows, 0);
  }

  /** Lets pods start that have a place. */
  void start(int w, int pods, int tick, int lagTicks) {
    if (lagTicks == 0) {
      ready[w] += pods;
    } else {
      due[((tick + lagTicks) & mask) * rows + w] += pods;
      starting[w] += pods;
    }
  }

  /** Takes starting pods, the youngest first; returns how many there were. */
  int takeStarting(int w, int pods, int tick) {
    int left = Math.min(pods, starting[w]);
    int taken = left;
    for (int ahead = mask; ahead > 0 && left > 0; ahead--) {
      int slot = ((tick + ahead) & mask) * rows + w;
      int gone = Math.min(due[slot], left);
      due[slot] -= gone;
      left -= gone;
    }
    starting[w] -= taken;
    return taken;
  }
}
