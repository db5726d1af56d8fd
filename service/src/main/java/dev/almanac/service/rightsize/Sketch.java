package dev.almanac.service.rightsize;

import dev.almanac.predictor.rightsizing.advice.ContainerHistory;

/**
 * Usage in 168 columns, for a picture: two hours a column over two weeks.
 *
 * @param cpuHigh highest CPU of each column in cores, NaN where absent
 * @param cpuMid mean CPU of each column
 * @param memoryHigh highest memory of each column in bytes
 * @param throttled whether something was held back in a column
 * @param killColumn column of the last OOM kill, -1 where there was none
 */
record Sketch(
    float[] cpuHigh, float[] cpuMid, float[] memoryHigh, boolean[] throttled, int killColumn) {
  static final int COLUMNS = 168;

  /** Of the samples, 5 minutes apart. */
  static Sketch of(ContainerHistory c) {
    float[] cpuHigh = new float[COLUMNS];
    float[] cpuMid = new float[COLUMNS];
    float[] memoryHigh = new float[COLUMNS];
    boolean[] throttled = new boolean[COLUMNS];
    for (int column = 0; column < COLUMNS; column++) {
      cpuHigh[column] = high(c.cpu(), column);
      cpuMid[column] = mean(c.cpu(), column);
      memoryHigh[column] = high(c.memory(), column);
      throttled[column] = high(c.throttled(), column) > 0;
    }
    int samples = Math.max(c.cpu().length, c.memory().length);
    int kill =
        c.oomKills().count() == 0 || samples == 0
            ? -1
            : (int) ((long) c.oomKills().lastSample() * COLUMNS / samples);
    return new Sketch(cpuHigh, cpuMid, memoryHigh, throttled, kill);
  }

  private static int from(double[] samples, int column) {
    return (int) ((long) samples.length * column / COLUMNS);
  }

  private static float high(double[] samples, int column) {
    double high = Double.NaN;
    for (int i = from(samples, column); i < from(samples, column + 1); i++) {
      if (!Double.isNaN(samples[i]) && !(samples[i] <= high)) {
        high = samples[i];
      }
    }
    return (float) high;
  }

  private static float mean(double[] samples, int column) {
    double sum = 0;
    int n = 0;
    for (int i = from(samples, column); i < from(samples, column + 1); i++) {
      if (!Double.isNaN(samples[i])) {
        sum += samples[i];
        n++;
      }
    }
    return (float) (sum / n);
  }
}
