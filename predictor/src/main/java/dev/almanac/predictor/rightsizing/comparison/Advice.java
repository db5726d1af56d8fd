package dev.almanac.predictor.rightsizing.comparison;

import dev.almanac.predictor.rightsizing.RequestAdvisor;
import dev.almanac.predictor.rightsizing.Resource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** What a tool says about one resource of one container; that it cannot say yet is an answer. */
public sealed interface Advice {

  /**
   * A request.
   *
   * @param amount in cores or bytes
   */
  record Request(double amount) implements Advice {}

  /**
   * Too little usage has been seen.
   *
   * @param seen time that present samples cover
   * @param needed time that the tool asks for
   */
  record NotEnoughHistory(Duration seen, Duration needed) implements Advice {}

  /** Time that one sample stands for. */
  Duration STEP = Duration.ofHours(1).dividedBy(RequestAdvisor.PER_HOUR);

  /**
   * What each tool says, in the order of {@link Tool}.
   *
   * @param usage from a midnight on; absent samples are NaN and do not count as history
   * @param current request today, 0 when there is none
   */
  static SequencedMap<Tool, Advice> of(Resource resource, double[] usage, double current) {
    int present = 0;
    for (int i = 0; i < usage.length; i++) {
      if (Double.isInfinite(usage[i]) || usage[i] < 0) {
        throw new IllegalArgumentException(
            "usage must be finite and at least 0, sample %d is %s".formatted(i, usage[i]));
      }
      present += Double.isNaN(usage[i]) ? 0 : 1;
    }
    SequencedMap<Tool, Advice> all = new LinkedHashMap<>();
    for (Tool tool : Tool.values()) {
      if (present < tool.leastSamples()) {
        all.put(
            tool,
            new NotEnoughHistory(
                STEP.multipliedBy(present), STEP.multipliedBy(tool.leastSamples())));
      } else {
        RequestAdvisor advisor = tool.start(resource);
        advisor.observe(usage, 0, usage.length);
        all.put(tool, new Request(advisor.daily(current)));
      }
    }
    return all;
  }
}
