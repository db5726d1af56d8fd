package dev.almanac.simulator.script;

import dev.almanac.predictor.scaling.FloorSchedule;
import dev.almanac.predictor.scaling.Guards;
import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.StepCaps;
import dev.almanac.simulator.script.Expectation.Claim;
import dev.almanac.simulator.script.Script.Act;
import dev.almanac.simulator.script.Script.Fault;
import dev.almanac.simulator.script.Script.Runner;
import dev.almanac.simulator.script.Script.Signal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a script: one statement a line, {@code #} begins a comment. The reference page has all. */
public final class ScriptReader {
  private static final Pattern TERM =
      Pattern.compile("(_|[0-9.]+)(?:([+-])([0-9.]+))?(?:x([0-9]+))?");
  private static final Pattern TIME = Pattern.compile("(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?");

  /** A Monday, midnight in UTC. */
  private static final Instant BEGINS = Instant.parse("2026-03-02T00:00:00Z");

  private static final int MOST_MINUTES = 20_160;

  /** Whether a kind of fault has a number or a name behind it. */
  private static final Map<String, String> FAULTS =
      Map.ofEntries(
          Map.entry("metrics empty", ""),
          Map.entry("metrics refused", ""),
          Map.entry("metrics invalid", ""),
          Map.entry("metrics stale", ""),
          Map.entry("metrics flat", "time"),
          Map.entry("metrics partial", "number"),
          Map.entry("metrics times", "number"),
          Map.entry("metrics pods", "number"),
          Map.entry("metrics ahead", "time"),
          Map.entry("metrics behind", "time"),
          Map.entry("forecast missing", ""),
          Map.entry("pods pending", ""),
          Map.entry("pods crashing", ""),
          Map.entry("quota pods", "number"),
          Map.entry("rollout surge", "number"),
          Map.entry("writes forbidden", ""),
          Map.entry("writes throttled", ""),
          Map.entry("writes conflict", ""),
          Map.entry("target missing", ""),
          Map.entry("target unreachable", ""),
          Map.entry("scaler beside", "name"),
          Map.entry("spec paused", ""),
          Map.entry("annotation paused", ""),
          Map.entry("switch killed", ""));

  private final String name;
  private final List<String> covers = new ArrayList<>();
  private Set<Runner> runners = EnumSet.allOf(Runner.class);
  private Instant begins = BEGINS;
  private final Map<String, String> workload = new HashMap<>();
  private double[] load = {};
  private final List<Signal> signals = new ArrayList<>();
  private final List<Guards.Veto> vetoes = new ArrayList<>();
  private final List<FloorSchedule> floors = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final List<Act> acts = new ArrayList<>();
  private final List<Expectation> expectations = new ArrayList<>();
  private int line;

  private ScriptReader(String name) {
    this.name = name;
  }

  /**
   * Reads a script.
   *
   * @param name for messages
   * @throws IllegalArgumentException with the line and what is wrong with it
   */
  public static Script read(String name, String text) {
    ScriptReader reader = new ScriptReader(name);
    for (String line : text.lines().toList()) {
      reader.line++;
      String statement = line.replaceFirst("#.*", "").strip();
      if (!statement.isEmpty()) {
        try {
          reader.statement(new ArrayDeque<>(Arrays.asList(statement.split("\\s+"))));
        } catch (RuntimeException e) {
          throw new IllegalArgumentException(
              "%s:%d: %s".formatted(name, reader.line, e.getMessage()), e);
        }
      }
    }
    return reader.script();
  }

  private void statement(Deque<String> words) {
    String verb = words.remove();
    switch (verb) {
      case "covers" -> covers.addAll(words);
      case "runs" -> {
        runners = EnumSet.noneOf(Runner.class);
        words.forEach(word -> runners.add(Runner.valueOf(word.toUpperCase(Locale.ROOT))));
      }
      case "begins" -> begins = Instant.parse(words.remove());
      case "workload" -> {
        workload.put("name", words.remove());
        for (String word : words) {
          String[] pair = word.split("=", 2);
          require(pair.length == 2, "key=value is expected, not " + word);
          workload.put(pair[0], pair[1]);
        }
      }
      case "load" -> {
        take(words, "every", "1m", "requests", "=");
        load = terms(words);
      }
      case "signal" -> {
        String signal = words.remove();
        take(words, "every", "1m", "=");
        signals.add(new Signal(signal, terms(words)));
      }
      case "veto" -> {
        String veto = words.remove();
        take(words, ">");
        vetoes.add(new Guards.Veto(veto, number(words.remove())));
      }
      case "floor" -> floor(words);
      case "fault" -> fault(words);
      case "act" -> act(words);
      case "expect" -> expect(words);
      default -> throw new IllegalArgumentException("no statement begins with " + verb);
    }
    require(
        words.isEmpty() || List.of("covers", "runs", "workload").contains(verb),
        "not understood: " + String.join(" ", words));
  }

  private void floor(Deque<String> words) {
    int replicas = (int) number(words.remove());
    take(words, "daily");
    LocalTime from = LocalTime.parse(words.remove());
    take(words, "to");
    LocalTime to = LocalTime.parse(words.remove());
    floors.add(
        FloorSchedule.daily("floor " + replicas, from, to, ZoneId.of(words.remove()), replicas));
  }

  private void fault(Deque<String> words) {
    String what = words.remove() + " " + words.remove();
    String kind = FAULTS.get(what);
    require(kind != null, "no such fault: %s; known are %s".formatted(what, FAULTS.keySet()));
    double amount = Double.NaN;
    String text = "";
    switch (String.valueOf(kind)) {
      case "number" -> amount = number(words.remove());
      case "time" -> amount = time(words.remove()).toSeconds();
      case "name" -> text = words.remove().replace('_', ' ');
      default -> {}
    }
    take(words, "from");
    Duration from = time(words.remove());
    take(words, "to");
    faults.add(new Fault(what, amount, text, from, time(words.remove())));
  }

  private void act(Deque<String> words) {
    String when = words.remove();
    List<Duration> times = new ArrayList<>();
    if (when.equals("at")) {
      times.add(time(words.remove()));
    } else {
      require(when.equals("every"), "at or every is expected, not " + when);
      Duration every = time(words.remove());
      take(words, "from");
      Duration from = time(words.remove());
      take(words, "to");
      Duration to = time(words.remove());
      require(every.isPositive(), "every needs a time above 0");
      for (Duration t = from; t.compareTo(to) < 0; t = t.plus(every)) {
        times.add(t);
      }
    }
    String who = words.remove();
    String what = words.remove();
    double amount =
        switch (what) {
          case "sets" -> number(words.remove());
          case "restarts" -> words.isEmpty() ? 0 : cold(words.remove());
          case "freezes" -> time(words.remove()).toSeconds();
          case "clock" -> signedSeconds(words.remove());
          default -> throw new IllegalArgumentException("nobody can do this: " + what);
        };
    times.forEach(at -> acts.add(new Act(at, who, what, amount)));
  }

  private static double cold(String word) {
    require(word.equals("cold"), "restarts, or restarts cold, not " + word);
    return 1;
  }

  private static double signedSeconds(String word) {
    return (word.startsWith("-") ? -1 : 1) * time(word.substring(1)).toSeconds();
  }

  private void expect(Deque<String> words) {
    String when = words.remove();
    String times = words.remove();
    String[] ends = times.split("\\.\\.", 2);
    require(
        List.of("at", "during", "by").contains(when) && (ends.length == 2) == when.equals("during"),
        "at T, by T or during A..B is expected");
    Duration last = time(ends[ends.length - 1]);
    Duration first = when.equals("by") ? Duration.ZERO : time(ends[0]);
    List<Claim> claims = new ArrayList<>();
    while (!words.isEmpty()) {
      claims.add(claim(words));
    }
    require(!claims.isEmpty(), "nothing is claimed");
    expectations.add(new Expectation(line, when, first, last, List.copyOf(claims)));
  }

  private static Claim claim(Deque<String> words) {
    String word = words.remove();
    return switch (word) {
      case "hold" -> new Claim.Hold();
      case "reason" -> new Claim.Because(ReasonCode.valueOf(words.remove()));
      case "skipped" -> new Claim.Skipped(words.remove());
      case "never" -> {
        String side = words.remove();
        require(side.equals("below") || side.equals("above"), "never below or above");
        yield new Claim.Size(
            "replicas", side.equals("below") ? ">=" : "<=", (int) number(words.remove()));
      }
      case "replicas", "ready", "proposed" ->
          new Claim.Size(word, words.remove(), (int) number(words.remove()));
      case "writes", "rises", "falls", "changes", "removals" ->
          new Claim.Count(word, words.remove(), (int) number(words.remove()));
      default -> throw new IllegalArgumentException("no claim begins with " + word);
    };
  }

  /** {@code 1000x120 _x10 1000+50x30}: value x count, a gap, a ramp. */
  private static double[] terms(Deque<String> words) {
    double[] values = new double[MOST_MINUTES];
    int n = 0;
    while (!words.isEmpty()) {
      String word = words.remove();
      Matcher term = TERM.matcher(word);
      require(term.matches(), "not a term: " + word);
      double value = term.group(1).equals("_") ? Double.NaN : Double.parseDouble(term.group(1));
      double step =
          term.group(3) == null
              ? 0
              : Double.parseDouble(term.group(3)) * (term.group(2).equals("-") ? -1 : 1);
      int count = term.group(4) == null ? 1 : Integer.parseInt(term.group(4));
      require(n + count <= MOST_MINUTES, "is longer than two weeks");
      for (int i = 0; i < count; i++) {
        values[n++] = value + i * step;
      }
    }
    require(n > 0, "has no value");
    return Arrays.copyOf(values, n);
  }

  private static Duration time(String word) {
    Matcher m = TIME.matcher(word);
    require(m.matches() && !word.isEmpty(), "not a time: " + word);
    return Duration.ofHours(part(m.group(1)))
        .plusMinutes(part(m.group(2)))
        .plusSeconds(part(m.group(3)));
  }

  private static long part(@org.jspecify.annotations.Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  private static double number(String word) {
    return Double.parseDouble(word);
  }

  private static void take(Deque<String> words, String... expected) {
    for (String word : expected) {
      String found = words.isEmpty() ? "the end" : words.remove();
      require(found.equals(word), "%s is expected, not %s".formatted(word, found));
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private Script script() {
    try {
      require(!workload.isEmpty() && load.length > 0, "needs a workload and its load");
      require(!expectations.isEmpty(), "expects nothing");
      Map<String, String> left = new HashMap<>(workload);
      String workloadName = String.valueOf(left.remove("name"));
      int count = whole(left, "count", "1");
      int start = whole(left, "start", "10");
      Duration lag = time(text(left, "lag", "60s"));
      ScalingPolicy policy = policy(left);
      require(left.isEmpty(), "a workload has no " + left.keySet());
      return new Script(
          name,
          List.copyOf(covers),
          Set.copyOf(runners),
          begins,
          new Script.Workload(workloadName, count, start, lag, policy),
          load,
          List.copyOf(signals),
          List.copyOf(faults),
          List.copyOf(acts),
          List.copyOf(expectations));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  private ScalingPolicy policy(Map<String, String> left) {
    String stage = text(left, "stage", "Floor");
    ScalingPolicy plain =
        ScalingPolicy.of(
            whole(left, "min", "2"),
            whole(left, "max", "50"),
            Stage.valueOf(stage.toUpperCase(Locale.ROOT)),
            number(text(left, "target", "100")));
    StepCaps caps =
        new StepCaps(
            time(text(left, "window", "60s")),
            whole(left, "up", "32"),
            number(text(left, "upshare", "7")),
            number(text(left, "downshare", "0.25")));
    Guards guards =
        Guards.NONE
            .with(Guards.Direction.valueOf(text(left, "direction", "BOTH")))
            .with(List.copyOf(vetoes));
    String coverage = text(left, "coverage", "");
    return new ScalingPolicy(
        plain.minReplicas(),
        plain.maxReplicas(),
        plain.stage(),
        plain.perReplica(),
        plain.reactive(),
        time(text(left, "interval", "15s")),
        plain.maxAge(),
        plain.leadTime(),
        plain.risk(),
        caps,
        coverage.isEmpty() ? guards : guards.withLeastCoverage(number(coverage)),
        List.copyOf(floors));
  }

  private static int whole(Map<String, String> left, String key, String fallback) {
    return Integer.parseInt(text(left, key, fallback));
  }

  private static String text(Map<String, String> left, String key, String fallback) {
    String value = left.remove(key);
    return value == null ? fallback : value;
  }
}
