package dev.almanac.service.view;

import java.util.List;

/**
 * The whole fleet at one instant.
 *
 * @param fleet what holds for all workloads together
 * @param rows one a workload, each name once, in any order
 */
public record Overview(FleetSummary fleet, List<WorkloadRow> rows) {

  /** Copies the list. */
  public Overview {
    rows = List.copyOf(rows);
  }
}
