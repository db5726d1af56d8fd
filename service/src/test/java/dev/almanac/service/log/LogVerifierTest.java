package dev.almanac.service.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.StageName;
import dev.almanac.service.log.LogVerifier.Problem;
import dev.almanac.service.log.LogVerifier.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogVerifierTest {
  @TempDir Path folder;

  @Test
  void reproducesEveryRecord() {
    Path file = log(200);
    Verification found = Logs.sound(file);
    assertThat(found.records()).isEqualTo(200);
    assertThat(found.workloads()).isEqualTo(1);
    assertThat(found.notes()).isEmpty();
  }

  @Test
  void namesAChangedDigitAndSaysWhatItWas() throws IOException {
    Path file = log(5);
    Problem problem = only(edit(file, 4, line -> line.replace(":15,\"status", ":16,\"status")));
    assertThat(problem.file()).isEqualTo("decisions-00000001.jsonl");
    assertThat(problem.line()).isEqualTo(4);
    assertThat(problem.column()).isEqualTo(Logs.lines(file).get(3).indexOf(":16,\"status") + 3);
    assertThat(problem.field()).isEqualTo("observation.target.specReplicas");
    assertThat(problem.recorded()).isEqualTo("16");
    assertThat(problem.expected()).isEqualTo("15");
    assertThat(problem.toString())
        .startsWith("decisions-00000001.jsonl line 4 column ")
        .endsWith(
            ": observation.target.specReplicas: one byte was changed, recorded 16, should be 15");
  }

  @Test
  void namesThePartWhereMoreWasChanged() throws IOException {
    Path file = log(5);
    Problem problem = only(edit(file, 4, line -> line.replace(":15,\"status", ":1500,\"status")));
    assertThat(problem.line()).isEqualTo(4);
    assertThat(problem.field()).isEqualTo("observation.target");
    assertThat(problem.reason()).startsWith("was changed");
  }

  @Test
  void namesWhereTheJsonBreaks() throws IOException {
    Path file = log(5);
    Problem problem = only(edit(file, 4, line -> line.replace("\"specReplicas\":15", "\"sp")));
    assertThat(problem.line()).isEqualTo(4);
    assertThat(problem.field()).startsWith("observation.target");
    assertThat(problem.column()).isGreaterThan(50);
  }

  /** Somebody rewrites a record with all its checksums: only the replay can tell. */
  @Test
  void findsADecisionThatDoesNotFollow() throws IOException {
    List<LogLine> lines = content(log(30));
    LogLine.Entry entry = (LogLine.Entry) lines.get(20);
    Decision other = new Decision(entry.decision().answer(), 3, ReasonCode.STEADY, StageName.NEED);
    Problem problem = only(write(lines, 20, with(entry, other), Steps.stateAfter(19)));
    assertThat(problem.line()).isEqualTo(21);
    assertThat(problem.field()).isEqualTo("decision.proposed");
    assertThat(problem.recorded()).isEqualTo("3");
    assertThat(problem.expected()).isEqualTo(String.valueOf(entry.decision().proposed()));
  }

  @Test
  void findsANextStateThatDoesNotFollow() throws IOException {
    List<LogLine> lines = content(log(30));
    Verification found = write(lines, 20, lines.get(20), AutoscalerState.cold());
    Problem problem = only(found);
    assertThat(problem.line()).isEqualTo(21);
    assertThat(problem.field()).isEqualTo("check.next");
    assertThat(found.notes())
        .containsExactly("12 records could not be made again for want of what stood before them");
  }

  @Test
  void findsALineThatWasTakenOut() throws IOException {
    Path file = log(30);
    List<String> lines = new ArrayList<>(Logs.lines(file));
    lines.remove(20);
    Files.writeString(file, String.join("\n", lines) + "\n");
    Problem problem = only(Logs.verify(file));
    assertThat(problem.line()).isEqualTo(21);
    assertThat(problem.field()).isIn("check.next", "decision.proposed", "decision.reason");
  }

  @Test
  void findsARecordWithoutASnapshot() throws IOException {
    Path file = log(5);
    List<String> lines = new ArrayList<>(Logs.lines(file));
    lines.remove(1);
    Files.writeString(file, String.join("\n", lines) + "\n");
    Problem problem = only(Logs.verify(file));
    assertThat(problem.line()).isEqualTo(2);
    assertThat(problem.field()).isEqualTo("workload");
    assertThat(problem.recorded()).isEqualTo("shop/web");
  }

  @Test
  void findsASnapshotThatDoesNotContinue() throws IOException {
    try (DecisionLog log = Logs.open(folder, Logs.SMALL)) {
      Logs.append(log, new Steps("shop/web"), 80);
    }
    Path second = Logs.files(folder).get(1);
    List<LogLine> lines = content(second);
    LogLine.Snapshot s = (LogLine.Snapshot) lines.get(1);
    AutoscalerState state = s.state();
    LogLine.Snapshot other =
        new LogLine.Snapshot(
            s.workload(),
            s.policyHash(),
            s.at(),
            s.cause(),
            s.policy(),
            new AutoscalerState(
                state.reactive(),
                state.sizes(),
                state.ticksAbove() + 1,
                state.forecastMissingSince(),
                state.lead(),
                state.hold(),
                state.guards()),
            s.decision());
    List<String> text = new ArrayList<>(Logs.lines(second));
    text.set(1, new String(LineCodec.bytes(other, Optional.empty()), UTF_8));
    Files.writeString(second, String.join("\n", text) + "\n");
    Problem problem = Logs.verify(folder).problems().getFirst();
    assertThat(problem.file()).isEqualTo("decisions-00000002.jsonl");
    assertThat(problem.line()).isEqualTo(2);
    assertThat(problem.field()).isEqualTo("state.ticksAbove");
  }

  @Test
  void findsAPolicyThatIsNotTheOneOfItsHash() throws IOException {
    List<LogLine> lines = content(log(5));
    LogLine.Snapshot s = (LogLine.Snapshot) lines.get(1);
    LogLine.Snapshot other =
        new LogLine.Snapshot(
            s.workload(),
            "0123456789abcdef",
            s.at(),
            s.cause(),
            s.policy(),
            s.state(),
            s.decision());
    List<Problem> problems = write(lines, 1, other, AutoscalerState.cold()).problems();
    assertThat(problems).extracting(Problem::field).containsExactly("policyHash", "policyHash");
    assertThat(problems).extracting(Problem::line).containsExactly(2L, 3L);
  }

  @Test
  void findsAnotherWayOfWriting() throws IOException {
    Path file = log(3);
    List<String> lines = new ArrayList<>(Logs.lines(file));
    String spaced = lines.get(2).replace("\"decision\":{", "\"decision\": {");
    byte[] body = spaced.getBytes(UTF_8);
    int end = body.length - LineCheck.TAIL;
    String tail = new String(LineCheck.tail(body, 0, end), UTF_8);
    lines.set(2, spaced.substring(0, spaced.length() - LineCheck.TAIL) + tail);
    Files.writeString(file, String.join("\n", lines) + "\n");
    Problem problem = only(Logs.verify(file));
    assertThat(problem.line()).isEqualTo(3);
    assertThat(problem.field()).isIn("check.line", "decision");
  }

  @Test
  void notesALastLineThatIsCutOff() throws IOException {
    Path file = log(5);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 200));
    Verification found = Logs.sound(file);
    assertThat(found.records()).isEqualTo(4);
    assertThat(found.notes())
        .singleElement()
        .asString()
        .contains("line 7: the last line is cut off");
  }

  @Test
  void acceptsACutOffLineBeforeARestartButNotBeforeARotation() throws IOException {
    Steps steps = new Steps("shop/web");
    try (DecisionLog log = Logs.open(folder)) {
      Logs.append(log, steps, 5);
    }
    Path first = Logs.files(folder).getFirst();
    byte[] bytes = Files.readAllBytes(first);
    Files.write(first, java.util.Arrays.copyOf(bytes, bytes.length - 200));
    var restored = Logs.restore(folder, Steps.at(5));
    assertThat(restored.losses()).isEmpty();
    try (DecisionLog log =
        DecisionLog.open(folder, DecisionLog.Limits.DEFAULT, "x", restored.workloads())) {
      Logs.append(log, steps.from(4, restored.workloads().get("shop/web").state()), 5);
    }
    assertThat(Logs.sound(folder).notes()).hasSize(1);
    Path second = Logs.files(folder).get(1);
    List<String> lines = new ArrayList<>(Logs.lines(second));
    lines.set(
        0,
        new String(
            LineCodec.bytes(new LogLine.Header(1, "x", LogLine.Opened.ROTATION), Optional.empty()),
            UTF_8));
    Files.writeString(second, String.join("\n", lines) + "\n");
    Problem problem = only(Logs.verify(folder));
    assertThat(problem.file()).isEqualTo("decisions-00000001.jsonl");
    assertThat(problem.reason()).startsWith("the last line is cut off");
  }

  @Test
  void findsAFileThatIsMissing() throws IOException {
    try (DecisionLog log = Logs.open(folder, Logs.SMALL)) {
      Logs.append(log, new Steps("shop/web"), 75);
    }
    Files.delete(Logs.files(folder).get(1));
    Problem problem = only(Logs.verify(folder));
    assertThat(problem).hasToString("decisions-00000002.jsonl: is missing");
  }

  @Test
  void doesNotReadANewerFormat() throws IOException {
    Path file = log(5);
    List<String> lines = new ArrayList<>(Logs.lines(file));
    lines.set(
        0,
        new String(
            LineCodec.bytes(new LogLine.Header(2, "9.0", LogLine.Opened.START), Optional.empty()),
            UTF_8));
    Files.writeString(file, String.join("\n", lines) + "\n");
    assertThat(only(Logs.verify(file)))
        .hasToString(
            "decisions-00000001.jsonl line 1: format: written by 9.0 in a newer format, recorded 2,"
                + " should be at most 1");
  }

  @Test
  void listsTwentyProblemsAndCountsTheRest() throws IOException {
    Path file = log(60);
    List<String> lines = new ArrayList<>(Logs.lines(file));
    lines.replaceAll(line -> line.replace("\"type\":\"decision\"", "\"type\":\"DECISION\""));
    Files.writeString(file, String.join("\n", lines) + "\n");
    Verification found = Logs.verify(file);
    assertThat(found.problems()).hasSize(20).extracting(Problem::field).containsOnly("type");
    assertThat(found.problemCount()).isEqualTo(60);
  }

  @Test
  void saysWhenThereIsNothing() {
    assertThatIOException().isThrownBy(() -> LogVerifier.verify(folder));
    assertThatIOException().isThrownBy(() -> LogVerifier.verify(folder.resolve("no.jsonl")));
  }

  private Path log(int records) {
    try (DecisionLog log = Logs.open(folder)) {
      Logs.append(log, new Steps("shop/web"), records);
    }
    return Logs.files(folder).getFirst();
  }

  private static Problem only(Verification found) {
    assertThat(found.isSound()).isFalse();
    assertThat(found.problems()).hasSize(1);
    return found.problems().getFirst();
  }

  private static Verification edit(Path file, int line, UnaryOperator<String> change)
      throws IOException {
    List<String> lines = new ArrayList<>(Logs.lines(file));
    String before = lines.get(line - 1);
    lines.set(line - 1, change.apply(before));
    assertThat(lines.get(line - 1)).isNotEqualTo(before);
    Files.writeString(file, String.join("\n", lines) + "\n");
    return Logs.verify(file);
  }

  private static List<LogLine> content(Path file) {
    return Logs.lines(file).stream()
        .map(line -> ((LineCodec.Decoded.Known) LineCodec.read(line.getBytes(UTF_8))).line())
        .toList();
  }

  private static LogLine.Entry with(LogLine.Entry entry, Decision decision) {
    Observation observation = entry.observation();
    return new LogLine.Entry(entry.workload(), entry.policyHash(), observation, decision);
  }

  /** Replaces a line by another one with all its checks right. */
  private Verification write(List<LogLine> lines, int index, LogLine line, AutoscalerState next)
      throws IOException {
    Path file = Logs.files(folder).getFirst();
    List<String> text = new ArrayList<>(Logs.lines(file));
    Optional<AutoscalerState> state =
        line instanceof LogLine.Entry ? Optional.of(next) : Optional.empty();
    assertThat(lines).hasSameSizeAs(text);
    text.set(index, new String(LineCodec.bytes(line, state), UTF_8));
    Files.writeString(file, String.join("\n", text) + "\n");
    return Logs.verify(file);
  }
}
