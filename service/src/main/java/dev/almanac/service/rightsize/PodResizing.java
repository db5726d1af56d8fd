package dev.almanac.service.rightsize;

import dev.almanac.actuator.kubernetes.PodResizes;
import dev.almanac.actuator.kubernetes.PodResizes.Result;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import dev.almanac.predictor.rightsizing.resize.ResizeRules;
import dev.almanac.predictor.rightsizing.resize.Resizer;
import dev.almanac.predictor.rightsizing.resize.Resizer.Step;
import dev.almanac.predictor.rightsizing.resize.RunningPod;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Resizes the pods of one workload: one first, the rest when that one has what was asked for. What
 * a pod had is in the ledger before anything is asked of it. Where a change restarts a container,
 * that one pod is all for this run.
 */
public final class PodResizing {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** So many pods in a row whose nodes have no room, and the rest is left for the next run. */
  private static final int MOST_FIRST = 3;

  /** So often our own rate limit is waited for, a second each. */
  private static final int MOST_WAITS = 5;

  private final PodResizes pods;
  private final ResizeLedger ledger;
  private final InstantSource clock;
  private final Duration patience;
  private final boolean dryRun;

  /**
   * Nothing is asked yet.
   *
   * @param patience how long a kubelet may take
   * @param dryRun only ask the API server what it would take
   */
  public PodResizing(
      PodResizes pods,
      ResizeLedger ledger,
      InstantSource clock,
      Duration patience,
      boolean dryRun) {
    this.pods = pods;
    this.ledger = ledger;
    this.clock = clock;
    this.patience = patience;
    this.dryRun = dryRun;
  }

  /** A pod that is to change. */
  private record Candidate(RunningPod pod, Step.Resize step) {}

  /**
   * Goes through the pods of a workload.
   *
   * @param advised what each of them should have, by container
   * @return what became of each, in their order
   * @throws IOException when the ledger cannot be written: then nothing more is asked
   */
  public List<Resized> resize(
      List<RunningPod> workload,
      Function<RunningPod, Map<String, ContainerResources>> advised,
      ResizeRules rules)
      throws IOException {
    Map<String, Resized> outcomes = new LinkedHashMap<>();
    List<Candidate> candidates = new ArrayList<>();
    for (RunningPod pod : workload) {
      Step step = Resizer.step(pod, advised.apply(pod), rules, ledger.refused(pod));
      switch (step) {
        case Step.Stay(var why, String text) -> put(outcomes, pod, Resized.Outcome.of(why), text);
        case Step.TakeBack(var to, String message) ->
            outcomes.put(pod.name(), infeasible(pod, to, message));
        case Step.Resize resize -> {
          candidates.add(new Candidate(pod, resize));
          put(outcomes, pod, Resized.Outcome.NEXT_RUN, "in a later run");
        }
      }
    }
    if (dryRun) {
      candidates.forEach(c -> outcomes.put(c.pod().name(), asked(c)));
    } else if (!candidates.isEmpty()) {
      boolean whole = workload.stream().allMatch(RunningPod::running);
      ledger.remember(candidates.stream().map(Candidate::pod).toList(), clock.instant());
      inTurn(candidates, whole, outcomes);
    }
    return List.copyOf(outcomes.values());
  }

  /**
   * Gives pods what they had before their first resize, at once; a container may restart for it,
   * one a workload and run.
   *
   * @param there all pods of the namespace
   */
  public List<Resized> giveBack(List<RunningPod> there, String namespace) throws IOException {
    ledger.keepOnly(namespace, there);
    ResizeRules atOnce =
        new ResizeRules(
            ResizeRules.DEFAULT.resources(), 1, true, ResourceList.NONE, ResourceList.NONE);
    Map<WorkloadName, List<RunningPod>> workloads = new TreeMap<>();
    for (RunningPod pod : there) {
      if (!ledger.found(pod).isEmpty()) {
        workloads.computeIfAbsent(pod.workload(), _ -> new ArrayList<>()).add(pod);
      }
    }
    List<Resized> outcomes = new ArrayList<>();
    for (List<RunningPod> workload : workloads.values()) {
      List<Resized> these = resize(workload, ledger::found, atOnce);
      outcomes.addAll(these);
      if (!dryRun) {
        List<String> done = new ArrayList<>();
        for (int i = 0; i < workload.size(); i++) {
          Resized.Outcome outcome = these.get(i).outcome();
          if (outcome == Resized.Outcome.RESIZED || outcome == Resized.Outcome.RIGHT) {
            done.add(workload.get(i).uid());
          }
        }
        ledger.forget(done);
      }
    }
    return outcomes;
  }

  private void inTurn(List<Candidate> candidates, boolean whole, Map<String, Resized> outcomes)
      throws IOException {
    int first = 0;
    boolean restarts = false;
    while (first < Math.min(MOST_FIRST, candidates.size())) {
      Candidate candidate = candidates.get(first++);
      restarts = restarts(candidate);
      if (restarts && !whole) {
        put(
            outcomes,
            candidate.pod(),
            Resized.Outcome.NEXT_RUN,
            "would restart a container while another pod of the workload does not run");
        return;
      }
      Resized outcome = awaited(candidate, asked(candidate), clock.millis() + patience.toMillis());
      outcomes.put(candidate.pod().name(), outcome);
      if (outcome.outcome() == Resized.Outcome.RESIZED) {
        break;
      }
      if (!outcome.outcome().sayNothingOfOthers()) {
        return;
      }
    }
    if (restarts || first >= candidates.size()) {
      return;
    }
    if (outcomes.values().stream().noneMatch(o -> o.outcome() == Resized.Outcome.RESIZED)) {
      return;
    }
    List<Candidate> rest = candidates.subList(first, candidates.size());
    Map<Candidate, Resized> sent = new LinkedHashMap<>();
    rest.forEach(c -> sent.put(c, asked(c)));
    long deadline = clock.millis() + patience.toMillis();
    for (var entry : sent.entrySet()) {
      outcomes.put(
          entry.getKey().pod().name(), awaited(entry.getKey(), entry.getValue(), deadline));
    }
  }

  private static boolean restarts(Candidate candidate) {
    return candidate.pod().containers().stream()
        .filter(c -> candidate.step().to().containsKey(c.name()))
        .anyMatch(c -> c.cpuRestarts() || c.memoryRestarts());
  }

  private Resized asked(Candidate candidate) {
    RunningPod pod = candidate.pod();
    String what = Resized.text(pod, candidate.step().to());
    return switch (send(pod, candidate.step().to())) {
      case Result.Accepted() ->
          outcome(
              pod,
              dryRun ? Resized.Outcome.WOULD_RESIZE : Resized.Outcome.UNDER_WAY,
              candidate.step().whole() ? what : what + ", a step");
      case Result.Changed(String why) -> outcome(pod, Resized.Outcome.CHANGED, why);
      case Result.Refused(String why) -> outcome(pod, Resized.Outcome.REFUSED, why);
      case Result.Later(String why) -> outcome(pod, Resized.Outcome.NEXT_RUN, why);
      case Result.Failed(String why) -> outcome(pod, Resized.Outcome.FAILED, why);
    };
  }

  /** Our own rate limit is waited for; everything else is an answer. */
  private Result send(RunningPod pod, Map<String, ContainerResources> to) {
    Result result = pods.resize(pod, to, dryRun);
    for (int i = 0; i < MOST_WAITS && result instanceof Result.Later; i++) {
      pause();
      result = pods.resize(pod, to, dryRun);
    }
    return result;
  }

  /** Waits until the kubelet has done it, or says why not. */
  private Resized awaited(Candidate candidate, Resized sent, long deadline) throws IOException {
    if (sent.outcome() != Resized.Outcome.UNDER_WAY) {
      return sent;
    }
    RunningPod pod = candidate.pod();
    while (true) {
      Optional<RunningPod> now = pods.pod(pod.workload().namespace(), pod.name());
      if (now.isPresent() && now.get().uid().equals(pod.uid())) {
        if (now.get().resize().isPresent()) {
          var condition = now.get().resize().get();
          switch (condition.state()) {
            case DEFERRED -> {
              return outcome(pod, Resized.Outcome.DEFERRED, "its node has no room yet");
            }
            case INFEASIBLE -> {
              Step step = Resizer.step(now.get(), Map.of(), ResizeRules.DEFAULT, Map.of());
              return infeasible(
                  now.get(),
                  step instanceof Step.TakeBack(var back, String _) ? back : Map.of(),
                  condition.message());
            }
            case IN_PROGRESS, ERROR -> {}
          }
        } else if (acted(now.get(), candidate.step().to())) {
          return outcome(pod, Resized.Outcome.RESIZED, sent.text());
        }
      }
      if (clock.millis() >= deadline) {
        return outcome(
            pod,
            Resized.Outcome.UNDER_WAY,
            sent.text() + "; not done after " + patience.toSeconds() + " s");
      }
      pause();
    }
  }

  /** Whether the status shows what was asked for. */
  private static boolean acted(RunningPod pod, Map<String, ContainerResources> to) {
    return Resizer.hasWhatItAsksFor(pod)
        && pod.containers().stream()
            .filter(c -> to.containsKey(c.name()))
            .allMatch(c -> c.actual().isPresent() && c.desired().equals(to.get(c.name())));
  }

  /** Ours is taken back and not asked for again; another's is left to it. */
  private Resized infeasible(RunningPod pod, Map<String, ContainerResources> back, String message)
      throws IOException {
    if (ledger.found(pod).isEmpty() || back.isEmpty()) {
      return outcome(pod, Resized.Outcome.INFEASIBLE, message);
    }
    if (dryRun) {
      return outcome(pod, Resized.Outcome.INFEASIBLE, "would be taken back: " + message);
    }
    Map<String, ContainerResources> asked = new LinkedHashMap<>();
    pod.containers().forEach(c -> asked.put(c.name(), c.desired()));
    ledger.refuse(pod, asked);
    String done = send(pod, back) instanceof Result.Accepted ? "taken back" : "not taken back";
    return outcome(pod, Resized.Outcome.INFEASIBLE, done + ": " + message);
  }

  private static void put(
      Map<String, Resized> outcomes, RunningPod pod, Resized.Outcome outcome, String text) {
    outcomes.put(pod.name(), outcome(pod, outcome, text));
  }

  private static Resized outcome(RunningPod pod, Resized.Outcome outcome, String text) {
    return new Resized(pod.workload(), pod.name(), outcome, text);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
