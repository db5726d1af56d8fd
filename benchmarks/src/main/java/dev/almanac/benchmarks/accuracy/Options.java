package dev.almanac.benchmarks.accuracy;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The command line of the accuracy benchmark.
 *
 * @param data the collection
 * @param out JSON report
 * @param windows where to write the windows that are scored
 * @param scores where to write the scores of every window
 * @param forecaster which one is measured
 * @param parts which parts to run
 * @param cap most series of a dataset at rolling origins
 * @param onlineCap most series of a dataset in the online run
 * @param threads for the scores; peers run one process at a time
 * @param peers whether to run peers outside this process
 * @param peersHome where they are installed and leave their answers
 */
record Options(
    Path data,
    Optional<Path> out,
    Optional<Path> windows,
    Optional<Path> scores,
    String forecaster,
    Set<String> parts,
    int cap,
    int onlineCap,
    int threads,
    boolean peers,
    Optional<Path> peersHome) {
  static final String USAGE =
      """
      usage: benchmarks/run accuracy --data DIR [--out FILE.json] [--windows FILE.csv] [--peers]
        --data DIR         folder of datasets: DIR/DATASET/*.csv[.gz]
        --out FILE.json    the report as JSON; the tables go to standard output
        --windows FILE.csv every window scored, for any other tool
        --scores FILE.csv  the scores of every window and contender
        --forecaster NAME  what to measure; default almanac
        --parts A,B        of rolling,split,online,degraded; default all
        --cap N, --all     most series of a dataset at rolling origins; default 20
        --online-cap N     most series of a dataset in the online run; default 5
        --threads N        default 2; the scores are the same for any number
        --peers            also statsforecast, R forecast and Prophet, see benchmarks/peers\
      """;

  static final List<String> PARTS = List.of("rolling", "split", "online", "degraded");

  private static final int CAP = 20;
  private static final int ONLINE_CAP = 5;

  /** Parses arguments; a problem is an {@link IllegalArgumentException} that says what to do. */
  static Options parse(List<String> arguments) {
    Optional<Path> data = Optional.empty();
    Optional<Path> out = Optional.empty();
    Optional<Path> windows = Optional.empty();
    Optional<Path> scores = Optional.empty();
    String forecaster = Contenders.PRODUCT;
    Set<String> parts = new LinkedHashSet<>(PARTS);
    int cap = CAP;
    int onlineCap = ONLINE_CAP;
    int threads = 2;
    boolean peers = false;
    Optional<Path> peersHome = Optional.empty();
    for (int i = 0; i < arguments.size(); i++) {
      String name = arguments.get(i);
      switch (name) {
        case "--peers" -> peers = true;
        case "--peers-dir" -> peersHome = Optional.of(Path.of(value(arguments, ++i, name)));
        case "--all" -> cap = Integer.MAX_VALUE;
        case "--data" -> data = Optional.of(Path.of(value(arguments, ++i, name)));
        case "--out" -> out = Optional.of(Path.of(value(arguments, ++i, name)));
        case "--windows" -> windows = Optional.of(Path.of(value(arguments, ++i, name)));
        case "--scores" -> scores = Optional.of(Path.of(value(arguments, ++i, name)));
        case "--forecaster" -> forecaster = value(arguments, ++i, name);
        case "--parts" -> {
          parts.clear();
          for (String part : value(arguments, ++i, name).split(",")) {
            parts.add(oneOf(part, name, PARTS));
          }
        }
        case "--cap" -> cap = positive(value(arguments, ++i, name), name);
        case "--online-cap" -> onlineCap = positive(value(arguments, ++i, name), name);
        case "--threads" -> threads = positive(value(arguments, ++i, name), name);
        default -> throw new IllegalArgumentException("unknown argument " + name);
      }
    }
    if (data.isEmpty()) {
      throw new IllegalArgumentException("--data DIR is missing");
    }
    return new Options(
        data.get(),
        out,
        windows,
        scores,
        forecaster,
        Set.copyOf(parts),
        cap,
        onlineCap,
        threads,
        peers,
        peersHome);
  }

  private static String value(List<String> arguments, int index, String name) {
    if (index >= arguments.size()) {
      throw new IllegalArgumentException(name + " needs a value");
    }
    return arguments.get(index);
  }

  private static String oneOf(String value, String name, Iterable<String> allowed) {
    for (String each : allowed) {
      if (each.equals(value)) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "%s %s: must be one of %s".formatted(name, value, String.join(", ", allowed)));
  }

  private static int positive(String value, String name) {
    try {
      int n = Integer.parseInt(value);
      if (n > 0) {
        return n;
      }
    } catch (NumberFormatException e) {
      // Falls through to the same message.
    }
    throw new IllegalArgumentException(name + " needs a whole number above 0, was " + value);
  }
}
