package dev.almanac.service.cli;

import dev.almanac.service.whatif.Gate;
import dev.almanac.service.whatif.Study;
import dev.almanac.service.whatif.StudyException;
import dev.almanac.service.whatif.StudyFile;
import dev.almanac.service.whatif.StudyPage;
import dev.almanac.service.whatif.StudyResults;
import dev.almanac.service.whatif.StudyRun;
import dev.almanac.service.whatif.StudyTables;
import dev.almanac.simulator.whatif.CaseResult;
import dev.almanac.simulator.whatif.Runway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Scenarios, report, gate. */
@Command(
    name = "whatif",
    description = {
      "Replays demand under changed circumstances.",
      "Growth, events, lost zones, other policies, nodes or requests. Every answer",
      "stands beside doing nothing, a plain HPA, and perfect foresight with the same",
      "delays."
    },
    footer = {
      "",
      "A list in a scenario is an axis: all combinations are run, with every seed.",
      "Same file, same traces: same result hash, on any number of threads.",
      "docs/reference/whatif.md describes FILE; docs/guides/whatif.md has examples.",
      "",
      "Examples:",
      "  almanac whatif study.yaml",
      "  almanac whatif study.yaml -o html > report.html",
      "  almanac whatif study.yaml --fail-if 'short_minutes > 30'",
      "  almanac whatif study.yaml --shard 2/8 --results part2.jsonl",
      "  almanac whatif merge study.yaml part1.jsonl part2.jsonl",
      "",
      "deploy/whatif runs the shards as an Indexed Job."
    },
    subcommands = WhatIfCommand.Merge.class,
    mixinStandardHelpOptions = true)
public final class WhatIfCommand implements Callable<Integer> {

  /** How a study is reported. */
  enum Format {
    TABLE,
    JSON,
    CSV,
    MARKDOWN,
    HTML
  }

  /** What both verbs do with results. */
  static final class Reporting {
    @Option(
        names = {"-o", "--output"},
        paramLabel = "FORMAT",
        description = "table, json, csv, markdown or html (default: table).")
    private Format format = Format.TABLE;

    @Option(
        names = "--fail-if",
        paramLabel = "CONDITION",
        description =
            "Exit with 1 when an answer is so, for example 'short_minutes > 30'; may be"
                + " given several times.")
    private List<String> failIf = List.of();

    private List<Gate> gates() throws StudyException {
      List<Gate> gates = new ArrayList<>();
      for (String text : failIf) {
        gates.add(Gate.parse(text));
      }
      return gates;
    }

    private int report(Study study, List<CaseResult> results, List<Gate> gates, Streams streams) {
      List<Runway.Limit> limits = study.limits();
      streams
          .out()
          .print(
              switch (format) {
                case TABLE -> StudyTables.text(study, results, limits);
                case JSON -> StudyTables.json(study, results, limits);
                case CSV -> StudyTables.csv(results);
                case MARKDOWN -> StudyTables.markdown(results);
                case HTML -> StudyPage.of(study, results, limits);
              });
      List<String> failed = new ArrayList<>();
      gates.forEach(gate -> failed.addAll(gate.failures(results)));
      failed.forEach(f -> streams.err().println("almanac: gate failed: " + f));
      return failed.isEmpty() ? 0 : 1;
    }
  }

  /** {@code i/n}. */
  static final class Shards implements ITypeConverter<StudyRun.Shard> {
    @Override
    public StudyRun.Shard convert(String text) {
      return shard(text, 1);
    }
  }

  /** {@code i/n}, as the pods of an Indexed Job are counted: from 0. */
  static final class JobIndex implements ITypeConverter<StudyRun.Shard> {
    @Override
    public StudyRun.Shard convert(String text) {
      return shard(text, 0);
    }
  }

  private static StudyRun.Shard shard(String text, int first) {
    if (!text.matches("[0-9]{1,6}/[0-9]{1,6}")) {
      throw new TypeConversionException("'%s' is not a shard such as 2/8".formatted(text));
    }
    String[] parts = text.split("/", 2);
    int index = Integer.parseInt(parts[0]);
    int of = Integer.parseInt(parts[1]);
    if (index < first || index - first >= of) {
      throw new TypeConversionException(
          "'%s': of %d shards the first is %d and the last %d"
              .formatted(text, of, first, of - 1 + first));
    }
    return new StudyRun.Shard(index - first + 1, of);
  }

  @Parameters(paramLabel = "FILE", description = "The study, YAML.", arity = "0..1")
  private Path file = Path.of("");

  @Mixin private Reporting reporting = new Reporting();

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description =
          "Keep each result as soon as it is there; what FILE holds already is not run"
              + " again, so that a killed run goes on where it was.")
  private Path results = Path.of("");

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      converter = Shards.class,
      description = "Run every N-th case only, from the I-th on.")
  private StudyRun.Shard shard = StudyRun.Shard.WHOLE;

  @Option(
      names = "--job-index",
      paramLabel = "I/N",
      converter = JobIndex.class,
      description = "The same counted from 0, as $(JOB_COMPLETION_INDEX) of an Indexed Job.")
  private List<StudyRun.Shard> jobIndex = List.of();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads (default: one a processor).")
  private int threads = Runtime.getRuntime().availableProcessors();

  private final Streams streams = new Streams();

  @Override
  public Integer call() throws InterruptedException {
    if (file.toString().isEmpty()) {
      throw new BadInput("name a study: almanac whatif FILE (--help says more)");
    }
    if (jobIndex.size() > 1 || (!jobIndex.isEmpty() && shard != StudyRun.Shard.WHOLE)) {
      throw new BadInput("give one shard: --shard, or --job-index");
    }
    StudyRun.Shard part = jobIndex.isEmpty() ? shard : jobIndex.getFirst();
    if (threads < 1 || threads > 1_024) {
      throw new BadInput("--threads must lie in 1 to 1,024, was " + threads);
    }
    try (Progress progress = new Progress(streams.err(), "whatif")) {
      List<Gate> gates = reporting.gates();
      Study study = StudyFile.read(file);
      List<CaseResult> done =
          StudyRun.run(
              study,
              part,
              results.toString().isEmpty() ? Optional.empty() : Optional.of(results),
              threads,
              progress::at);
      progress.close();
      return reporting.report(study, done, gates, streams);
    } catch (StudyException e) {
      throw new BadInput(String.valueOf(e.getMessage()));
    }
  }

  /** Results of shards put together. */
  @Command(
      name = "merge",
      description = "Puts the results of all shards of a study together and reports them.",
      mixinStandardHelpOptions = true)
  static final class Merge implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FILE", description = "The study, YAML.")
    private Path file = Path.of("");

    @Parameters(
        index = "1..*",
        arity = "1..*",
        paramLabel = "RESULTS",
        description = "What the shards have written with --results, or a folder of it (.jsonl).")
    private List<Path> results = List.of();

    @Mixin private Reporting reporting = new Reporting();

    private final Streams streams = new Streams();

    @Override
    public Integer call() {
      try {
        List<Gate> gates = reporting.gates();
        Study study = StudyFile.read(file);
        return reporting.report(study, StudyResults.merge(study, files()), gates, streams);
      } catch (StudyException e) {
        throw new BadInput(String.valueOf(e.getMessage()));
      }
    }

    /** The files, those of a folder in the order of their names. */
    private List<Path> files() {
      List<Path> files = new ArrayList<>();
      for (Path place : results) {
        if (!Files.isDirectory(place)) {
          files.add(place);
          continue;
        }
        try (Stream<Path> entries = Files.list(place)) {
          entries.filter(f -> f.toString().endsWith(".jsonl")).sorted().forEach(files::add);
        } catch (IOException e) {
          throw new BadInput("cannot read the folder %s: %s".formatted(place, e.getMessage()));
        }
      }
      return files;
    }
  }
}
