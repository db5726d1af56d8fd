package dev.almanac.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files made to hurt: each is refused in a sentence, without much work, memory or any secret. */
class ConfigurationAdversarialTest {

  private static final String GOOD =
      Documents.autoscaler(
          "web",
          """
          minReplicas: 2
          maxReplicas: 40
          demand:
            source: cluster-prometheus
            query: sum(rate(x{namespace="$namespace"}[1m]))
            perReplica: 120
          stage: Floor
          risk: {idlePrice: 1, shortPrice: 19}
          behavior: {scaleDown: {stabilizationWindowSeconds: 300}}
          interval: 15s
          stepCaps: {upPercent: 100}
          tolerance: 0.1
          """);

  @TempDir Path folder;

  @Test
  void aliasesThatExplodeAreRefused() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [lol]\n");
    for (int i = 1; i < 10; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i));
      bomb.append("*a%d,".formatted(i - 1).repeat(9)).append("]\n");
    }
    assertThat(Documents.problems(bomb.toString()))
        .containsExactly(
            "web.yaml:7: is refused: Number of aliases for non-scalar nodes exceeds the specified"
                + " max=50");
  }

  @Test
  void aliasesBelowTheLimitCannotMultiplyTheWork() {
    StringBuilder bomb = new StringBuilder("kind: PredictiveAutoscaler\nspec:\n  b0: &b0 {b: 1}\n");
    for (int i = 1; i <= 24; i++) {
      bomb.append("  b%d: &b%d {b: *b%d, c: *b%d}\n".formatted(i, i, i - 1, i - 1));
    }
    bomb.append("  demand: *b24\n  behavior: *b24\n");
    assertThat(Documents.problems(bomb.toString())).hasSizeBetween(25, 50);
  }

  @Test
  void aBlockInsideItselfEnds() {
    assertThat(
            Documents.problems(
                """
                kind: PredictiveAutoscaler
                metadata: {name: web, labels: &l {x: *l}}
                spec: &s
                  demand: *s
                  behavior: &b {scaleDown: *b}
                """))
        .contains(
            "web.yaml:4: spec.demand.demand: unknown field; did you mean spec.demand, one level up?")
        .contains("web.yaml:2: metadata.labels: holds a key or value that is not a single text");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[", "{a: ", "{\"a\":", "- ", "? ", "[[]", "!a ", "&a ", "\"", "|\n ", "a: &a\n "})
  void depthAndLengthAreLimited(String repeated) {
    String text = repeated.repeat(ConfigurationFiles.MAX_FILE_BYTES / repeated.length());
    assertThat(Documents.problems(text)).isNotEmpty().allSatisfy(p -> assertOneLine(p));
  }

  @Test
  void tenThousandDeepIsRefusedByDepth() {
    assertThat(Documents.problems("[".repeat(10_000) + "]".repeat(10_000)))
        .containsExactly("web.yaml:1: is refused: Nesting Depth exceeded max 20");
  }

  @Test
  void aDocumentOfManyValuesIsRefused() {
    assertThat(Documents.problems("[" + "1,".repeat(500_000) + "]"))
        .containsExactly(
            "web.yaml:1: is not YAML: a document with more than 10,000 keys and values");
  }

  @Test
  void asManyDocumentsAsAllowedAreReadAndNotOneMore() {
    String many =
        IntStream.range(0, ConfigurationReader.MAX_DOCUMENTS)
            .mapToObj("---\nkind: MetricSource\nmetadata: {name: s%d}\n"::formatted)
            .map(document -> document + "apiVersion: almanac.dev/v1alpha1\nspec: {url: http://p}\n")
            .collect(Collectors.joining());
    assertThat(Documents.problems(many)).isEmpty();
    assertThat(Documents.problems(many + Documents.SOURCE))
        .containsExactly(
            "web.yaml:50002: brings the configuration above 10,000 documents; split it");
  }

  @Test
  void noMoreProblemsAreToldThanAPersonReads() {
    String many =
        IntStream.range(0, 4_000).mapToObj("  k%d: 1\n"::formatted).collect(Collectors.joining());
    List<String> problems = Documents.problems("kind: MetricSource\nspec:\n" + many);
    assertThat(problems).hasSize(Problems.MAX + 1);
    assertThat(problems.getLast()).isEqualTo("web.yaml: and more; only the first 1,000 are told");
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    assertThat(Documents.problems("kind: x\na: \0b\n"))
        .containsExactly("web.yaml:2: holds the control character U+0000; remove it");
    assertThat(Documents.problems("kind: \u001b[2J\n"))
        .containsExactly("web.yaml:1: holds the control character U+001B; remove it");
    assertThat(Documents.problems(new byte[] {'a', ':', ' ', (byte) 0xc3, '\n'}))
        .containsExactly("web.yaml: is not UTF-8 text; save it as UTF-8");
    assertThat(Documents.problems(GOOD.getBytes(StandardCharsets.UTF_16)))
        .containsExactly("web.yaml: is not UTF-8 text; save it as UTF-8");
    assertThat(Documents.problems("\ufeff" + GOOD)).isEmpty();
    assertThat(Documents.problems(GOOD.replace("\n", "\r\n"))).isEmpty();
    assertThat(Documents.problems(new byte[0]))
        .containsExactly("web.yaml: holds no document; add a PredictiveAutoscaler");
    assertThat(Documents.problems("# nothing\n---\n---\n~\n"))
        .containsExactly("web.yaml: holds no document; add a PredictiveAutoscaler");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\"b",
        "a'b",
        "web\\n",
        "a\\nb: c",
        "$(reboot)",
        "${name}",
        "../../etc/passwd",
        "a/b",
        "x\\\"} or {y",
        "w\u00e9b",
        "\u202egnp",
        "-web",
        "web-",
        "web.",
        "a..b",
        "WEB",
        " ",
        "",
        "\\u0000",
        "\\u001b[31m",
      })
  void namesThatAreNotDnsNamesAreRefused(String name) {
    String quoted = '"' + name.replaceAll("(?<!\\\\)\"", "\\\\\"") + '"';
    for (String field : List.of("name: web}", "namespace: shop, name: web}")) {
      String yaml =
          GOOD.replace("metadata: {name: web}", "metadata: {" + field)
              .replaceFirst(
                  field.startsWith("namespace") ? "namespace: shop" : "name: web",
                  java.util.regex.Matcher.quoteReplacement(
                      (field.startsWith("namespace") ? "namespace: " : "name: ") + quoted));
      List<String> problems = Documents.problems(yaml);
      assertThat(problems).hasSize(1).allSatisfy(p -> assertOneLine(p));
      assertThat(problems.getFirst()).startsWith("web.yaml:3: metadata.name");
    }
  }

  @Test
  void namesHaveTheLengthThatKubernetesAllows() {
    String longest = "a".repeat(253);
    assertThat(Documents.problems(GOOD.replace("name: web", "name: " + longest))).isEmpty();
    assertThat(Documents.problems(GOOD.replace("name: web", "name: " + longest + "a"))).hasSize(2);
    String namespace = "name: web, namespace: " + "n".repeat(63);
    assertThat(Documents.problems(GOOD.replaceFirst("name: web", namespace))).isEmpty();
    assertThat(Documents.problems(GOOD.replaceFirst("name: web", namespace + "n"))).hasSize(1);
  }

  @Test
  void hostileKeysAreShownHarmless() {
    String yaml =
        """
        kind: MetricSource
        "spec\\u001b[2J\\n\\u202e": 1
        "%s": 1
        "": 1
        "a.b": 1
        """
            .formatted("k".repeat(100_000));
    assertThat(Documents.problems(yaml)).allSatisfy(p -> assertOneLine(p));
  }

  @Test
  void secretsInTheWrongPlaceAreNotRepeated() throws Exception {
    Path file = Path.of(getClass().getResource("rejected/metric-sources.yaml").toURI());
    assertThat(Files.readString(file)).contains("hunter2");
    assertThat(Documents.problems(file)).isNotEmpty().noneMatch(p -> p.contains("hunter2"));
    assertThat(Documents.problems("kind: MetricSource\nspec: {auth: {token: \"hunter2}\n"))
        .isNotEmpty()
        .noneMatch(p -> p.contains("hunter2"));
  }

  @Test
  void filesAreBoundedBeforeTheyAreRead() throws IOException {
    Files.writeString(folder.resolve("a.yaml"), "#".repeat(2 << 20));
    try (RandomAccessFile sparse = new RandomAccessFile(folder.resolve("b.yaml").toFile(), "rw")) {
      sparse.setLength(1L << 36);
    }
    Files.writeString(folder.resolve("c.yaml"), GOOD);
    assertThat(Documents.problems(folder))
        .containsExactly(
            "a.yaml: is larger than 1 MiB; split it", "b.yaml: is larger than 1 MiB; split it");
  }

  @Test
  void aFolderIsBoundedAsAWhole() throws IOException {
    String megabyte = "#".repeat(ConfigurationFiles.MAX_FILE_BYTES);
    for (int i = 10; i < 24; i++) {
      Files.writeString(folder.resolve(i + ".yaml"), megabyte);
    }
    Files.writeString(folder.resolve("99.yaml"), GOOD);
    assertThat(Documents.problems(folder))
        .containsExactly("20.yaml: brings the folder above 10 MiB; split it");
  }

  @Test
  void linksDoNotLeadOutOfTheFolder() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Path secret = Files.writeString(outside.resolve("secret.yaml"), "root:x:0:0");
    Path inside = Files.createDirectory(folder.resolve("inside"));
    Files.createSymbolicLink(inside.resolve("absolute.yaml"), secret.toAbsolutePath());
    Files.createSymbolicLink(inside.resolve("relative.yaml"), Path.of("../outside/secret.yaml"));
    Files.createSymbolicLink(inside.resolve("loop.yaml"), Path.of("loop.yaml"));
    Files.createSymbolicLink(inside.resolve("nowhere.yaml"), Path.of("gone.yaml"));
    Files.createSymbolicLink(inside.resolve("through.yaml"), Path.of("door/secret.yaml"));
    Files.createSymbolicLink(inside.resolve("door"), Path.of("../outside"));
    Files.createDirectory(inside.resolve("folder.yaml"));
    assertThat(Documents.problems(inside))
        .containsExactly(
            "absolute.yaml: is a link that leads out of the folder; copy the file instead",
            "folder.yaml: is not a regular file; remove it or give it another name",
            "loop.yaml: cannot be read: FileSystemException",
            "nowhere.yaml: does not exist; check the path",
            "relative.yaml: is a link that leads out of the folder; copy the file instead",
            "through.yaml: is a link that leads out of the folder; copy the file instead");
  }

  @Test
  void fileNamesAreShownHarmless() throws IOException {
    Files.writeString(folder.resolve("a\n\u001b[2J.yaml"), "kind: x");
    assertThat(Documents.problems(folder)).hasSize(1).allSatisfy(p -> assertOneLine(p));
  }

  /** Whatever the bytes, there is a configuration or a reason, and never an exception. */
  @Test
  void brokenDocumentsAreReadOrExplained() {
    byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
    String[] pieces = {
      "-1",
      "1e999",
      ".nan",
      "&a ",
      "*a",
      "!!int ",
      "{",
      "}",
      "[",
      "]",
      "\n",
      "  ",
      ": ",
      "|",
      "\"",
      "'",
      "~",
      "?",
      "<<: *a",
      "---\n",
      "\t",
      "%YAML 9\n",
      "\0",
      "\ufffe",
      "0",
      "$x",
      "spec",
      "yes"
    };
    int accepted = 0;
    for (int seed = 0; seed < 5_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      StringBuilder text = new StringBuilder(new String(good, StandardCharsets.UTF_8));
      for (int edit = random.nextInt(1, 5); edit > 0; edit--) {
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + random.nextInt(6));
        text.replace(at, end, random.nextBoolean() ? pieces[random.nextInt(pieces.length)] : "");
      }
      List<String> problems = Documents.problems(text.toString());
      assertThat(problems).as("seed %d", seed).allSatisfy(p -> assertOneLine(p));
      accepted += problems.isEmpty() ? 1 : 0;
    }
    assertThat(accepted).as("some edits do no harm").isBetween(1, 4_000);
  }

  private static void assertOneLine(String problem) {
    assertThat(problem).hasSizeLessThan(500);
    assertThat(problem.chars().anyMatch(Character::isISOControl)).as(problem).isFalse();
    assertThat(problem).doesNotContain("\u202e", "\u2028");
  }
}
