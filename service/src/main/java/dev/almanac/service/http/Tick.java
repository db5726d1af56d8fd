package dev.almanac.service.http;

import dev.almanac.service.view.Evidence;
import dev.almanac.service.view.FleetSummary;
import dev.almanac.service.view.Overview;
import dev.almanac.service.view.WorkloadName;
import dev.almanac.service.view.WorkloadRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What changed from one snapshot to the next. A reader that is not at {@code previous} has missed
 * something and asks for the whole again.
 *
 * @param revision number of the snapshot that this leads to
 * @param previous number of the snapshot that it starts from
 * @param fleet the new summary
 * @param rows rows that are new or look different
 * @param removed names of rows that are gone
 */
record Tick(
    long revision,
    long previous,
    FleetSummary fleet,
    List<WorkloadRow> rows,
    List<WorkloadName> removed) {

  /** An overview with its number. */
  record Snapshot(long revision, Overview overview, Map<WorkloadName, WorkloadRow> byName) {
    static Snapshot of(long revision, Overview overview) {
      Map<WorkloadName, WorkloadRow> byName = HashMap.newHashMap(overview.rows().size());
      for (WorkloadRow row : overview.rows()) {
        byName.put(row.workload(), row);
      }
      return new Snapshot(revision, overview, byName);
    }

    /** The answer to whoever asks for the whole. */
    Whole whole() {
      return new Whole(revision, overview.fleet(), overview.rows());
    }
  }

  /** A whole snapshot as it is sent. */
  record Whole(long revision, FleetSummary fleet, List<WorkloadRow> rows) {}

  static Tick between(Snapshot before, Snapshot after) {
    List<WorkloadRow> changed = new ArrayList<>();
    for (WorkloadRow row : after.overview().rows()) {
      WorkloadRow old = before.byName().get(row.workload());
      if (old == null || !looks(old).equals(looks(row))) {
        changed.add(row);
      }
    }
    List<WorkloadName> removed = new ArrayList<>();
    for (WorkloadName name : before.byName().keySet()) {
      if (!after.byName().containsKey(name)) {
        removed.add(name);
      }
    }
    return new Tick(
        after.revision(), before.revision(), after.overview().fleet(), changed, removed);
  }

  /**
   * A row as it is seen. Fresh evidence is newer at each tick and looks the same; to send every row
   * of 10,000 for that would be no difference at all.
   */
  private static WorkloadRow looks(WorkloadRow row) {
    if (row.evidence().kind() != Evidence.Kind.FRESH) {
      return row;
    }
    return new WorkloadRow(
        row.workload(),
        row.stage(),
        row.replicas(),
        row.reason(),
        row.hold(),
        row.next(),
        row.shortMinutes(),
        new Evidence(Evidence.Kind.FRESH, Optional.empty()),
        row.riskOrder());
  }
}
