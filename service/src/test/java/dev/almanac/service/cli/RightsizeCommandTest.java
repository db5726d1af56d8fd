package dev.almanac.service.cli;

import static dev.almanac.service.cli.CommandRun.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code almanac rightsize} without a store, as a person or a script meets it. */
class RightsizeCommandTest {
  private static final int SAMPLES = 14 * 288;

  @TempDir private Path folder;

  /** Two containers, one with a history of 20 minutes. */
  private Path csv(String name, double level) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    StringBuilder text = new StringBuilder("series,timestamp,value\n");
    for (int i = 0; i < SAMPLES; i++) {
      text.append(
          String.format(
              Locale.ROOT,
              "shop/Deployment/web/app,%d,%.4f%n",
              1_700_000_100L + 300 * i,
              level * random.nextDouble(0.9, 1.1)));
    }
    for (int i = SAMPLES - 4; i < SAMPLES; i++) {
      text.append("young,%d,%.4f%n".formatted(1_700_000_100L + 300 * i, level));
    }
    return Files.writeString(folder.resolve(name), text);
  }

  private CommandRun rightsize(String... more) throws IOException {
    String[] args = new String[5 + more.length];
    args[0] = "rightsize";
    args[1] = "--cpu";
    args[2] = csv("cpu.csv", 0.3).toString();
    args[3] = "--memory";
    args[4] = csv("memory.csv", 400 << 20).toString();
    System.arraycopy(more, 0, args, 5, more.length);
    return run(args);
  }

  @Test
  void filesAreEnoughForAFirstLook() throws IOException {
    CommandRun table = rightsize("--why");
    assertThat(table.code()).as(table.err()).isZero();
    assertThat(table.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(table.out())
        .contains("shop/web app", "->3", "not enough history: 20 min of 3 d needed")
        .contains("promise: 0.0 days a month with an OOM kill");
  }

  /** 400 MiB were used: what the heap may grow to decides, wherever it is said. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "command: [java, -Xmx2g, -jar, app.jar] | 2Gi",
        "command: [sh, -c, 'exec java -Xmx1g -XX:MaxHeapSize=3g -jar app.jar'] | 3Gi",
        "env: [{name: JAVA_TOOL_OPTIONS, value: '-Xmx2g -Dx=y'}] | 2Gi",
        "env: [{name: JAVA_TOOL_OPTIONS, value: -Xmx3g}], args: [-Xmx2g] | 2Gi",
        "env: [{name: JDK_JAVA_OPTIONS, value: -Xmx2g}, {name: JAVA_TOOL_OPTIONS, value: -Xmx3g}] | 2Gi",
        "env: [{name: JAVA_TOOL_OPTIONS, valueFrom: {fieldRef: {fieldPath: metadata.name}}}] | ''",
        "command: [java, '-Xmx$(HEAP)'] | ''",
        "command: [java, -XX:MaxRAMPercentage=75] | ''",
        "image: app | ''",
      })
  void theHeapOfManifestsCounts(String container, String heap) throws IOException {
    for (String namespace : new String[] {"", ", namespace: shop"}) {
      Path file =
          Files.writeString(
              folder.resolve("web.yaml"),
              """
              apiVersion: v1
              kind: List
              items:
                - apiVersion: apps/v1
                  kind: Deployment
                  metadata: {name: web%s}
                  spec: {template: {spec: {containers: [{name: app, %s}]}}}
                - {apiVersion: v1, kind: ConfigMap, metadata: {name: web}, data: {a: b}}
              """
                  .formatted(namespace, container));
      JsonNode row =
          new ObjectMapper()
              .readTree(rightsize("--manifests", file.toString(), "-o", "json").out())
              .path("containers")
              .get(0);
      assertThat(row.toString().contains("JVM_HEAP") || row.toString().contains("jvm_heap"))
          .as(row.toString())
          .isEqualTo(!heap.isEmpty());
      if (!heap.isEmpty()) {
        assertThat(row.toString()).contains("by its arguments the JVM's heap may grow to " + heap);
      }
    }
  }

  @Test
  void manifestsThatCannotBeReadSayWhy() throws IOException {
    CommandRun run = rightsize("--manifests", folder.resolve("none.yaml").toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--manifests: there is no file");
  }

  @Test
  void everyToolSaysItsOwnInEightyColumns() throws IOException {
    CommandRun compared = rightsize("--compare");
    assertThat(compared.code()).as(compared.err()).isZero();
    assertThat(compared.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(compared.out().lines().findFirst().orElse("").split(" +"))
        .containsExactly(
            "container", "now", "almanac", "vpa", "krr", "kubecost", "crane", "autopilot");
    // KRR: 115 % of the highest; of the young one nothing is said but by VPA.
    assertThat(compared.out()).contains("506Mi");
  }

  @Test
  void jsonAndYamlSayTheSame() throws IOException {
    JsonNode json = new ObjectMapper().readTree(rightsize("-o", "json").out());
    JsonNode yaml = new YAMLMapper().readTree(rightsize("-o", "yaml").out());
    assertThat(new ObjectMapper().readTree(yaml.toString())).isEqualTo(json);
    JsonNode row = json.path("containers").get(0);
    assertThat(row.path("key").asText()).isEqualTo("shop/Deployment/web/app");
    assertThat(row.path("now").isNull()).isTrue();
    assertThat(row.path("usd_month_now").isNull()).as("nobody says what it requests").isTrue();
    assertThat(row.path("memory_bytes").path("promise").path("days_replayed").asInt())
        .isEqualTo(11);
    assertThat(json.path("containers").get(1).path("refused").path("why").asText())
        .isEqualTo("not_enough_history");
  }

  @Test
  void csvHasARowAContainerAndAsManyCells() throws IOException {
    String csv = rightsize("-o", "csv").out();
    assertThat(csv.lines()).hasSize(3);
    int columns = csv.lines().findFirst().orElse("").split(",").length;
    assertThat(columns).isEqualTo(17);
    assertThat(csv).contains("shop,Deployment,web,app,1,warning,,");
  }

  @Test
  void thePageLoadsNothingAndHasAPictureAResource() throws IOException {
    String page = rightsize("-o", "html").out();
    assertThat(page).doesNotContain("<script", "src=", "url(", "@import");
    assertThat(page.split("<svg ", -1)).hasSize(3);
    assertThat(page).contains("class=\"advised\"");
  }

  @Test
  void guessedWorkloadsAreNotPatched() throws IOException {
    CommandRun kustomize = rightsize("-o", "kustomize");
    assertThat(kustomize.out()).isEmpty();
    assertThat(kustomize.err()).contains("workloads are left out: files do not say");
    CommandRun helm = rightsize("-o", "helm");
    assertThat(helm.out()).isEqualTo("{}\n");
    assertThat(helm.err()).contains("workloads are left out: files do not say");
  }

  @Test
  void aGateFailsWithOneAndSaysItsFigure() throws IOException {
    CommandRun failed = rightsize("--fail-if", "refused >= 1", "--fail-if", "critical > 0");
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err()).contains("gate failed: refused is 1, >= 1").doesNotContain("critical");
  }

  @Test
  void theNextRunSaysWhatIsDifferent() throws IOException {
    Path out = folder.resolve("advice");
    assertThat(rightsize("--out", out.toString()).out()).doesNotContain("since the last run");
    String same = rightsize("--out", out.toString()).out();
    assertThat(same).doesNotContain("since the last run");
    Path before =
        Files.writeString(
            folder.resolve("before.json"),
            """
            {"containers": [
              {"key": "shop/Deployment/web/app", "advised": {"requests": {"cpu_millicores": 900}}},
              {"key": "shop/Deployment/old/app"}]}\
            """);
    String differs = rightsize("--diff", before.toString()).out();
    assertThat(differs)
        .contains("since the last run, 3 differences:")
        .contains("file/Pod/young/container: new")
        .contains("shop/Deployment/old/app: gone")
        .contains("shop/Deployment/web/app: CPU 900m -> 3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --fail-if waste > 1                 | is no condition
          --prices nowhere                    | no file nowhere
          --diff none.json                    | none.json
          --limit -1                          | --limit
          --goal fast                         | --goal
          -o pdf                              | -o
          """)
  void badUsageIsTwoWithItsReason(String arguments, String says) throws IOException {
    int blank = arguments.indexOf(' ');
    CommandRun run =
        rightsize(arguments.substring(0, blank), arguments.substring(blank + 1).strip());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(says);
  }

  @Test
  void usageThatIsNotThereIsSaid() {
    Path none = folder.resolve("none.csv");
    CommandRun run = run("rightsize", "--cpu", none.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("there is no file " + none);
  }

  @Test
  void usageIsNeverNegative() throws IOException {
    Path file =
        Files.writeString(folder.resolve("negative.csv"), "timestamp,value\n0,1\n300,-2\n600,1\n");
    CommandRun run = run("rightsize", "--cpu", file.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("negative: -2.0 at 1970-01-01T00:05:00Z");
  }

  @Test
  void aStoreThatDoesNotAnswerIsThree() {
    CommandRun run = run("rightsize", "--prometheus", "http://127.0.0.1:1");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("127.0.0.1");
    CommandRun nowhere = run("rightsize", "--prometheus", "http://127.0.0.1:1", "--resume");
    assertThat(nowhere.code()).isEqualTo(2);
    assertThat(nowhere.err()).contains("--resume needs --prometheus and --out");
    assertThat(run("rightsize").code()).as("neither a store nor files").isEqualTo(2);
  }
}
