package dev.almanac.service.pack;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.zip.GZIPInputStream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Objects of a YAML or JSON file, one at a time: documents, and the items of lists, so that a dump
 * of a whole cluster never stands in memory as a tree.
 */
public final class ManifestFiles {

  /** Characters of one YAML file: a million pods. */
  private static final int MAX_CHARACTERS = 2_000_000_000;

  private static final int MAX_DEPTH = 100;

  private final ObjectMapper json = mapper(new JsonFactory());
  private final ObjectMapper yaml;

  /** Reads with the limits of a dump of a large cluster. */
  public ManifestFiles() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_CHARACTERS);
    options.setNestingDepthLimit(MAX_DEPTH);
    yaml = mapper(YAMLFactory.builder().loaderOptions(options).build());
  }

  private static ObjectMapper mapper(JsonFactory factory) {
    return new ObjectMapper(factory)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(JsonParser.Feature.ALLOW_COMMENTS)
        .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
  }

  /**
   * Hands over each object with its kind.
   *
   * @throws ManifestException when the file cannot be read
   */
  public void read(Path file, BiConsumer<String, JsonNode> objects) {
    try (InputStream raw = open(file)) {
      boolean isJson = startsAsJson(raw);
      ObjectMapper mapper = isJson ? json : yaml;
      try (JsonParser plain = mapper.getFactory().createParser(raw)) {
        JsonParser parser = plain instanceof YAMLParser y ? new WithoutAliases(y) : plain;
        while (parser.nextToken() != null) {
          document(parser, mapper, objects);
        }
      }
    } catch (JsonProcessingException e) {
      throw new ManifestException("%s%s: %s".formatted(file, line(e), cause(e)));
    } catch (IllegalArgumentException e) {
      throw new ManifestException(file + ": " + e.getMessage());
    } catch (java.nio.file.NoSuchFileException e) {
      throw new ManifestException("there is no file " + file);
    } catch (IOException e) {
      throw new ManifestException("cannot read " + file + ": " + e.getMessage());
    }
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    return file.toString().endsWith(".gz")
        ? new BufferedInputStream(new GZIPInputStream(in), 1 << 16)
        : in;
  }

  /** JSON is YAML, but ten times faster to read as what it is. */
  private static boolean startsAsJson(InputStream in) throws IOException {
    in.mark(64);
    try {
      for (int i = 0; i < 64; i++) {
        int c = in.read();
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
          return c == '{' || c == '[';
        }
      }
      return false;
    } finally {
      in.reset();
    }
  }

  private static void document(
      JsonParser parser, ObjectMapper mapper, BiConsumer<String, JsonNode> objects)
      throws IOException {
    JsonToken start = parser.currentToken();
    if (start == JsonToken.START_ARRAY) {
      items(parser, mapper, "", objects);
      return;
    }
    if (start == JsonToken.VALUE_NULL
        || (start == JsonToken.VALUE_STRING && parser.getText().isBlank())) {
      return; // an empty document
    }
    if (start != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException(
          "line %d: expected an object, found %s"
              .formatted(parser.currentTokenLocation().getLineNr(), start));
    }
    ObjectNode object = mapper.createObjectNode();
    boolean list = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (field.equals("items") && value == JsonToken.START_ARRAY) {
        list = true;
        items(parser, mapper, Fields.text(object, "kind"), objects);
      } else {
        object.set(field, mapper.readTree(parser));
      }
    }
    if (!list) {
      objects.accept(kind(object, ""), object);
    }
  }

  private static void items(
      JsonParser parser, ObjectMapper mapper, String listKind, BiConsumer<String, JsonNode> objects)
      throws IOException {
    String itemKind = itemKind(listKind);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonNode item = mapper.readTree(parser);
      handOver(item, itemKind, objects);
    }
  }

  /** A list within a list is its items, as for kubectl. */
  private static void handOver(
      JsonNode item, String itemKind, BiConsumer<String, JsonNode> objects) {
    if (!item.isObject()) {
      throw new IllegalArgumentException("items hold " + Fields.form(item) + ", not an object");
    }
    String kind = kind(item, itemKind);
    if (kind.endsWith("List") && item.path("items").isArray()) {
      for (JsonNode inner : item.path("items")) {
        handOver(inner, itemKind(kind), objects);
      }
    } else {
      objects.accept(kind, item);
    }
  }

  private static String itemKind(String listKind) {
    return listKind.endsWith("List") ? listKind.substring(0, listKind.length() - 4) : "";
  }

  /** Items of a typed list do not say their kind, and the list may say it after them. */
  private static String kind(JsonNode object, String listed) {
    String own = Fields.text(object, "kind");
    if (!own.isEmpty()) {
      return own;
    }
    if (!listed.isEmpty()) {
      return listed;
    }
    if (object.has("price")) {
      return "NodeType";
    }
    if (object.path("spec").has("containers")) {
      return "Pod";
    }
    return object.path("status").has("allocatable") ? "Node" : "";
  }

  private static String line(JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException y && y.getProblemMark() != null) {
      return " line " + (y.getProblemMark().getLine() + 1);
    }
    return e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr();
  }

  /** What is wrong, without where the parsers say it is: that stands before it. */
  private static String cause(JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException y) {
      return (y.getContext() == null ? "" : y.getContext() + ", ") + y.getProblem();
    }
    return e.getOriginalMessage().lines().findFirst().orElse("").replaceFirst(" \\(.*", "");
  }

  /** Jackson reads an alias as the text of its name: a pod that asks for "*big" must not pass. */
  private static final class WithoutAliases extends JsonParserDelegate {
    private final YAMLParser yaml;

    WithoutAliases(YAMLParser yaml) {
      super(yaml);
      this.yaml = yaml;
    }

    @Override
    public JsonToken nextToken() throws IOException {
      JsonToken token = super.nextToken();
      if (token == JsonToken.FIELD_NAME && "<<".equals(yaml.currentName())) {
        throw new IllegalArgumentException(
            "line %d: YAML merge keys are not read; write the fields out"
                .formatted(yaml.currentTokenLocation().getLineNr()));
      }
      if (token == JsonToken.VALUE_STRING && yaml.isCurrentAlias()) {
        throw new IllegalArgumentException(
            "line %d: YAML aliases are not read; write the value out, or convert with 'kubectl create --dry-run=client -o json'"
                .formatted(yaml.currentTokenLocation().getLineNr()));
      }
      return token;
    }
  }
}
