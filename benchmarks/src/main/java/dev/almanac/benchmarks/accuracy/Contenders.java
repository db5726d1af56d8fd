package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything that can be measured, by name. */
final class Contenders {
  /** All others are divided by it. */
  static final Contender BASELINE = new SeasonalNaive("seasonal naive", WorkloadSeries.DAY);

  /** The forecast engine. */
  static final String PRODUCT = "almanac";

  private static final Map<String, Measured> FORECASTERS = new LinkedHashMap<>();

  static {
    Contender pooledRidge = new ProductContender(PRODUCT, PooledRidgeForecaster::upTo);
    add(
        new Measured(
            pooledRidge,
            width -> new CalibratedContender(PRODUCT, width),
            new CalibratedContender(PRODUCT, 1)));
  }

  private Contenders() {}

  private static void add(Measured measured) {
    FORECASTERS.put(measured.name(), measured);
  }

  /** Names of the forecasters of the product. */
  static Set<String> names() {
    return FORECASTERS.keySet();
  }

  static Measured forecaster(String name) {
    Measured measured = FORECASTERS.get(name);
    if (measured == null) {
      throw new IllegalArgumentException(
          "no forecaster %s: there are %s".formatted(name, String.join(", ", names())));
    }
    return measured;
  }

  /** Cheap rules that run on every window beside the forecaster. */
  static List<Contender> members() {
    return List.of(
        BASELINE,
        new SeasonalNaive("seasonal naive week", 7 * WorkloadSeries.DAY),
        new SingleMember(SingleMember.Rule.CURRENT_LEVEL),
        new SingleMember(SingleMember.Rule.DAY_MEAN),
        new SingleMember(SingleMember.Rule.DAY_MEAN_AND_LEVEL),
        new SingleMember(SingleMember.Rule.WEEK_MEAN));
  }
}
