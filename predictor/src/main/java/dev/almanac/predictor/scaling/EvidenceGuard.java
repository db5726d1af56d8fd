package dev.almanac.predictor.scaling;

/**
 * No move that the evidence does not allow (reliability I2, I3). Only a floor of the calendar needs
 * none: like the lower bound it holds whatever demand may be.
 */
final class EvidenceGuard implements Guard {

  @Override
  public void apply(Draft d) {
    int most = Math.max(d.current, d.floor);
    if (!d.mayFall && d.replicas < d.current) {
      d.limit(d.current, d.evidence, "no fall on this evidence");
    }
    if (!d.mayRise && d.replicas > most) {
      d.limit(most, d.evidence, "no rise on this evidence");
    }
    if (!d.mayRise && !d.mayFall && d.replicas == d.current) {
      d.hold = true;
      d.reason = d.evidence;
      d.binding = StageName.EVIDENCE;
    }
  }
}
