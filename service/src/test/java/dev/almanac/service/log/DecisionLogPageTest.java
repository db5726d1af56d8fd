package dev.almanac.service.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.ModelId;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.Demand;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.Signals;
import dev.almanac.predictor.scaling.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example in docs/reference/decision-log.md is a log that verifies, and the problem shown there
 * is what is reported about it. Where the format has changed, write it anew with {@code
 * -Dalmanac.docs=write}.
 */
class DecisionLogPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("almanac.root", ".."), "docs/reference/decision-log.md");

  @TempDir Path folder;

  @Test
  void theExampleVerifies() throws IOException {
    if (System.getProperty("almanac.docs", "").equals("write")) {
      String log = example();
      String page = replace(Files.readString(PAGE), "log", "jsonl", log);
      Files.writeString(PAGE, replace(page, "problem", "text", problem(log)));
    }
    String page = Files.readString(PAGE);
    String log = block(page, "log");
    Path file = Files.writeString(folder.resolve("decisions-00000001.jsonl"), log);
    assertThat(Logs.sound(file).records()).isEqualTo(2);
    assertThat(block(page, "problem")).isEqualTo(problem(log));
  }

  /** What is said about the example once somebody has touched it. */
  private String problem(String log) throws IOException {
    String touched = log.replaceFirst("\"specReplicas\":4", "\"specReplicas\":6");
    Path file = Files.writeString(folder.resolve("decisions-00000001.jsonl"), touched);
    return Logs.verify(file).problems().getFirst() + "\n";
  }

  private String example() throws IOException {
    try (DecisionLog log =
        DecisionLog.open(
            folder.resolve("log"),
            DecisionLog.Limits.DEFAULT,
            "0.1.0",
            DecisionLog.Restoration.none().workloads())) {
      Steps steps = new Steps("shop/web");
      log.append(steps.take(observation(0, 3, 340)));
      log.append(steps.take(observation(1, 4, 372.5)));
    }
    return Files.readString(Logs.files(folder.resolve("log")).getFirst());
  }

  private static Observation observation(int number, int replicas, double demand) {
    var at = Steps.at(number);
    double[] levels = Autoscaler.levels(Steps.policy());
    double[][] quantiles = new double[levels.length][2];
    for (int i = 0; i < levels.length; i++) {
      quantiles[i][0] = demand + 10 * i;
      quantiles[i][1] = demand + 20 + 12.5 * i;
    }
    return new Observation(
        at,
        new TargetFacts(
            replicas,
            replicas,
            3,
            false,
            String.valueOf(4812 + number),
            at,
            new StartUpTimes(20, Duration.ofSeconds(31), Duration.ofSeconds(48))),
        List.of(),
        new Demand(new Reading.Present(demand, at.minusSeconds(5))),
        Optional.of(
            new Forecast(
                at,
                60,
                levels,
                quantiles,
                Steps.START.plus(Duration.ofHours(6)),
                new ModelId("pooled-ridge", Steps.START))),
        Optional.empty(), // not in the first day, nor has anything been scored
        Trust.NOT_SCORED,
        Limits.none(),
        Signals.none());
  }

  private static String block(String page, String name) {
    Matcher matcher = pattern(name).matcher(page);
    assertThat(matcher.find()).as("block " + name).isTrue();
    return matcher.group(2).replaceFirst("(?s)^```\\w+\n(.*)```\n$", "$1");
  }

  private static String replace(String page, String name, String language, String content) {
    String block = "```" + language + "\n" + content + "```\n";
    return pattern(name)
        .matcher(page)
        .replaceFirst(found -> Matcher.quoteReplacement(found.group(1) + block + found.group(3)));
  }

  private static Pattern pattern(String name) {
    return Pattern.compile(
        "(<!-- %s -->\n)(.*?)(<!-- /%s -->\n)".formatted(name, name), Pattern.DOTALL);
  }
}
