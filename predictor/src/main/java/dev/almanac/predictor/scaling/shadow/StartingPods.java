package dev.almanac.predictor.scaling.shadow;

/** Pods of which each rise becomes Ready a fixed number of ticks later; starting ones go first. */
final class StartingPods {
  private final int[] due; // by tick, a ring
  private final int lag;
  private int now = -1; // entry of the ring
  private int size;
  private int starting;

  StartingPods(int ready, int lag) {
    this.size = ready;
    this.lag = lag;
    this.due = new int[lag + 1];
  }

  /** The next tick: what is due becomes Ready. */
  void tick() {
    now = now == lag ? 0 : now + 1;
    starting -= due[now];
    due[now] = 0;
  }

  int size() {
    return size;
  }

  int ready() {
    return size - starting;
  }

  /** Orders what is missing; removes what is too much, the youngest first. */
  void resize(int to) {
    if (to > size && lag > 0) {
      due[(now + lag) % due.length] += to - size;
      starting += to - size;
    }
    int drop = size - to;
    for (int ahead = lag; ahead > 0 && drop > 0 && starting > 0; ahead--) {
      int slot = (now + ahead) % due.length;
      int gone = Math.min(due[slot], drop);
      due[slot] -= gone;
      starting -= gone;
      drop -= gone;
    }
    size = to;
  }
}
