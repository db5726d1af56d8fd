package dev.almanac.service.rightsize;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Recommended;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.Prices;
import dev.almanac.predictor.rightsizing.advice.WorkloadAdvice;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.comparison.Advice;
import dev.almanac.predictor.rightsizing.comparison.Tool;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One container of a workload in the report. Its samples are gone; a sketch of them may be left.
 *
 * @param usdNow what its requests cost a month; NaN where they are not known
 * @param usdAdvised what the advised ones would; NaN where there are none
 * @param others what each tool would request, by resource; empty unless asked for
 */
public record Row(
    WorkloadName workload,
    boolean guessed,
    int pods,
    double meanPods,
    Role role,
    ContainerAdvice advice,
    Optional<WorkloadAdvice.HpaTarget> hpa,
    double usdNow,
    double usdAdvised,
    Map<Resource, Map<Tool, Advice>> others,
    Optional<Sketch> sketch) {

  /** What rows keep beside the advice. */
  public record Wanted(boolean others, boolean sketch) {}

  /** The rows of a workload. */
  public static List<Row> of(WorkloadAdvice advice, Prices prices, Wanted wanted) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < advice.containers().size(); i++) {
      ContainerAdvice one = advice.containers().get(i);
      ContainerHistory history = advice.history().containers().get(i);
      double pods = advice.history().meanPods();
      rows.add(
          new Row(
              advice.name(),
              advice.history().guessed(),
              advice.history().pods(),
              pods,
              history.role(),
              one,
              advice.hpa(),
              one.now().map(n -> prices.month(n.requests(), pods)).orElse(Double.NaN),
              one instanceof Recommended r
                  ? prices.month(r.advised().requests(), pods)
                  : Double.NaN,
              wanted.others() ? others(history) : Map.of(),
              wanted.sketch() ? Optional.of(Sketch.of(history)) : Optional.empty()));
    }
    return rows;
  }

  private static Map<Resource, Map<Tool, Advice>> others(ContainerHistory history) {
    Map<Resource, Map<Tool, Advice>> others = new EnumMap<>(Resource.class);
    ResourceList now = history.now().map(n -> n.requests()).orElse(ResourceList.NONE);
    others.put(
        Resource.CPU, Advice.of(Resource.CPU, history.cpu(), now.orZero(Resource.CPU) / 1000.0));
    others.put(
        Resource.MEMORY, Advice.of(Resource.MEMORY, history.memory(), now.orZero(Resource.MEMORY)));
    return others;
  }

  /** Dollars a month that the advice gives back, negative where it asks for more; 0 if unknown. */
  public double saving() {
    double saving = usdNow - usdAdvised;
    return Double.isNaN(saving) ? 0 : saving;
  }

  /** Namespace, kind, name and container. */
  public String key() {
    return workload + "/" + advice.container();
  }
}
