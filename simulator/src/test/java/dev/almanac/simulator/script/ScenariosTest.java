package dev.almanac.simulator.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.simulator.script.Script.Runner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every scenario against the pure step and in the virtual cluster. */
class ScenariosTest {
  private static final Path ROOT = Path.of(System.getProperty("almanac.root", ".."));

  private static final Pattern SCENARIO = Pattern.compile("\\| `[\\w-]+` \\| .* \\| [a-z, ]+ \\|");

  @TestFactory
  Stream<DynamicTest> stepAndCluster() throws IOException {
    return scenarios().stream()
        .flatMap(script ->
            Stream.of(Runner.STEP, Runner.CLUSTER)
                .filter(script.runners()::contains)
                .map(runner ->
                    DynamicTest.dynamicTest(
                        runner + " " + script.name(),
                        () ->
                            assertThat(ScriptRunner.play(script, runner).failures(script))
                                .isEmpty())));
  }

  @Test
  void thePageSaysWhichScenarioIsAboutWhat() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/reference/scenarios.md"));
    List<String> rows = new ArrayList<>();
    for (Script script : scenarios()) {
      rows.add(row(script));
    }
    assertThat(page.lines().filter(line -> SCENARIO.matcher(line).matches()).toList())
        .containsExactlyElementsOf(rows);
  }

  private static String row(Script script) {
    List<String> runners =
        Stream.of(Runner.values())
            .filter(script.runners()::contains)
            .map(runner -> runner.name().toLowerCase(java.util.Locale.ROOT))
            .toList();
    return "| `%s` | %s | %s |"
        .formatted(script.name(), String.join(", ", script.covers()), String.join(", ", runners));
  }

  private static List<Script> scenarios() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("simulator/scenarios"))) {
      List<Script> scripts = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".scenario")).sorted().toList()) {
        String name = file.getFileName().toString().replace(".scenario", "");
        scripts.add(ScriptReader.read(name, Files.readString(file)));
      }
      assertThat(scripts).hasSizeGreaterThan(40);
      return scripts;
    }
  }
}
