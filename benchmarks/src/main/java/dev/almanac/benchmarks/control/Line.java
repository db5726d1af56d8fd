package dev.almanac.benchmarks.control;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;

/**
 * A family of policies as a line: what short time it leaves at a cost. Its points, sorted by cost,
 * with the least short time so far; in between the logarithm of the short time is linear in cost.
 */
final class Line {
  /** Added to short time before its logarithm, where lines are compared at one cost. */
  static final double FLOOR = 5e-5;

  /** The same where the cost of one short time is asked for. */
  private static final double SMALL_FLOOR = 1e-6;

  private final List<Point> points = new ArrayList<>();

  /**
   * One policy.
   *
   * @param cost mean replicas paid for
   * @param shortShare share of the time with fewer Ready than needed
   * @param events changes of the size in a day
   */
  record Point(double cost, double shortShare, double events) {}

  Line(List<Point> family) {
    double least = Double.POSITIVE_INFINITY;
    for (Point p : family.stream().sorted(Comparator.comparingDouble(Point::cost)).toList()) {
      least = Math.min(least, p.shortShare());
      points.add(new Point(p.cost(), least, p.events()));
    }
  }

  /** Short time at a cost, with {@link #FLOOR}; empty below the cheapest point. */
  OptionalDouble shortAt(double cost) {
    return cost < points.getFirst().cost()
        ? OptionalDouble.empty()
        : OptionalDouble.of(at(cost, s -> Math.log(s + FLOOR), Point::shortShare, Math::exp));
  }

  /** Events a day at a cost; empty below the cheapest point. */
  OptionalDouble eventsAt(double cost) {
    return cost < points.getFirst().cost()
        ? OptionalDouble.empty()
        : OptionalDouble.of(at(cost, e -> e, Point::events, e -> e));
  }

  private double at(
      double cost,
      DoubleUnaryOperator scale,
      java.util.function.ToDoubleFunction<Point> figure,
      DoubleUnaryOperator back) {
    Point left = points.getFirst();
    for (Point right : points) {
      if (right.cost() >= cost) {
        double a = scale.applyAsDouble(figure.applyAsDouble(left));
        double b = scale.applyAsDouble(figure.applyAsDouble(right));
        double width = right.cost() - left.cost();
        return back.applyAsDouble(width == 0 ? b : a + (b - a) * (cost - left.cost()) / width);
      }
      left = right;
    }
    return back.applyAsDouble(scale.applyAsDouble(figure.applyAsDouble(left)));
  }

  /** Cost of a short time; empty where no point is that good. */
  OptionalDouble costOf(double shortShare) {
    for (int i = 0; i < points.size(); i++) {
      Point right = points.get(i);
      if (right.shortShare() > shortShare) {
        continue;
      }
      if (i == 0) {
        return OptionalDouble.of(right.cost());
      }
      Point left = points.get(i - 1);
      double a = Math.log(left.shortShare() + SMALL_FLOOR);
      double b = Math.log(right.shortShare() + SMALL_FLOOR);
      double part = a == b ? 1 : (a - Math.log(shortShare + SMALL_FLOOR)) / (a - b);
      return OptionalDouble.of(left.cost() + part * (right.cost() - left.cost()));
    }
    return OptionalDouble.empty();
  }
}
