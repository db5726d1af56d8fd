package dev.almanac.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.almanac.benchmarks.accuracy.Accuracy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs one benchmark by name, prints its table and, with {@code --out}, writes it as JSON. */
public final class Benchmarks {
  private static final Map<String, Supplier<Benchmark>> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put("step", StepBenchmark::new);
    NAMES.put("ingest", IngestBenchmark::new);
    NAMES.put("startup", StartUpBenchmark::new);
    NAMES.put("tick", TickBenchmark::new);
    NAMES.put("forecast", ForecastBenchmark::new);
    NAMES.put("calendar", CalendarBenchmark::new);
    NAMES.put("control", ControlBenchmark::new);
    NAMES.put("packing", PackingBenchmark::new);
    NAMES.put("replay", ReplayBenchmark::new);
    NAMES.put("rightsizing", RightsizingBenchmark::new);
    NAMES.put("rightsizing-scan", RightsizingScanBenchmark::new);
  }

  private Benchmarks() {}

  /** {@code NAME [--data DIR] [--out FILE.json]}. */
  public static void main(String[] args) throws Exception {
    Optional<Path> data = Optional.empty();
    Optional<Path> out = Optional.empty();
    String name = args.length == 0 ? "" : args[0];
    if (name.equals("accuracy")) { // Has options and a report of its own.
      System.exit(Accuracy.run(List.of(args).subList(1, args.length)));
    }
    for (int i = 1; i < args.length; i++) {
      boolean last = i + 1 == args.length;
      if (args[i].equals("--data") && !last) {
        data = Optional.of(Path.of(args[++i]));
      } else if (args[i].equals("--out") && !last) {
        out = Optional.of(Path.of(args[++i]));
      } else {
        fail("unknown argument " + args[i]);
      }
    }
    Supplier<Benchmark> benchmark = NAMES.get(name);
    if (benchmark == null) {
      fail("unknown benchmark '" + name + "'");
      return;
    }
    Benchmark chosen = benchmark.get();
    Table table = chosen.run(data);
    System.out.println(chosen.about() + "\n");
    System.out.print(table.markdown());
    if (out.isPresent()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("benchmark", name);
      json.put("java", Runtime.version().toString());
      json.put("processors", Runtime.getRuntime().availableProcessors());
      List<Map<String, Object>> rows = chosen.rows(table);
      json.put("rows", rows);
      if (!rows.equals(table.rows())) {
        json.put("summary", table.rows());
      }
      byte[] bytes =
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(json);
      Files.write(out.get(), bytes);
    }
    System.exit(0);
  }

  private static void fail(String problem) {
    System.err.println(
        "benchmarks: %s; usage: benchmarks/run %s [--data DIR] [--out FILE.json]"
            .formatted(problem, String.join("|", NAMES.keySet()) + "|accuracy"));
    System.exit(2);
  }
}
