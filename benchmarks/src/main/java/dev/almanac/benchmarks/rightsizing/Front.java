package dev.almanac.benchmarks.rightsizing;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * What one family of strategies can reach by its knob: short share against slack. Between two knob
 * values the logarithm of the short share is interpolated for CPU, the share itself for memory.
 */
record Front(List<Pooled> points, boolean logarithmic) {

  Front {
    points = points.stream().sorted(Comparator.comparingDouble(Pooled::slack)).toList();
  }

  /** The short share at a slack; empty outside of what the knob reaches. */
  OptionalDouble shortAt(double slack) {
    OptionalDouble y = at(Pooled::slack, slack, p -> scaled(p.shortShare()));
    return y.isPresent() ? OptionalDouble.of(unscaled(y.getAsDouble())) : y;
  }

  /** The slack at a short share; empty outside of what the knob reaches. */
  OptionalDouble slackAt(double shortShare) {
    return at(p -> -scaled(p.shortShare()), -scaled(shortShare), Pooled::slack);
  }

  /** The changes a month at a slack; empty outside of what the knob reaches. */
  OptionalDouble changesAt(double slack) {
    return at(Pooled::slack, slack, Pooled::changesAMonth);
  }

  private double scaled(double share) {
    return logarithmic ? Math.log(Math.max(share, 1e-6)) : share;
  }

  private double unscaled(double value) {
    return logarithmic ? Math.exp(value) : value;
  }

  private OptionalDouble at(
      ToDoubleFunction<Pooled> key, double value, ToDoubleFunction<Pooled> result) {
    for (int i = 1; i < points.size(); i++) {
      double below = key.applyAsDouble(points.get(i - 1));
      double above = key.applyAsDouble(points.get(i));
      if (below <= value && value <= above) {
        double part = above > below ? (value - below) / (above - below) : 0;
        double from = result.applyAsDouble(points.get(i - 1));
        return OptionalDouble.of(from + part * (result.applyAsDouble(points.get(i)) - from));
      }
    }
    return OptionalDouble.empty();
  }
}
