package dev.almanac.service.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.almanac.predictor.forecast.CalendarForecaster;
import dev.almanac.predictor.forecast.Explanation;
import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.series.TimeSeries;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One series in, quantiles out. */
@Command(
    name = "forecast",
    description = {
      "Forecasts one series: quantiles of demand over a horizon.",
      "Says what the median is made of at the next step, in an hour and at the end."
    },
    footer = {
      "",
      "Examples:",
      "  almanac forecast --csv demand.csv --horizon 24h --draw",
      "  almanac forecast --prometheus http://127.0.0.1:9090 --horizon 6h \\",
      "    --query 'sum(rate(http_requests_total[1m]))'",
      "  almanac forecast plan --config DIR --csv demand.csv --horizon 7d"
    },
    subcommands = ForecastPlan.class,
    mixinStandardHelpOptions = true)
public final class ForecastCommand implements Callable<Integer> {
  private static final int ROWS = 24;
  private static final int WIDTH = 40;
  private static final long HOUR = 3_600;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  @ArgGroup // Not required, as plan would then need it.
  private SeriesChoice where = new SeriesChoice();

  @Option(
      names = "--horizon",
      paramLabel = "TIME",
      description = "How far ahead, such as 30m or 24h (default: 24h).")
  private Duration horizon = Duration.ofHours(24);

  @Option(
      names = "--levels",
      split = ",",
      paramLabel = "P",
      description = "Quantile levels (default: 0.1,0.5,0.9,0.99).")
  private double[] levels = {0.1, 0.5, 0.9, 0.99};

  @Mixin private CalendarOption calendar = new CalendarOption();

  @Option(names = "--draw", description = "Draw the quantiles instead of printing them.")
  private boolean draw;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json (default: table).")
  private Output output = Output.TABLE;

  private final Streams streams = new Streams();

  @Override
  public Integer call() {
    double[] asked = levels.clone();
    Arrays.sort(asked);
    checkLevels(asked);
    if (!where.isGiven()) {
      throw new BadInput("nothing to forecast: give --csv FILE, or --prometheus URL and --query");
    }
    TimeSeries series = where.read();
    int last = series.lastPresent();
    if (last < 0) {
      throw new BadInput("the series has no sample: nothing to start a forecast from");
    }
    long steps = Math.ceilDiv(horizon.toSeconds(), (long) series.stepSeconds());
    if (steps < 1 || steps > 100_000) {
      throw new BadInput(
          "--horizon %s is %d steps of %d s: choose 1 to 100,000 steps"
              .formatted(Durations.show(horizon), steps, series.stepSeconds()));
    }
    FittedModel model =
        new CalendarForecaster(new PooledRidgeForecaster()).fit(series, calendar.read());
    Forecast forecast = model.forecast(series, (int) steps, asked);
    List<Explanation> why =
        IntStream.of(1, (int) Math.ceilDiv(HOUR, (long) series.stepSeconds()), (int) steps)
            .filter(step -> step <= steps)
            .distinct()
            .sorted()
            .mapToObj(step -> model.explain(series, step, asked))
            .toList();
    switch (output) {
      case JSON -> streams.out().println(json(forecast, why));
      case TABLE -> {
        print(streams.out(), series, forecast);
        why.forEach(each -> explain(streams.out(), each));
      }
    }
    return 0;
  }

  private static void checkLevels(double[] levels) {
    for (int i = 0; i < levels.length; i++) {
      if (!(levels[i] > 0 && levels[i] < 1) || (i > 0 && levels[i] == levels[i - 1])) {
        throw new BadInput("--levels must differ and lie between 0 and 1, was " + levels[i]);
      }
    }
  }

  private void print(PrintStream out, TimeSeries series, Forecast forecast) {
    out.printf(
        "%,d samples at %s, %.1f %% present, last at %s%n",
        series.length(),
        Durations.show(Duration.ofSeconds(series.stepSeconds())),
        100 * series.presentShare(),
        forecast.origin());
    out.printf("model %s, %s ahead%n%n", forecast.model().name(), Durations.show(horizon));
    int every = Math.max(1, Math.ceilDiv(forecast.steps(), ROWS));
    double highest = 0;
    double lowest = 0;
    for (double[] path : forecast.quantiles()) {
      highest = Math.max(highest, Arrays.stream(path).max().orElse(0));
      lowest = Math.min(lowest, Arrays.stream(path).min().orElse(0));
    }
    out.print("time (UTC)    ");
    if (draw) {
      out.printf(Locale.ROOT, "%-" + WIDTH + "s %s%n", figure(lowest), figure(highest));
    } else {
      for (double level : forecast.levels()) {
        out.printf(Locale.ROOT, "%11s", "p" + figure(100 * level));
      }
      out.println();
    }
    for (int h = every - 1; h < forecast.steps(); h += every) {
      out.print(TIME.format(forecast.instantAt(h)));
      out.println(draw ? "  " + bar(forecast, h, lowest, highest) : row(forecast, h));
    }
    if (draw) {
      out.printf(
          "%n. outermost quantiles, - between p%s and p%s, # the middle one%n",
          figure(100 * forecast.levels()[Math.min(1, forecast.levels().length - 1)]),
          figure(100 * forecast.levels()[Math.max(0, forecast.levels().length - 2)]));
    }
  }

  private static void explain(PrintStream out, Explanation why) {
    out.printf(
        Locale.ROOT,
        "%nThe median at %s, %s, is%n",
        TIME.format(why.target()),
        figure(why.median()));
    for (int i = 0; i < why.parts().size(); i++) {
      Explanation.Part part = why.parts().get(i);
      String sign = i > 0 && part.amount() >= 0 ? "+" : "";
      out.printf(Locale.ROOT, "%12s  %s%n", sign + figure(part.amount()), part.source().words());
    }
    if (why.members().size() > 1) {
      for (Explanation.Member member : why.members()) {
        out.printf(
            Locale.ROOT,
            "%11.0f %%  %s: %s%n",
            100 * member.weight(),
            member.name(),
            figure(member.median()));
      }
    }
  }

  private static String row(Forecast forecast, int step) {
    StringBuilder row = new StringBuilder();
    for (double[] path : forecast.quantiles()) {
      row.append(String.format(Locale.ROOT, "%11s", figure(path[step])));
    }
    return row.toString();
  }

  /** One line of a picture that lies on its side: time runs down, demand to the right. */
  private static String bar(Forecast forecast, int step, double lowest, double highest) {
    char[] bar = " ".repeat(WIDTH + 1).toCharArray();
    double[][] q = forecast.quantiles();
    int n = q.length;
    int[] column = new int[n];
    for (int i = 0; i < n; i++) {
      double share = highest > lowest ? (q[i][step] - lowest) / (highest - lowest) : 0;
      column[i] = (int) Math.round(Math.clamp(share, 0, 1) * WIDTH);
    }
    Arrays.fill(bar, column[0], column[n - 1] + 1, '.');
    Arrays.fill(bar, column[Math.min(1, n - 1)], column[Math.max(0, n - 2)] + 1, '-');
    bar[column[middle(forecast.levels())]] = '#';
    return new String(bar).stripTrailing();
  }

  private static int middle(double[] levels) {
    int best = 0;
    for (int i = 1; i < levels.length; i++) {
      if (Math.abs(levels[i] - 0.5) < Math.abs(levels[best] - 0.5)) {
        best = i;
      }
    }
    return best;
  }

  private static String figure(double value) {
    double size = Math.abs(value);
    String format =
        size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 1 ? "%.1f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }

  private static String json(Forecast forecast, List<Explanation> why) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("model", forecast.model().name());
    root.put("origin", forecast.origin().toString());
    root.put("step_seconds", forecast.stepSeconds());
    var times = root.putArray("time");
    for (int h = 0; h < forecast.steps(); h++) {
      times.add(forecast.instantAt(h).getEpochSecond());
    }
    ObjectNode quantiles = root.putObject("quantiles");
    for (int i = 0; i < forecast.levels().length; i++) {
      var path = quantiles.putArray(Double.toString(forecast.levels()[i]));
      for (double value : forecast.quantiles()[i]) {
        path.add(value);
      }
    }
    var explanation = root.putArray("explanation");
    for (Explanation each : why) {
      ObjectNode at = explanation.addObject();
      at.put("time", each.target().getEpochSecond());
      at.put("median", each.median());
      var parts = at.putArray("parts");
      for (Explanation.Part part : each.parts()) {
        parts.addObject().put("source", part.source().name()).put("amount", part.amount());
      }
      var members = at.putArray("members");
      for (Explanation.Member member : each.members()) {
        members
            .addObject()
            .put("name", member.name())
            .put("weight", member.weight())
            .put("median", member.median());
      }
    }
    return root.toString();
  }
}
