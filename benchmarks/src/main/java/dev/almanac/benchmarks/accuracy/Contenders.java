package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.forecast.SeasonalLevelForecaster;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything that can be measured, by name. */
final class Contenders {
  /** All others are divided by it. */
  static final Contender BASELINE = new SeasonalNaive("seasonal naive", WorkloadSeries.DAY);

  /** The forecaster that the service uses. */
  static final String PRODUCT = "almanac";

  private static final Map<String, Contender> FORECASTERS = new LinkedHashMap<>();

  static {
    add(new ProductContender(PRODUCT, new SeasonalLevelForecaster()));
    add(new ProductContender("seasonal-level", new SeasonalLevelForecaster()));
  }

  private Contenders() {}

  private static void add(Contender contender) {
    FORECASTERS.put(contender.name(), contender);
  }

  /** Names of the forecasters of the product. */
  static Set<String> names() {
    return FORECASTERS.keySet();
  }

  static Contender forecaster(String name) {
    Contender contender = FORECASTERS.get(name);
    if (contender == null) {
      throw new IllegalArgumentException(
          "no forecaster %s: there are %s".formatted(name, String.join(", ", names())));
    }
    return contender;
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
