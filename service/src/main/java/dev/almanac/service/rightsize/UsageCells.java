package dev.almanac.service.rightsize;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The highest value of each 5 minutes, as far back as there is one. Cells are numbered from 1970;
 * those in between without a value are absent, which is NaN. A value is kept to 24 bits.
 */
final class UsageCells {
  private long first;
  private float[] values = {};

  /** Raises a cell to a value, which is finite and at least 0. */
  void raise(long cell, double value) {
    if (values.length == 0) {
      first = cell;
    }
    if (cell < first) {
      float[] longer = absent(Math.toIntExact(end() - cell));
      System.arraycopy(values, 0, longer, longer.length - values.length, values.length);
      values = longer;
      first = cell;
    } else if (cell >= end()) {
      int old = values.length;
      values = Arrays.copyOf(values, Math.toIntExact(cell - first + 1));
      Arrays.fill(values, old, values.length, Float.NaN);
    }
    int at = (int) (cell - first);
    if (!(value <= values[at])) {
      values[at] = (float) value;
    }
  }

  private static float[] absent(int n) {
    float[] values = new float[n];
    Arrays.fill(values, Float.NaN);
    return values;
  }

  /** Forgets what is before a cell, and cells without a value at either end. */
  void forgetBefore(long cell) {
    int from = (int) Math.clamp(cell - first, 0, values.length);
    int to = values.length;
    while (from < to && Float.isNaN(values[from])) {
      from++;
    }
    while (to > from && Float.isNaN(values[to - 1])) {
      to--;
    }
    if (from > 0 || to < values.length) {
      values = Arrays.copyOfRange(values, from, to);
      first += from;
    }
  }

  /** Forgets what is after a cell. */
  void forgetAfter(long cell) {
    values = Arrays.copyOf(values, (int) Math.clamp(cell + 1 - first, 0, values.length));
  }

  boolean isEmpty() {
    return values.length == 0;
  }

  /** Number of the first cell; of no meaning when empty. */
  long first() {
    return first;
  }

  /** Number after that of the last cell. */
  long end() {
    return first + values.length;
  }

  /** Cells from one on, absent where there is none. */
  double[] window(long from, int n) {
    double[] window = new double[n];
    for (int i = 0; i < n; i++) {
      long at = from + i - first;
      window[i] = at >= 0 && at < values.length ? values[(int) at] : Double.NaN;
    }
    return window;
  }

  /** Sum of the values from a cell on. */
  double sumFrom(long cell) {
    double sum = 0;
    for (int i = (int) Math.clamp(cell - first, 0, values.length); i < values.length; i++) {
      sum += Float.isNaN(values[i]) ? 0 : values[i];
    }
    return sum;
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(first);
    out.writeInt(values.length);
    for (float value : values) {
      out.writeFloat(value);
    }
  }

  /**
   * Reads what was written.
   *
   * @param most cells that may be there
   */
  static UsageCells read(DataInput in, int most) throws IOException {
    UsageCells cells = new UsageCells();
    cells.first = in.readLong();
    int n = in.readInt();
    if (n < 0 || n > most || Math.abs(cells.first) > 1L << 40) {
      throw new UsageCheckpoints.Damaged("%d cells from %d".formatted(n, cells.first));
    }
    cells.values = new float[n];
    for (int i = 0; i < n; i++) {
      float value = in.readFloat();
      if (value < 0 || value == Float.POSITIVE_INFINITY) {
        throw new UsageCheckpoints.Damaged("usage of " + value);
      }
      cells.values[i] = value;
    }
    return cells;
  }
}
