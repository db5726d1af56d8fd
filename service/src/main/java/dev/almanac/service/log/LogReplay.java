package dev.almanac.service.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Step;
import dev.almanac.service.log.LineInspector.Finding;
import dev.almanac.service.log.LineInspector.Flaw;
import dev.almanac.service.log.LineReader.Line;
import dev.almanac.service.log.LogLine.Cause;
import dev.almanac.service.log.LogLine.Entry;
import dev.almanac.service.log.LogLine.Header;
import dev.almanac.service.log.LogLine.Opened;
import dev.almanac.service.log.LogLine.Snapshot;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Goes through files of a log in order and makes every step again. {@link LogVerifier} reports what
 * it finds wrong, {@link LogRestore} takes the states that it ends with, {@link LogSearch} listens
 * for one step.
 *
 * <p>Every record is written again from what was recomputed, and the bytes compared. What can be
 * read and follows from the state before is good; a state that records were lost of is only
 * believed again once a later record of its workload proves it, or a snapshot replaces it.
 */
final class LogReplay {
  private static final int MOST_PROBLEMS = 20;

  private final Autoscaler autoscaler = new Autoscaler();
  private final Listener listener;
  private final Optional<byte[][]> wanted;

  /** States in the file being read, and those that the files before ended with. */
  private final Map<String, Chain> chains = new HashMap<>();

  private final Map<String, Chain> earlier = new HashMap<>();

  /** Workloads whose records could not be followed, with the place where that was noticed. */
  private final SortedMap<String, String> lost = new TreeMap<>();

  private final TreeSet<String> workloads = new TreeSet<>();
  private final TreeSet<String> products = new TreeSet<>();
  private final List<LogVerifier.Problem> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long problemCount;
  private long records;
  private long unproven;
  private int files;

  private String file = "";
  private long line;
  private boolean damaged;
  private Optional<LogVerifier.Problem> cutOff = Optional.empty();

  /** Hears every step that was made again with the same result. */
  interface Listener {
    /** Hears nothing. */
    Listener NONE = (policyHash, policy, before, entry) -> {};

    /** A step, with what it was made from. */
    void step(String policyHash, ScalingPolicy policy, AutoscalerState before, Entry entry);
  }

  /** One workload's part of the log. */
  static final class Chain {
    private final ScalingPolicy policy;
    private final String policyHash;
    private AutoscalerState state;
    private Optional<Decision> decision;
    private Instant at;

    /** Whether a line was lost that may have been this workload's. */
    private boolean doubtful;

    Chain(Snapshot snapshot) {
      policy = snapshot.policy();
      policyHash = snapshot.policyHash();
      state = snapshot.state();
      decision = snapshot.decision();
      at = snapshot.at();
    }

    void advance(Entry entry, AutoscalerState next) {
      state = next;
      decision = Optional.of(entry.decision());
      at = entry.observation().at();
      doubtful = false;
    }

    DecisionLog.Restored restored() {
      return new DecisionLog.Restored(policy, policyHash, state, decision, at);
    }
  }

  /** A replay of all workloads. */
  LogReplay() {
    this(Listener.NONE);
  }

  /** A replay of all workloads that somebody listens to. */
  LogReplay(Listener listener) {
    this.listener = listener;
    wanted = Optional.empty();
  }

  /** A replay of one workload that passes over the lines of all others unread. */
  LogReplay(String workload, Listener listener) {
    this.listener = listener;
    String start = new String(RecordCodec.of(Workload.class).write(new Workload(workload)), UTF_8);
    String name = start.substring(1, start.length() - 1) + ",";
    wanted =
        Optional.of(
            new byte[][] {
              "{\"type\":\"header\",".getBytes(UTF_8),
              ("{\"type\":\"snapshot\"," + name).getBytes(UTF_8),
              ("{\"type\":\"decision\"," + name).getBytes(UTF_8)
            });
  }

  private record Workload(String workload) {}

  /** Reads one file, which must be the one after the file before, if there was one. */
  void read(LogFile log) {
    chains.forEach(earlier::put);
    chains.clear();
    damaged = false;
    file = log.name();
    line = 0;
    files++;
    try (LineReader lines = LineReader.open(log.path())) {
      if (readHeader(lines)) {
        for (Optional<Line> next = lines.next(); next.isPresent(); next = lines.next()) {
          line = next.get().number();
          if (isWanted(next.get().bytes())) {
            read(LineInspector.inspect(next.get(), lines));
          }
        }
      }
    } catch (NoSuchFileException e) {
      files--;
      notes.add(file + " was removed while the log was read");
      doubtAll();
    } catch (IOException e) {
      problem(new Flaw(0, "", "cannot be read: " + e.getMessage(), "", ""));
      doubtAll();
    }
  }

  private boolean isWanted(byte[] bytes) {
    if (wanted.isEmpty()) {
      return true;
    }
    for (byte[] start : wanted.get()) {
      if (bytes.length > start.length
          && Arrays.equals(bytes, 0, start.length, start, 0, start.length)) {
        return true;
      }
    }
    return false;
  }

  /** Says that files are missing before the next one. */
  void gap(String missing) {
    file = missing;
    line = 0;
    problem(new Flaw(0, "", "is missing", "", ""));
    doubtAll();
  }

  /** Reads the first line; false when the rest is in a format that this version does not read. */
  private boolean readHeader(LineReader lines) throws IOException {
    Optional<Line> first = lines.next();
    line = 1;
    if (first.isEmpty()) {
      problem(new Flaw(0, "", "is empty", "", ""));
      doubtAll();
      return false;
    }
    Finding finding = LineInspector.inspect(first.get(), lines);
    Optional<LogLine> content = content(finding);
    settleCutOff(content);
    if (content.isEmpty()) {
      return !(finding instanceof Finding.CutOff);
    }
    if (!(content.get() instanceof Header header)) {
      problem(new Flaw(1, "type", "the first line must be the header", "", "header"));
      read(finding);
      return true;
    }
    products.add(header.product());
    if (header.format() > Header.FORMAT) {
      String reason = "written by %s in a newer format".formatted(header.product());
      String recorded = String.valueOf(header.format());
      problem(new Flaw(0, "format", reason, recorded, "at most " + Header.FORMAT));
      // Whatever the files before say is older than what cannot be read here.
      earlier.keySet().forEach(workload -> lost.put(workload, place()));
      earlier.clear();
      return false;
    }
    compare(finding, LineCodec.bytes(header, Optional.empty()));
    return true;
  }

  /** A file that was full ends with a whole line; any other may have been cut off by a kill. */
  private void settleCutOff(Optional<LogLine> header) {
    if (header.isPresent()
        && header.get() instanceof Header(int _, String _, Opened opened)
        && opened == Opened.ROTATION) {
      cutOff.ifPresent(this::problem);
    } else {
      cutOff.ifPresent(p -> notes.add(p.toString()));
    }
    cutOff = Optional.empty();
  }

  /** Ends the replay. */
  void end() {
    settleCutOff(Optional.empty());
    if (unproven > 0) {
      notes.add(unproven + " records could not be made again for want of what stood before them");
    }
  }

  private void read(Finding finding) {
    Optional<LogLine> content = content(finding);
    if (content.isEmpty()) {
      return;
    }
    switch (content.get()) {
      case Header _ ->
          problem(new Flaw(1, "type", "a header stands inside the file", "header", ""));
      case Snapshot snapshot -> snapshot(snapshot, finding);
      case Entry entry -> entry(entry, finding);
    }
  }

  /** What a line says; reports what is wrong with it. */
  private Optional<LogLine> content(Finding finding) {
    return switch (finding) {
      case Finding.Sound(LogLine content, byte[] _) -> Optional.of(content);
      case Finding.Repaired(LogLine content, byte[] _, Flaw flaw) -> {
        problem(flaw);
        yield Optional.of(content);
      }
      case Finding.Unreadable(Flaw flaw) -> {
        problem(flaw);
        doubtAll();
        yield Optional.empty();
      }
      case Finding.CutOff(int length) -> {
        String reason = "the last line is cut off after %,d bytes".formatted(length);
        cutOff = Optional.of(at(new Flaw(0, "", reason, "", "")));
        doubtAll();
        yield Optional.empty();
      }
    };
  }

  private static byte[] bytes(Finding finding) {
    return switch (finding) {
      case Finding.Sound(LogLine _, byte[] bytes) -> bytes;
      case Finding.Repaired(LogLine _, byte[] bytes, Flaw _) -> bytes;
      case Finding.Unreadable _, Finding.CutOff _ -> new byte[0];
    };
  }

  private void snapshot(Snapshot snapshot, Finding finding) {
    String workload = snapshot.workload();
    workloads.add(workload);
    compare(finding, LineCodec.bytes(snapshot, Optional.empty()));
    String hash = DecisionLog.policyHash(snapshot.policy());
    if (!hash.equals(snapshot.policyHash())) {
      problem(new Flaw(0, "policyHash", "is not that of policy", snapshot.policyHash(), hash));
    }
    Optional<Chain> before =
        switch (snapshot.cause()) {
          case START, GAP -> Optional.empty();
          case POLICY -> Optional.ofNullable(chains.get(workload));
          case ROTATION -> Optional.ofNullable(earlier.get(workload));
        };
    before.filter(chain -> !chain.doubtful).ifPresent(chain -> mustContinue(chain, snapshot));
    chains.put(workload, new Chain(snapshot));
    earlier.remove(workload);
    lost.remove(workload);
  }

  /** A snapshot in the middle says what the records before it have led to. */
  private void mustContinue(Chain chain, Snapshot snapshot) {
    boolean rotation = snapshot.cause() == Cause.ROTATION;
    Snapshot expected =
        new Snapshot(
            snapshot.workload(),
            rotation ? chain.policyHash : snapshot.policyHash(),
            rotation ? chain.at : snapshot.at(),
            snapshot.cause(),
            rotation ? chain.policy : snapshot.policy(),
            chain.state,
            chain.decision);
    byte[] bytes = LineCodec.bytes(snapshot, Optional.empty());
    JsonField.difference(bytes, LineCodec.bytes(expected, Optional.empty()))
        .ifPresent(d -> differs(d, "does not follow from the records before"));
  }

  private void entry(Entry entry, Finding finding) {
    records++;
    workloads.add(entry.workload());
    Optional<Chain> known = chainOf(entry);
    if (known.isEmpty()) {
      return;
    }
    Chain chain = known.get();
    if (!entry.policyHash().equals(chain.policyHash)) {
      if (!chain.doubtful) {
        String reason = "no snapshot with this policy stands before it";
        problem(new Flaw(0, "policyHash", reason, entry.policyHash(), chain.policyHash));
      }
      lose(entry.workload());
      return;
    }
    Step step;
    try {
      step = autoscaler.step(chain.policy, entry.observation(), chain.state);
    } catch (RuntimeException e) {
      problem(new Flaw(0, "observation", "the step fails on it: " + e, "", ""));
      lose(entry.workload());
      return;
    }
    Entry again =
        new Entry(entry.workload(), entry.policyHash(), entry.observation(), step.decision());
    byte[] recomputed = LineCodec.bytes(again, Optional.of(step.next()));
    if (Arrays.equals(bytes(finding), recomputed)) {
      listener.step(chain.policyHash, chain.policy, chain.state, entry);
      chain.advance(entry, step.next());
      return;
    }
    if (chain.doubtful) {
      lose(entry.workload());
      return;
    }
    compare(finding, recomputed);
    if (sameNext(bytes(finding), recomputed)) {
      chain.advance(again, step.next());
    } else {
      lose(entry.workload());
    }
  }

  private Optional<Chain> chainOf(Entry entry) {
    String workload = entry.workload();
    Chain chain = chains.get(workload);
    if (chain == null && damaged && earlier.containsKey(workload)) {
      // Its snapshot was perhaps among the damaged lines: then the file before has the same state.
      chain = earlier.remove(workload);
      chain.doubtful = true;
      chains.put(workload, chain);
    }
    if (chain == null) {
      if (!damaged && !lost.containsKey(workload)) {
        String reason = "no snapshot of this workload stands before it in the file";
        problem(new Flaw(0, "workload", reason, workload, ""));
      }
      lose(workload);
      return Optional.empty();
    }
    return Optional.of(chain);
  }

  private static boolean sameNext(byte[] recorded, byte[] recomputed) {
    return LineCodec.read(recorded) instanceof LineCodec.Decoded.Known a
        && LineCodec.read(recomputed) instanceof LineCodec.Decoded.Known b
        && String.valueOf(a.checks().get("next")).equals(b.checks().get("next"));
  }

  /** Reports where a line's bytes are not those that follow from it. */
  private void compare(Finding finding, byte[] recomputed) {
    byte[] recorded = bytes(finding);
    int place = Arrays.mismatch(recorded, recomputed);
    if (place < 0) {
      return;
    }
    Optional<JsonField.Difference> difference = JsonField.difference(recorded, recomputed);
    if (difference.isPresent()) {
      differs(difference.get(), "does not follow from what stands before");
    } else {
      String path = JsonField.at(recorded, place).path();
      problem(new Flaw(place + 1, path, "is not written the way Almanac writes it", "", ""));
    }
  }

  private void differs(JsonField.Difference difference, String reason) {
    problem(new Flaw(0, difference.path(), reason, difference.recorded(), difference.recomputed()));
  }

  private void lose(String workload) {
    unproven++;
    chains.remove(workload);
    earlier.remove(workload);
    lost.putIfAbsent(workload, place());
  }

  private void doubtAll() {
    damaged = true;
    chains.values().forEach(chain -> chain.doubtful = true);
    earlier.values().forEach(chain -> chain.doubtful = true);
  }

  private String place() {
    return file + ":" + line;
  }

  private LogVerifier.Problem at(Flaw flaw) {
    return new LogVerifier.Problem(
        file, line, flaw.column(), flaw.field(), flaw.reason(), flaw.recorded(), flaw.expected());
  }

  private void problem(Flaw flaw) {
    problem(at(flaw));
  }

  private void problem(LogVerifier.Problem problem) {
    problemCount++;
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(problem);
    }
  }

  long problemCount() {
    return problemCount;
  }

  /** What {@link LogVerifier} reports. */
  LogVerifier.Verification verification() {
    return new LogVerifier.Verification(
        files,
        records,
        workloads.size(),
        List.copyOf(products),
        List.copyOf(problems),
        problemCount,
        List.copyOf(notes));
  }

  /** The state that each workload's records lead to. */
  SortedMap<String, DecisionLog.Restored> states() {
    SortedMap<String, DecisionLog.Restored> states = new TreeMap<>();
    earlier.forEach((workload, chain) -> states.put(workload, chain.restored()));
    chains.forEach((workload, chain) -> states.put(workload, chain.restored()));
    return states;
  }

  /** Workloads without a state, with the place where their records could not be followed. */
  SortedMap<String, String> lost() {
    return lost;
  }
}
