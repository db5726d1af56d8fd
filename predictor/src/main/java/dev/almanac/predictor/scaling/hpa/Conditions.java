package dev.almanac.predictor.scaling.hpa;

import dev.almanac.predictor.scaling.hpa.Condition.Status;
import dev.almanac.predictor.scaling.hpa.Condition.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The conditions while a sync works on them. A condition keeps its place in the list, and its time
 * while its status stays.
 */
final class Conditions {
  private final Instant now;
  private final List<Condition> list;

  Conditions(List<Condition> before, Instant now) {
    this.now = now;
    this.list = new ArrayList<>(before);
  }

  void set(Type type, boolean holds, ConditionReason reason) {
    Status status = holds ? Status.TRUE : Status.FALSE;
    for (int i = 0; i < list.size(); i++) {
      Condition before = list.get(i);
      if (before.type() == type) {
        Instant since = before.status() == status ? before.since() : now;
        list.set(i, new Condition(type, status, reason.text(), since));
        return;
      }
    }
    list.add(new Condition(type, status, reason.text(), now));
  }

  void remove(Type type) {
    list.removeIf(c -> c.type() == type);
  }

  boolean holds(Type type) {
    return list.stream().anyMatch(c -> c.type() == type && c.status() == Status.TRUE);
  }

  List<Condition> list() {
    return list;
  }
}
