package dev.almanac.predictor.scaling.hpa;

import java.util.Locale;

/** The reasons of conditions and events that a sync gives. */
public enum ConditionReason {
  SUCCEEDED_GET_SCALE,
  FAILED_GET_SCALE,
  READY_FOR_NEW_SCALE,
  SCALE_DOWN_STABILIZED,
  SCALE_UP_STABILIZED,
  SUCCEEDED_RESCALE,
  FAILED_UPDATE_SCALE,

  VALID_METRIC_FOUND,
  FAILED_GET_RESOURCE_METRIC,
  FAILED_GET_CONTAINER_RESOURCE_METRIC,
  FAILED_GET_PODS_METRIC,
  FAILED_GET_OBJECT_METRIC,
  FAILED_GET_EXTERNAL_METRIC,
  INVALID_METRIC_SOURCE_TYPE,
  INVALID_SELECTOR,
  AMBIGUOUS_SELECTOR,
  SCALING_DISABLED,

  DESIRED_WITHIN_RANGE,
  SCALE_UP_LIMIT,
  SCALE_DOWN_LIMIT,
  TOO_MANY_REPLICAS,
  TOO_FEW_REPLICAS,

  SCALED_TO_ZERO,
  NOT_SCALED_TO_ZERO,

  // Of events only.
  SUCCESSFUL_RESCALE,
  FAILED_RESCALE,
  FAILED_COMPUTE_METRICS_REPLICAS,
  SELECTOR_REQUIRED;

  private final String text = camelCase(name());

  /** As Kubernetes spells it, for example {@code SucceededGetScale}. */
  public String text() {
    return text;
  }

  static String camelCase(String name) {
    StringBuilder text = new StringBuilder();
    for (String word : name.split("_")) {
      text.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return text.toString();
  }
}
