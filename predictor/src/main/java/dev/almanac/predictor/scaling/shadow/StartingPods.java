package dev.almanac.predictor.scaling.shadow;

/** Pods of which each rise becomes Ready a fixed number of ticks later; starting ones go first. */
final class StartingPods {
  private final int[] due; // by tick, a ring
  private final int lag;
  private int tick = -1;
  private int size;
  private int starting;

  StartingPods(int ready, int lag) {
    this.size = ready;
    this.lag = lag;
    this.due = new int[lag + 1];
  }

  /** The next tick: what is due becomes Ready. */
  void tick() {
    tick++;
    int slot = tick % due.length;
    starting -= due[slot];
    due[slot] = 0;
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
      due[(tick + lag) % due.length] += to - size;
      starting += to - size;
    }
    int drop = size - to;
    for (int ahead = lag; ahead > 0 && drop > 0 && starting > 0; ahead--) {
      int slot = (tick + ahead) % due.length;
      int gone = Math.min(due[slot], drop);
      due[slot] -= gone;
      starting -= gone;
      drop -= gone;
    }
    size = to;
  }
}
