package dev.almanac.benchmarks.rightsizing;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.replay.Score;
import java.util.List;

/**
 * Scores of many containers as one. CPU counts every series alike, memory every day.
 *
 * @param shortShare CPU: share of the time above the request; memory: share of days with an OOM
 *     kill
 * @param farShort CPU: share of the time above 1.2 times the request; memory: OOM kills a day
 * @param cost requests over usage
 */
record Pooled(
    int series,
    double slack,
    double shortShare,
    double farShort,
    double changesAMonth,
    double cost) {

  static Pooled of(Resource resource, List<Score> scores) {
    double total = 0;
    double slack = 0;
    double shortShare = 0;
    double farShort = 0;
    double changes = 0;
    double requested = 0;
    double used = 0;
    for (Score score : scores) {
      double weight = resource == Resource.CPU ? 1 : score.days();
      total += weight;
      slack += weight * score.slack();
      shortShare += weight * score.shortShare();
      farShort += weight * score.farShortShare();
      changes += weight * score.changesAMonth();
      requested += score.meanRequest();
      used += score.meanUsage();
    }
    return new Pooled(
        scores.size(),
        slack / total,
        shortShare / total,
        farShort / total,
        changes / total,
        requested / used);
  }
}
