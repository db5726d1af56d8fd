package dev.almanac.predictor.scaling.hpa;

import dev.almanac.predictor.metrics.PodTotals;

/** What the pods say about a per-pod metric, or why it fails. */
public sealed interface PodSum permits PodSum.Of, Proposal.Failed {

  /** The sums that the rule works on. */
  record Of(PodTotals totals) implements PodSum {}
}
