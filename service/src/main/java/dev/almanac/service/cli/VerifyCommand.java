package dev.almanac.service.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.almanac.service.log.DecisionLog;
import dev.almanac.service.log.LogVerifier;
import dev.almanac.service.log.LogVerifier.Problem;
import dev.almanac.service.log.LogVerifier.Verification;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Decision records back through the step. */
@Command(
    name = "verify",
    description = "Replays a decision log and compares every record byte for byte.",
    footer = {
      "",
      "Exits 1 when a record is not reproduced, and names its line and field.",
      "--explain makes one decision again and shows what each stage concluded.",
      "",
      "Examples:",
      "  almanac verify .almanac/decisions",
      "  almanac verify .almanac/decisions --explain shop/web \\",
      "    --at 2026-03-02T08:03:00Z"
    },
    mixinStandardHelpOptions = true)
public final class VerifyCommand implements Callable<Integer> {

  @Parameters(paramLabel = "PATH", description = "A file of the log, or its folder.")
  private Path path = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json (default: table).")
  private Output output = Output.TABLE;

  @Option(
      names = "--explain",
      paramLabel = "WORKLOAD",
      description = "NAMESPACE/NAME of the workload whose decision to explain.")
  private Optional<String> explain = Optional.empty();

  @Option(
      names = "--at",
      paramLabel = "INSTANT",
      description = "Explain the last decision at or before it (default: the newest).")
  private Optional<Instant> at = Optional.empty();

  private final Streams streams = new Streams();

  @Override
  public Integer call() {
    if (!Files.exists(path)) {
      throw new BadInput("%s does not exist: name a decision log or its folder".formatted(path));
    }
    if (explain.isPresent()) {
      return explain(explain.get());
    }
    if (at.isPresent()) {
      throw new BadInput("--at needs --explain NAMESPACE/NAME");
    }
    Verification found;
    try {
      found = LogVerifier.verify(path);
    } catch (IOException e) {
      throw new BadInput("cannot read %s: %s".formatted(path, e.getMessage()));
    }
    switch (output) {
      case JSON -> streams.out().println(json(found));
      case TABLE -> print(streams.out(), found);
    }
    return found.problemCount() == 0 ? 0 : 1;
  }

  private int explain(String workload) {
    if (!Files.isDirectory(path)) {
      throw new BadInput("--explain looks through a folder, and %s is a file".formatted(path));
    }
    DecisionLog.Found found;
    try {
      found =
          DecisionLog.find(path, workload, at.orElse(Instant.MAX))
              .orElseThrow(() ->
                  new BadInput(
                      "%s holds no decision of %s%s that can be made again"
                          .formatted(path, workload, at.map(i -> " up to " + i).orElse(""))));
    } catch (IOException e) {
      throw new BadInput("cannot read %s: %s".formatted(path, e.getMessage()));
    }
    switch (output) {
      case JSON -> streams.out().println(ExplainedDecision.json(workload, found));
      case TABLE -> streams.out().print(ExplainedDecision.table(workload, found));
    }
    return 0;
  }

  private static void print(PrintStream out, Verification found) {
    for (Problem problem : found.problems()) {
      out.printf("%s:%d: ", problem.file(), problem.line());
      out.println((problem.field().isEmpty() ? "" : problem.field() + ": ") + problem.reason());
      if (!problem.recorded().isEmpty()) {
        out.println("  recorded " + cut(problem.recorded()));
      }
      if (!problem.expected().isEmpty()) {
        out.println("  replayed " + cut(problem.expected()));
      }
    }
    long more = found.problemCount() - found.problems().size();
    if (more > 0) {
      out.printf("... and %,d more%n", more);
    }
    found.notes().forEach(note -> out.println("note: " + note));
    out.printf(
        "%s: %s of %s in %s%s%n",
        found.problemCount() == 0 ? "verified" : "NOT verified",
        count(found.records(), "record"),
        count(found.workloads(), "workload"),
        count(found.files(), "file"),
        found.problemCount() == 0 ? ", byte for byte" : "");
  }

  private static String count(long n, String thing) {
    return "%,d %s%s".formatted(n, thing, n == 1 ? "" : "s");
  }

  private static String cut(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  private static String json(Verification found) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("verified", found.problemCount() == 0);
    root.put("records", found.records());
    root.put("workloads", found.workloads());
    root.put("files", found.files());
    root.put("problem_count", found.problemCount());
    var problems = root.putArray("problems");
    for (Problem problem : found.problems()) {
      problems
          .addObject()
          .put("file", problem.file())
          .put("line", problem.line())
          .put("field", problem.field())
          .put("reason", problem.reason())
          .put("recorded", problem.recorded())
          .put("replayed", problem.expected());
    }
    found.notes().forEach(root.putArray("notes")::add);
    return root.toString();
  }
}
