package dev.almanac.service.history;

import java.util.Arrays;

/**
 * The newest ticks of one workload, a ring of primitive columns: 33 bytes a tick. Absent numbers
 * are NaN, or -1 for replicas.
 *
 * <p>Not safe for several threads; {@link WorkloadLog} guards it.
 */
final class WorkloadHistory {
  /** Bytes of one tick. */
  static final int BYTES_PER_TICK = 8 + 4 * 6 + 1;

  private static final int START_CAPACITY = 64;

  private final int capacity;
  private long[] at;
  private float[] demand;
  private float[] issued;
  private int[] ready;
  private int[] desired;
  private int[] needed;
  private int[] hpa;
  private byte[] flags;
  private int next;
  private int size;

  /** Flags of a tick. */
  static final byte SHORT = 1;

  static final byte HPA_SHORT = 2;

  WorkloadHistory(int capacity) {
    this.capacity = capacity;
    int first = Math.min(capacity, START_CAPACITY);
    at = new long[first];
    demand = new float[first];
    issued = new float[first];
    ready = new int[first];
    desired = new int[first];
    needed = new int[first];
    hpa = new int[first];
    flags = new byte[first];
  }

  /** Adds a tick, unless it is not after the newest: then the clock was set back. */
  void add(
      long epochMillis,
      double demandNow,
      double issuedBefore,
      int readyNow,
      int desiredNow,
      int neededNow,
      int hpaReady,
      byte flagsNow) {
    if (size > 0 && epochMillis <= at(size - 1)) {
      return;
    }
    if (size == at.length && size < capacity) {
      grow();
    }
    at[next] = epochMillis;
    demand[next] = (float) demandNow;
    issued[next] = (float) issuedBefore;
    ready[next] = readyNow;
    desired[next] = desiredNow;
    needed[next] = neededNow;
    hpa[next] = hpaReady;
    flags[next] = flagsNow;
    next = (next + 1) % at.length;
    size = Math.min(size + 1, at.length);
  }

  private void grow() {
    // Only ever called when the ring is full and has not wrapped: next stands at 0 again.
    int length = Math.min(capacity, at.length * 2);
    next = at.length;
    at = Arrays.copyOf(at, length);
    demand = Arrays.copyOf(demand, length);
    issued = Arrays.copyOf(issued, length);
    ready = Arrays.copyOf(ready, length);
    desired = Arrays.copyOf(desired, length);
    needed = Arrays.copyOf(needed, length);
    hpa = Arrays.copyOf(hpa, length);
    flags = Arrays.copyOf(flags, length);
  }

  int size() {
    return size;
  }

  /** Index of the i-th oldest tick in the columns. */
  private int index(int i) {
    return size < at.length ? i : (next + i) % at.length;
  }

  /** Position of the first tick at or after an instant. */
  int firstFrom(long epochMillis) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (at(middle) < epochMillis) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  long at(int i) {
    return at[index(i)];
  }

  double demand(int i) {
    return demand[index(i)];
  }

  double issued(int i) {
    return issued[index(i)];
  }

  int ready(int i) {
    return ready[index(i)];
  }

  int desired(int i) {
    return desired[index(i)];
  }

  int needed(int i) {
    return needed[index(i)];
  }

  int hpa(int i) {
    return hpa[index(i)];
  }

  boolean has(int i, byte flag) {
    return (flags[index(i)] & flag) != 0;
  }
}
