package dev.almanac.service.cli;

import static dev.almanac.service.cli.CommandRun.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code almanac pack} as a person or a script meets it. */
class PackCommandTest {
  private static final Path ROOT = Path.of(System.getProperty("almanac.root", ".."));
  private static final Path PODS = ROOT.resolve("docs/reference/packing-pods.yaml");
  private static final Path TYPES = ROOT.resolve("docs/reference/packing-types.yaml");

  private static CommandRun pack(String... more) {
    String[] args = new String[more.length + 7];
    String[] start = {
      "pack", "--pods", PODS.toString(), "--nodes", TYPES.toString(), "--effort", "2"
    };
    System.arraycopy(start, 0, args, 0, start.length);
    System.arraycopy(more, 0, args, start.length, more.length);
    return run(args);
  }

  @Test
  void theReferencePageShowsWhatIsPrinted() throws IOException {
    CommandRun run = pack();
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
    String page = Files.readString(ROOT.resolve("docs/reference/packing.md"));
    run.out().lines().filter(l -> !l.isBlank()).forEach(line -> assertThat(page).contains(line));
  }

  @Test
  void jsonHoldsEveryPodOnceAndAddsUp() throws IOException {
    CommandRun run = pack("-o", "json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode root = new ObjectMapper().readTree(run.out());
    Set<String> nodes = new HashSet<>();
    double price = 0;
    for (JsonNode node : root.path("nodes")) {
      assertThat(nodes.add(node.path("name").asText())).isTrue();
      price += node.path("price").asDouble();
    }
    assertThat(root.path("node_count").asInt()).isEqualTo(nodes.size());
    assertThat(root.path("price").asDouble())
        .isCloseTo(price, org.assertj.core.data.Offset.offset(1e-9));
    Set<String> pods = new HashSet<>();
    for (JsonNode a : root.path("assignments")) {
      assertThat(pods.add(a.path("pod").asText())).isTrue();
      assertThat(nodes).contains(a.path("node").asText());
    }
    root.path("unplaced").forEach(u -> pods.add(u.path("pod").asText()));
    assertThat(pods).hasSize(root.path("placed_pods").asInt() + root.path("unplaced_pods").asInt());
    double gap = 100 * (price / root.path("lower_bound").path("price").asDouble() - 1);
    assertThat(root.path("gap_percent").asDouble())
        .isCloseTo(gap, org.assertj.core.data.Offset.offset(1e-6));
    assertThat(pack("-o", "json").out()).isEqualTo(run.out());
  }

  @Test
  void gatesDecideTheExitCode() {
    CommandRun all = pack("--all");
    assertThat(all.code()).isEqualTo(1);
    assertThat(all.err()).contains("gate failed: pods without a node: 1");
    assertThat(pack("--max-gap", "1000").code()).isZero();
  }

  @Test
  void badInputIsTwo(@TempDir Path folder) throws IOException {
    assertThat(run("pack", "--nodes", TYPES.toString()).code()).isEqualTo(2);
    CommandRun none = run("pack", "--pods", folder.resolve("none").toString());
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("there is no file");
    assertThat(pack("--gap", "-1").code()).isEqualTo(2);
    Path twice = folder.resolve("twice.yaml");
    String pod = "kind: Pod\nmetadata: {name: p}\nspec: {containers: [{}]}\n";
    Files.writeString(twice, pod + "---\n" + pod);
    CommandRun run = run("pack", "--pods", twice.toString(), "--nodes", TYPES.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("two pods", "p");
  }

  @Test
  void aDeadlineStillAnswers() {
    assertThat(pack("--time", "1s").code()).isZero();
  }
}
