package dev.almanac.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds docs/reference/configuration.md to the schema, and runs its examples. */
class ReferencePageTest {
  private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  /** A refused example and, in the next block, what is said about it. */
  private static final Pattern REFUSED =
      Pattern.compile("```yaml\n(.[^`]*?)```\n\n```text\n(.*?)```", Pattern.DOTALL);

  @ParameterizedTest
  @MethodSource("fields")
  void hasTheRowOfEveryField(Field<?> field) throws IOException {
    assertThat(page().lines().filter(row(field)::equals)).as(row(field)).isNotEmpty();
  }

  @Test
  void hasNoRowOfAnyOther() throws IOException {
    List<String> rows = fields().map(ReferencePageTest::row).toList();
    assertThat(page().lines().filter(line -> line.startsWith("| `"))).allMatch(rows::contains);
  }

  @ParameterizedTest
  @MethodSource("fields")
  void itsExamplesOfFieldsAreRight(Field<?> field) {
    if (!(field.type() instanceof FieldType.Refused)) {
      assertThat(field.valueOf(field.example())).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void itsExamplesAreAccepted(String yaml) {
    String source = yaml.contains("kind: MetricSource") ? "" : Documents.SOURCE;
    assertThat(Documents.problems(yaml + source)).isEmpty();
  }

  @Test
  void itsRefusedExampleIsRefusedInThoseWords() throws IOException {
    MatchResult found = REFUSED.matcher(page()).results().findFirst().orElseThrow();
    ConfigurationFiles.File file =
        new ConfigurationFiles.File(
            "web.yaml", (found.group(1) + Documents.SOURCE).getBytes(StandardCharsets.UTF_8));
    Configuration.Result result =
        ConfigurationReader.read(new ConfigurationFiles(List.of(file), List.of()));
    assertThat(((Configuration.Rejected) result).report()).isEqualTo(found.group(2));
  }

  static Stream<Field<?>> fields() {
    return Stream.of(
            Schema.Autoscaler.ALL,
            Schema.Source.ALL,
            Schema.Calendar.ALL,
            Schema.Calendar.DATE_ENTRY,
            Schema.Calendar.EVENT_ENTRY,
            Schema.Calendar.EXCLUSION_ENTRY,
            PolicyFields.ALL,
            HpaFields.POLICY_ENTRY,
            HpaFields.METRIC_ENTRY,
            HpaFields.EXPRESSION_ENTRY,
            GuardFields.VETO_ENTRY,
            GuardFields.FLOOR_ENTRY)
        .flatMap(schema -> schema.fields().stream())
        .distinct();
  }

  static Stream<String> examples() throws IOException {
    String accepted = REFUSED.matcher(page()).replaceAll("");
    List<String> examples =
        EXAMPLE.matcher(accepted).results().map(example -> example.group(1)).toList();
    assertThat(examples).hasSizeGreaterThan(3);
    return examples.stream();
  }

  static String row(Field<?> field) {
    if (field.type() instanceof FieldType.Refused refused) {
      return "| `%s` | %s |".formatted(field.path(), refused.why());
    }
    String fallback =
        switch (field.presence()) {
          case REQUIRED -> "required";
          case REQUIRED_IN_BLOCK -> "required in its block";
          case OPTIONAL -> field.fallbackText().isEmpty() ? "none" : code(field.fallbackText());
        };
    return "| %s | %s | %s | %s | %s | %s |"
        .formatted(
            code(field.path()),
            field.type().name(),
            fallback,
            field.type().bounds(),
            code(field.example()),
            field.meaning());
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  private static String page() throws IOException {
    return Files.readString(
        Path.of(System.getProperty("almanac.root"), "docs/reference/configuration.md"));
  }
}
