package dev.almanac.service.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ImplicitTuple;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserException;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Turns the bytes of a file into YAML nodes with their line numbers, and nothing further: no object
 * is ever constructed, so a tag has nothing to act on (CVE-2022-1471). Aliases, depth, values and
 * size are limited (CVE-2017-18640, CVE-2022-25857). JSON is YAML and read the same way.
 */
final class YamlFile {
  /** Aliases of blocks and lists; of single values they are harmless. */
  static final int MAX_ALIASES = 50;

  /** Blocks and lists inside each other; our deepest field stands at 6. */
  static final int MAX_DEPTH = 20;

  /** Keys and values of one document; ours have less than 100. */
  static final int MAX_VALUES = 10_000;

  private YamlFile() {}

  /**
   * Reads documents one after the other.
   *
   * @param file name used in problems
   * @param content the file's bytes, UTF-8
   * @param problems takes what is not YAML; reading ends there, for what follows is guesswork
   * @param documents takes the root of every document that is not empty
   * @return whether all of it was read
   */
  static boolean read(String file, byte[] content, Problems problems, Consumer<Node> documents) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      problems.add(file, 0, "", "is not UTF-8 text; save it as UTF-8");
      return false;
    }
    if (text.startsWith("\ufeff")) {
      text = text.substring(1);
    }
    if (!isPrintable(file, text, problems)) {
      return false;
    }
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(MAX_ALIASES);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setCodePointLimit(ConfigurationFiles.MAX_FILE_BYTES);
    Guard guard = new Guard(new ParserImpl(new StreamReader(text), options), file, problems);
    Composer composer = new Composer(guard, new Resolver(), options);
    try {
      while (composer.checkNode() && !problems.full()) {
        Node root = composer.getNode();
        if (!isEmpty(root)) {
          documents.accept(root);
        }
      }
      return true;
    } catch (MarkedYAMLException e) {
      // Never e.getMessage(): it quotes the surrounding text, which may be somebody's secret.
      Mark mark = e.getProblemMark();
      String context = e.getContext() == null ? "" : e.getContext() + ", ";
      problems.add(
          file,
          mark == null ? guard.line : mark.getLine() + 1,
          "",
          "is not YAML: " + Shown.sentence(context + e.getProblem()));
    } catch (YAMLException e) {
      problems.add(
          file, guard.line, "", "is refused: " + Shown.sentence(String.valueOf(e.getMessage())));
    }
    return false;
  }

  /** Whether a value is absent: {@code key:}, {@code ~} or {@code null}. */
  static boolean isEmpty(Node node) {
    return node instanceof ScalarNode scalar && scalar.isPlain() && Tag.NULL.equals(node.getTag());
  }

  /** The line of a node's beginning, counted from 1. */
  static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  // SnakeYAML refuses the same characters, but tells an offset instead of a line.
  private static boolean isPrintable(String file, String text, Problems problems) {
    int line = 1;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (!StreamReader.isPrintable(c)) {
        problems.add(file, line, "", "holds the control character U+%04X; remove it".formatted(c));
        return false;
      }
      line += c == '\n' ? 1 : 0;
      i += Character.charCount(c);
    }
    return true;
  }

  /**
   * Counts what one document holds, and tells and removes tags: the composer would stop at the
   * first, and whoever is told one mistake of ten comes back nine times.
   */
  private static final class Guard implements Parser {
    private final Parser parser;
    private final String file;
    private final Problems problems;
    private int values;
    int line = 1;

    Guard(Parser parser, String file, Problems problems) {
      this.parser = parser;
      this.file = file;
      this.problems = problems;
    }

    @Override
    public boolean checkEvent(Event.ID choice) {
      return parser.checkEvent(choice);
    }

    @Override
    public Event peekEvent() {
      return parser.peekEvent();
    }

    @Override
    public Event getEvent() {
      Event event = parser.getEvent();
      line = event.getStartMark().getLine() + 1;
      if (event instanceof DocumentStartEvent) {
        values = 0;
      }
      if (event instanceof NodeEvent && ++values > MAX_VALUES) {
        throw new ParserException(
            null,
            null,
            "a document with more than %,d keys and values".formatted(MAX_VALUES),
            event.getStartMark());
      }
      return switch (event) {
        case ScalarEvent e when e.getTag() != null -> {
          refuse(e.getTag());
          ImplicitTuple implicit = new ImplicitTuple(e.isPlain(), !e.isPlain());
          yield new ScalarEvent(
              e.getAnchor(),
              null,
              implicit,
              e.getValue(),
              e.getStartMark(),
              e.getEndMark(),
              e.getScalarStyle());
        }
        case MappingStartEvent e when e.getTag() != null -> {
          refuse(e.getTag());
          yield new MappingStartEvent(
              e.getAnchor(), null, true, e.getStartMark(), e.getEndMark(), e.getFlowStyle());
        }
        case SequenceStartEvent e when e.getTag() != null -> {
          refuse(e.getTag());
          yield new SequenceStartEvent(
              e.getAnchor(), null, true, e.getStartMark(), e.getEndMark(), e.getFlowStyle());
        }
        default -> event;
      };
    }

    private void refuse(String tag) {
      String shown = tag.startsWith(Tag.PREFIX) ? "!!" + tag.substring(Tag.PREFIX.length()) : tag;
      problems.add(file, line, "", "holds the tag " + Shown.quoted(shown) + "; leave tags out");
    }
  }
}
