package dev.almanac.simulator.packing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lower bound on the nodes of one type by dual feasible functions: functions that map shares of a
 * node so that what fits together still adds up to at most 1 (Fekete and Schepers, "New classes of
 * fast lower bounds for bin packing problems", Mathematical Programming 91, 2001; the threshold
 * function contains the bound L2 of Martello and Toth, 1990). Applied to every dimension and to
 * weighted sums of two. They matter where pods are large: more than a third of a node.
 */
final class DualFeasible {
  private static final int THRESHOLDS = 60;
  private static final int ROUNDINGS = 12;
  private static final int MIXES = 4;
  private static final double SAME = 1e-12;

  private DualFeasible() {}

  /** Whole nodes of the only type. */
  static double nodes(Instance in, int[] demand) {
    double best = 0;
    double[] share = new double[in.groups];
    for (double[] mix : mixes(in.dims)) {
      for (int g = 0; g < in.groups; g++) {
        share[g] = 0;
        for (int d = 0; d < in.dims; d++) {
          double s = in.size[g * in.dims + d];
          share[g] += s > 0 && mix[d] > 0 ? mix[d] * s / in.capacity[0][d] : 0;
        }
      }
      best = Math.max(best, best(share, demand));
    }
    return best;
  }

  private static double best(double[] share, int[] demand) {
    double[] at = Arrays.stream(share).filter(x -> x <= 0.5).distinct().sorted().toArray();
    double best = 0;
    for (int q = -1; q < Math.min(THRESHOLDS, at.length); q++) {
      double e =
          q < 0 ? 0 : at[at.length <= THRESHOLDS ? q : (int) ((long) q * at.length / THRESHOLDS)];
      for (int k = 0; k <= ROUNDINGS; k++) {
        double sum = 0;
        for (int g = 0; g < share.length; g++) {
          sum += demand[g] * rounded(threshold(share[g], e), k);
        }
        best = Math.max(best, Math.ceil(sum - 1e-6));
      }
    }
    return best;
  }

  /** More than 1 - e counts as all of the node, less than e as nothing. */
  private static double threshold(double x, double e) {
    return x > 1 - e + SAME ? 1 : x < e - SAME ? 0 : x;
  }

  /** Rounds down to multiples of 1/k of (k + 1) x, where (k + 1) x is not whole. */
  private static double rounded(double x, int k) {
    if (k == 0) {
      return x;
    }
    double y = (k + 1) * x;
    return Math.abs(y - Math.rint(y)) < 1e-9 ? x : Math.floor(y) / k;
  }

  private static List<double[]> mixes(int dims) {
    List<double[]> mixes = new ArrayList<>();
    for (int d = 0; d < dims; d++) {
      double[] one = new double[dims];
      one[d] = 1;
      mixes.add(one);
    }
    for (int d = 0; d < dims; d++) {
      for (int e = d + 1; e < dims; e++) {
        for (int q = 1; q < MIXES; q++) {
          double[] two = new double[dims];
          two[d] = (double) q / MIXES;
          two[e] = 1 - two[d];
          mixes.add(two);
        }
      }
    }
    return mixes;
  }
}
