package dev.almanac.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.StageName;
import dev.almanac.service.http.Probes.MetricsPage;
import dev.almanac.service.http.Probes.Readiness;
import dev.almanac.service.view.Evidence;
import dev.almanac.service.view.SyntheticView;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * docs/reference/openapi.yaml and the server say the same: each lists the other's paths, and every
 * answer that the document describes is asked for and has the described form. Its schemas admit no
 * further property and require each of theirs, so a field that is new, gone or renamed is found.
 */
class OpenApiTest {
  private static final String LOCATION = "https://almanac.dev/openapi.yaml";
  private static final Path FILE =
      Path.of(System.getProperty("almanac.root")).resolve("docs/reference/openapi.yaml");
  private static final JsonNode DOCUMENT = read();
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          registry -> registry.schemas(Map.of(LOCATION, DOCUMENT.toString())));

  private static JsonNode read() {
    try {
      return new ObjectMapper(new YAMLFactory()).readTree(Files.readString(FILE));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void documentAndServerHaveTheSamePaths() {
    try (Served served = Served.of(SyntheticView.empty())) {
      Set<String> documented = new TreeSet<>();
      DOCUMENT.at("/paths").fieldNames().forEachRemaining(documented::add);
      documented.remove("/"); // The page's files are a list of their own.
      assertThat(served.api.paths()).containsExactlyInAnyOrderElementsOf(documented);
    }
  }

  @Test
  void everyDocumentedAnswerIsGivenAndHasItsForm(@TempDir Path reports) throws IOException {
    Set<String> seen = new HashSet<>();
    Files.writeString(reports.resolve("nightly.html"), "<!doctype html><p>Fine.");
    try (Served served = Served.withReports(SyntheticView.empty(), reports)) {
      seen.add(check("/api/reports", served.get("/api/reports")));
      seen.add(check("/reports/{name}", served.get("/reports/nightly")));
      seen.add(check("/reports/{name}", served.get("/reports/weekly")));
    }
    SyntheticView view = SyntheticView.sixWorkloads();
    Served.BoundsDraft bounds = Served.bounds();
    bounds.streams = 1;
    try (Served served = Served.of(view, Served.PROBES, bounds.build())) {
      for (String workload : List.of("shop/web", "jobs/mailer", "media/resize")) {
        String path = "/api/workloads/" + workload;
        seen.add(check("/api/workloads/{namespace}/{name}", served.get(path)));
        long at = served.json(path).at("/workload/decisions/0/at").asLong();
        seen.add(
            check(
                "/api/workloads/{namespace}/{name}/decisions/{at}",
                served.get(path + "/decisions/" + at)));
      }
      String etag = served.get("/").headers().firstValue("etag").orElseThrow();
      seen.add(check("/", served.get("/")));
      seen.add(check("/", served.get("/", "if-none-match", etag)));
      for (String path : List.of("/healthz", "/readyz", "/metrics", "/api/overview")) {
        seen.add(check(path, served.get(path)));
      }
      try (EventReader events = new EventReader(served)) {
        checkBody("/api/events", "200", "text/event-stream", events.next("hello").data());
        view.tick(Duration.ofHours(1));
        checkBody("/api/events", "200", "text/event-stream", events.next("tick").data());
        seen.add("/api/events 200");
        seen.add(check("/api/events", served.get("/api/events")));
      }
      for (var wrong :
          Map.of(
                  "/api/workloads/{namespace}/{name}",
                  List.of("/api/workloads/shop/web?range=soon", "/api/workloads/shop/none"),
                  "/api/workloads/{namespace}/{name}/decisions/{at}",
                  List.of(
                      "/api/workloads/shop/web/decisions/now",
                      "/api/workloads/shop/web/decisions/1"))
              .entrySet()) {
        wrong.getValue().forEach(path -> seen.add(check(wrong.getKey(), served.get(path))));
      }
      for (String path : paths()) {
        if (path.startsWith("/api/")) {
          seen.add(check(path, served.get(example(path), "sec-fetch-site", "cross-site")));
        }
      }
    }
    seen.addAll(whenItIsNotWell());

    assertThat(seen).containsAll(documentedAnswers());
  }

  /** Answers of a service that is sick, and of one that is busy. */
  private static Set<String> whenItIsNotWell() {
    Set<String> seen = new HashSet<>();
    Probes sick =
        new Probes(
            () -> false,
            () -> new Readiness(false, "no data for 4 min"),
            () -> new MetricsPage("text/plain", "".getBytes(StandardCharsets.US_ASCII)));
    Served.BoundsDraft bounds = Served.bounds();
    bounds.working = 0;
    try (Served served = Served.of(SyntheticView.sixWorkloads(), sick, bounds.build())) {
      for (String path : paths()) {
        if (!path.equals("/") && !path.equals("/api/events")) {
          seen.add(check(path, served.get(example(path))));
        }
      }
    }
    return seen;
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nothing, 404",
    "GET, /api/workloads/shop/web/decisions/, 404",
    "POST, /api/overview, 405",
    "DELETE, /api/workloads/shop/web, 405"
  })
  void whatNoPathServesHasTheFormOfAnError(String method, String path, int status) {
    try (Served served = Served.of(SyntheticView.sixWorkloads())) {
      HttpResponse<String> answer = served.send(method, path);
      assertThat(answer.statusCode()).isEqualTo(status);
      validate("#/components/schemas/Error", answer.body());
      assertThat(Served.parse(answer.body()).at("/status").asInt()).isEqualTo(status);
    }
  }

  @Test
  void wordsAreThoseOfTheCode() {
    assertThat(words("ReasonCode")).containsExactlyElementsOf(names(ReasonCode.values()));
    assertThat(words("Stage")).containsExactlyElementsOf(names(Stage.values()));
    assertThat(words("StageName")).containsExactlyElementsOf(names(StageName.values()));
    assertThat(words("Evidence/properties/kind"))
        .containsExactlyElementsOf(names(Evidence.Kind.values()));
  }

  /**
   * Without this the tests above could be satisfied by schemas that say nothing, or say it in words
   * that no validator knows.
   */
  @Test
  void everySchemaUsesKnownWordsAndEveryObjectIsClosedAndRequiresAllItHas() {
    List<JsonNode> schemas = new ArrayList<>();
    DOCUMENT.at("/components/schemas").forEach(schema -> collect(schema, schemas));
    assertThat(schemas).hasSizeGreaterThan(100);
    for (JsonNode schema : schemas) {
      assertThat(schema.fieldNames())
          .toIterable()
          .as("%s", schema)
          .isSubsetOf(
              "type",
              "description",
              "enum",
              "items",
              "properties",
              "required",
              "additionalProperties",
              "$ref",
              "minimum",
              "maximum",
              "exclusiveMinimum",
              "minLength",
              "maxLength",
              "maxItems",
              "pattern");
      if (schema.has("properties")) {
        assertThat(schema.at("/additionalProperties"))
            .as("%s", schema)
            .isEqualTo(BooleanNode.FALSE);
        assertThat(texts(schema.at("/required")))
            .containsExactlyInAnyOrderElementsOf(schema.at("/properties")::fieldNames);
      }
    }
  }

  private static void collect(JsonNode schema, List<JsonNode> into) {
    into.add(schema);
    schema.path("properties").forEach(property -> collect(property, into));
    if (schema.has("items")) {
      collect(schema.path("items"), into);
    }
  }

  // ---------------------------------------------------------------- the document

  private static List<String> paths() {
    List<String> paths = new ArrayList<>();
    DOCUMENT.at("/paths").fieldNames().forEachRemaining(paths::add);
    return paths;
  }

  private static String example(String path) {
    return path.replace("{namespace}", "shop").replace("{name}", "web").replace("{at}", "1");
  }

  /** {@code PATH STATUS} of each answer in the document. */
  private static Set<String> documentedAnswers() {
    Set<String> answers = new TreeSet<>();
    for (String path : paths()) {
      DOCUMENT
          .at(responses(path))
          .fieldNames()
          .forEachRemaining(status -> answers.add(path + " " + status));
    }
    return answers;
  }

  private static String responses(String path) {
    return "/paths/" + path.replace("~", "~0").replace("/", "~1") + "/get/responses";
  }

  /** Checks an answer against what the document says of its path and status; names both. */
  private static String check(String path, HttpResponse<String> answer) {
    String status = Integer.toString(answer.statusCode());
    String type =
        answer.headers().firstValue("content-type").orElse("").replaceFirst("\\s*;.*", "");
    checkBody(path, status, type, answer.body());
    return path + " " + status;
  }

  private static void checkBody(String path, String status, String type, String body) {
    String at = responses(path) + "/" + status;
    JsonNode response = DOCUMENT.at(at);
    assertThat(response.isMissingNode()).as("%s %s is documented", path, status).isFalse();
    if (response.has("$ref")) {
      at = response.at("/$ref").asText().substring(1);
      response = DOCUMENT.at(at);
    }
    if (!response.has("content")) {
      assertThat(body).as("%s %s has no body", path, status).isEmpty();
      return;
    }
    assertThat(response.at("/content").has(type))
        .as("%s %s as %s is documented", path, status, type)
        .isTrue();
    String media = type.replace("/", "~1");
    String json = type.startsWith("text/") && !type.endsWith("stream") ? quoted(body) : body;
    validate("#" + at + "/content/" + media + "/schema", json);
  }

  private static String quoted(String text) {
    return new ObjectMapper().getNodeFactory().textNode(text).toString();
  }

  private static void validate(String schema, String json) {
    String pointer = schema.replace("{", "%7B").replace("}", "%7D");
    assertThat(
            SCHEMAS
                .getSchema(SchemaLocation.of(LOCATION + pointer))
                .validate(json, InputFormat.JSON))
        .as("%s against %s", json.substring(0, Math.min(400, json.length())), schema)
        .isEmpty();
  }

  private static List<String> words(String schema) {
    return texts(DOCUMENT.at("/components/schemas/" + schema + "/enum"));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static List<String> names(Enum<?>[] values) {
    return Stream.of(values).map(Enum::name).toList();
  }
}
