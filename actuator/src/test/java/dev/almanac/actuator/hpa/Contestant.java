package dev.almanac.actuator.hpa;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.actuator.hpa.MetricsApis.Answer;
import dev.almanac.predictor.scaling.hpa.Behavior;
import dev.almanac.predictor.scaling.hpa.Condition;
import dev.almanac.predictor.scaling.hpa.History;
import dev.almanac.predictor.scaling.hpa.History.Recommendation;
import dev.almanac.predictor.scaling.hpa.Hpa;
import dev.almanac.predictor.scaling.hpa.HpaInput;
import dev.almanac.predictor.scaling.hpa.HpaInput.Gates;
import dev.almanac.predictor.scaling.hpa.HpaInput.Scale;
import dev.almanac.predictor.scaling.hpa.HpaInput.ScaleUpdate;
import dev.almanac.predictor.scaling.hpa.HpaInput.Selector;
import dev.almanac.predictor.scaling.hpa.HpaResult;
import dev.almanac.predictor.scaling.hpa.HpaSettings;
import dev.almanac.predictor.scaling.hpa.HpaSpec;
import dev.almanac.predictor.scaling.hpa.HpaState;
import dev.almanac.predictor.scaling.hpa.HpaStatus;
import dev.almanac.predictor.scaling.hpa.MetricAnswer;
import dev.almanac.predictor.scaling.hpa.Pod;
import dev.almanac.predictor.scaling.hpa.ScaleEvent;
import dev.almanac.predictor.scaling.hpa.ScalingRules;
import dev.almanac.predictor.scaling.hpa.ScalingRules.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/*
 * One HPA, held beside the rule sync by sync.
 *
 * The controller syncs when it likes and reads its own clock, so two things make the comparison
 * exact. First, a sync gets its metrics only when the world has been still for SETTLE; every other
 * sync is answered "not prepared", and changes nothing but conditions. Secondly, the times that the
 * controller has noted are known only to lie between our answer and the change of the status that
 * we see. A sync is answered at a moment when no age of a noted time can be on either side of a
 * window's edge; and if the machine was so slow that it could be all the same, this HPA leaves the
 * race instead of being compared.
 */
/** One HPA and the rule beside it. */
final class Contestant {
  /** Caches of the controller are this fresh; see the comment above. */
  static final Duration SETTLE = Duration.ofMillis(700);

  /** Within this after the answer the controller has noted its times, on a machine at ease. */
  private static final Duration MARGIN = Duration.ofMillis(400);

  /** Then another takes its place, of another kind. */
  private static final int MOST_SYNCS = 25;

  private static final Duration PATIENCE = Duration.ofMillis(2_500);
  static final String NOT_PREPARED = "not prepared";

  final String app;
  final HpaSpec spec;
  private final HpaSettings settings;
  private final World world;
  private final Load load;

  private int size;
  private HpaState state;
  private Instant preparedFrom = Instant.MAX;
  private boolean greeted;
  private boolean rests;
  private Optional<Sync> current = Optional.empty();

  /** Which metrics of the current sync have been given: a next sync must not get them too. */
  private final Set<Integer> given = new HashSet<>();

  private final Map<Instant, Instant> notedBy = new HashMap<>();

  /** What was compared. */
  int compared;

  int rescaled;
  final List<String> differences = new ArrayList<>();
  Optional<String> left = Optional.empty();

  /** A sync that has been given its metrics. */
  private record Sync(Instant at, List<MetricAnswer> metrics, HpaResult expected) {}

  Contestant(String app, HpaSpec spec, int size, HpaSettings settings, World world, Load load) {
    this.app = app;
    this.spec = spec;
    this.size = size;
    this.settings = settings;
    this.world = world;
    this.load = load;
    this.state = HpaState.cold(HpaStatus.fresh());
  }

  boolean running() {
    return left.isEmpty() && differences.isEmpty() && compared < MOST_SYNCS;
  }

  // ---------------------------------------------------------------- the controller asks

  /** Answers a question of the controller, possibly after a while. */
  Answer answer(int metric) {
    int index = metric < 0 ? load.usageIndex(spec) : metric;
    synchronized (this) {
      Instant now = Instant.now();
      if (!greeted) {
        // Its first sync, whatever the answer, remembers the size.
        greeted = true;
        state = Hpa.reconcile(input(now, Load.unavailable(spec, NOT_PREPARED)), state).next();
        notedBy.put(now, now.plus(MARGIN));
        preparedFrom = now.plus(SETTLE);
        return Answer.failure(NOT_PREPARED);
      }
      if (index == 0 && current.isEmpty() && !now.isBefore(preparedFrom)) {
        begin(now);
      }
      return current
          .filter(_ -> given.add(index))
          .map(sync -> load.body(spec, index, sync.metrics().get(index), app))
          .orElseGet(() -> Answer.failure(NOT_PREPARED));
    }
  }

  private void begin(Instant asked) {
    Instant now = asked;
    while (!clear(now, MARGIN)) {
      if (Duration.between(asked, now).compareTo(PATIENCE) > 0) {
        return; // the next sync will ask again
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      now = Instant.now();
    }
    List<MetricAnswer> metrics = load.next(spec, size, world.statusReplicas(), world.pods(), now);
    HpaResult expected = Hpa.reconcile(input(now, metrics), state);
    current = Optional.of(new Sync(now, metrics, expected));
    given.clear();
  }

  private HpaInput input(Instant at, List<MetricAnswer> metrics) {
    return new HpaInput(
        at,
        settings,
        Gates.DEFAULT,
        spec,
        new Scale.Read(size, world.statusReplicas(), Selector.VALID),
        world.pods(),
        metrics,
        ScaleUpdate.ACCEPTED);
  }

  /** Whether no age can lie on either side of an edge between now and so much later. */
  private boolean clear(Instant now, Duration later) {
    Instant end = now.plus(later);
    History history = state.history().orElseThrow();
    List<Duration> windows = new ArrayList<>();
    List<Duration> periods = new ArrayList<>();
    spec.behavior()
        .ifPresentOrElse(
            behavior -> collect(behavior, windows, periods),
            () -> windows.add(settings.downscaleStabilization()));
    for (Recommendation r : history.recommendations()) {
      if (straddles(r.at(), windows, now, end)) {
        return false;
      }
    }
    for (List<ScaleEvent> log : List.of(history.scaleUps(), history.scaleDowns())) {
      for (ScaleEvent e : log) {
        if (straddles(e.at(), periods, now, end)) {
          return false;
        }
      }
    }
    for (Pod pod : world.pods()) {
      if (pod.startTime().isPresent()) {
        Instant edge = pod.startTime().get().plus(settings.cpuInitialization());
        if (!now.isAfter(edge) && !end.isBefore(edge)) {
          return false;
        }
      }
    }
    return true;
  }

  private static void collect(Behavior behavior, List<Duration> windows, List<Duration> periods) {
    for (ScalingRules rules : List.of(behavior.scaleUp(), behavior.scaleDown())) {
      windows.add(rules.stabilizationWindow());
      for (Policy policy : rules.policies()) {
        periods.add(policy.period());
      }
    }
  }

  private boolean straddles(Instant at, List<Duration> edges, Instant now, Instant end) {
    Instant noted = notedBy.getOrDefault(at, at.plus(MARGIN));
    for (Duration edge : edges) {
      // Nothing is younger than zero: a window of zero has no edge.
      if (edge.isPositive() && !now.isAfter(noted.plus(edge)) && !end.isBefore(at.plus(edge))) {
        return true;
      }
    }
    return false;
  }

  // ---------------------------------------------------------------- the controller has answered

  /** Whether the world waits to be changed; true once after each compared sync. */
  synchronized boolean resting() {
    boolean was = rests;
    rests = false;
    return was;
  }

  /** Hears of a change of the HPA's status; returns whether a sync was compared. */
  synchronized boolean changed(JsonNode status, Instant seen) {
    if (current.isEmpty() || status.toString().contains(NOT_PREPARED)) {
      return false;
    }
    Sync sync = current.get();
    current = Optional.empty();
    preparedFrom = Instant.MAX;
    if (!clear(sync.at(), Duration.between(sync.at(), seen))) {
      left = Optional.of("the machine was too slow to know which side of an edge a time was on");
      return false;
    }
    compare(sync, status);
    state = sync.expected().next();
    notedBy.put(sync.at(), seen);
    size = sync.expected().rescaled() ? sync.expected().desiredReplicas() : size;
    compared++;
    rests = true;
    rescaled += sync.expected().rescaled() ? 1 : 0;
    return true;
  }

  private void compare(Sync sync, JsonNode status) {
    HpaStatus ours = sync.expected().next().status();
    Map<String, String> expected = new TreeMap<>();
    Map<String, String> actual = new TreeMap<>();
    expected.put("desiredReplicas", String.valueOf(ours.desiredReplicas()));
    actual.put("desiredReplicas", status.path("desiredReplicas").asText("0"));
    expected.put("currentReplicas", String.valueOf(ours.currentReplicas()));
    actual.put("currentReplicas", status.path("currentReplicas").asText("0"));
    for (Condition c : ours.conditions()) {
      expected.put(c.type().text(), c.status().text() + " " + c.reason());
    }
    for (JsonNode c : status.path("conditions")) {
      actual.put(
          c.path("type").asText(), c.path("status").asText() + " " + c.path("reason").asText());
    }
    expected.put("currentMetrics", Load.shown(ours.currentMetrics()));
    actual.put("currentMetrics", Load.shown(status.path("currentMetrics")));
    if (!expected.equals(actual)) {
      differences.add(
          "%s after %d syncs at %s: expected %s, was %s; size %d, status %d, %s, pods %s, metrics %s, state %s, message %s"
              .formatted(
                  app,
                  compared,
                  sync.at(),
                  expected,
                  actual,
                  size,
                  world.statusReplicas(),
                  spec,
                  world.pods(),
                  sync.metrics(),
                  state,
                  status.path("conditions")));
    }
  }

  // ---------------------------------------------------------------- between syncs

  /** Changes the world; afterwards the next sync may be answered. */
  void live() {
    int wanted;
    synchronized (this) {
      wanted = size;
    }
    world.live(wanted);
    synchronized (this) {
      preparedFrom = Instant.now().plus(SETTLE);
    }
  }

  void features(Set<String> seen) {
    Specs.features(spec, seen);
  }
}
