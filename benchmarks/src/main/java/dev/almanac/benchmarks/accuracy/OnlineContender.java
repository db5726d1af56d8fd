package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.series.TimeSeries;

/** A method that lives with a series: refitted now and then, asked at every step. */
interface OnlineContender {

  /** As in reports. */
  String name();

  /**
   * Begins a life.
   *
   * @param stepSeconds of the series
   * @param targets what will be asked at every step, in steps ahead, rising
   */
  Life begin(int stepSeconds, int[] targets);

  /** One series, step by step. What is learned at a refit must not forget what came before it. */
  interface Life {
    /** Learns anew. The history ends at the step that is asked for next. */
    void refit(TimeSeries history);

    /**
     * Quantiles of the targets; called once a step, in order.
     *
     * @param recent ends at the step; its last sample may be absent
     * @return {@code [target][level]}
     */
    double[][] forecast(TimeSeries recent, double[] levels);
  }

  /** Lets a contender live that learns from nothing but its history. */
  static OnlineContender of(Contender contender) {
    return new OnlineContender() {
      @Override
      public String name() {
        return contender.name();
      }

      @Override
      public Life begin(int stepSeconds, int[] targets) {
        return new Refitted(contender, targets);
      }
    };
  }

  /** A life that consists of its last fit. */
  final class Refitted implements Life {
    private final Contender contender;
    private final int[] targets;
    private Contender.Fitted fitted =
        (_, _, _) -> {
          throw new IllegalStateException("asked before the first fit");
        };

    private Refitted(Contender contender, int[] targets) {
      this.contender = contender;
      this.targets = targets;
    }

    @Override
    public void refit(TimeSeries history) {
      fitted = contender.fit(history, targets[targets.length - 1]);
    }

    @Override
    public double[][] forecast(TimeSeries recent, double[] levels) {
      double[][] paths = fitted.forecast(recent, targets[targets.length - 1], levels);
      double[][] quantiles = new double[targets.length][levels.length];
      for (int k = 0; k < targets.length; k++) {
        for (int i = 0; i < levels.length; i++) {
          quantiles[k][i] = paths[i][targets[k] - 1];
        }
      }
      return quantiles;
    }
  }
}
