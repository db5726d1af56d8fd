package dev.almanac.predictor.scaling;

/**
 * While a new template is rolled out nothing falls: old pods go anyway, and what new ones can serve
 * nobody knows yet. A rise goes on, from {@code spec.replicas}: pods of the surge are no demand
 * (k8s#72775, where one rollout took 383 replicas to 664).
 */
final class RolloutGuard implements Guard {

  @Override
  public void apply(Draft d) {
    if (d.observation.target().rollout() && d.replicas < d.current) {
      d.limit(d.current, ReasonCode.ROLLOUT, "no fall during a rollout");
    }
  }
}
