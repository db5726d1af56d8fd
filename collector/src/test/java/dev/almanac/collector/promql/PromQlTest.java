package dev.almanac.collector.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromQlTest {
  private static final Map<String, String> WEB = Map.of("namespace", "shop", "name", "web.eu");

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "plain,                plain",
        "a\"b,                 a\\x22b",
        "a'b,                  a\\x27b",
        "a\\b,                 a\\\\b",
        "\"} or up{a=\",       \\x22} or up{a=\\x22",
        "{x},                  {x}",
        "$name,                $name",
        "größe-日本-🚀,           größe-日本-🚀",
        "`,                    `"
      })
  void escapes(String value, String expected) {
    assertThat(PromQl.escape(value)).isEqualTo(expected);
  }

  @Test
  void controlCharactersNeverReachTheQuery() {
    assertThat(PromQl.escape("a\nb\rc\td\0e\u007ff\u0085g\u2028h"))
        .isEqualTo("a\\nb\\x0dc\\x09d\\x00e\\x7ff\\u0085g\\u2028h");
  }

  @Test
  void aLoneSurrogateIsReplaced() {
    assertThat(PromQl.escape("a\ud800b")).isEqualTo("a\ufffdb");
  }

  @Test
  void fillsBothPlaceholders() {
    assertThat(PromQl.fill("sum(rate(http_total{namespace=\"$namespace\",app='$name'}[1m]))", WEB))
        .isEqualTo("sum(rate(http_total{namespace=\"shop\",app='web.eu'}[1m]))");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pod=~\"$name-.*\"", "pod=~ \"${name}-.*\"", "pod!~\n\"$name-.*\""})
  void inAPatternTheValueStandsForItself(String matcher) {
    assertThat(PromQl.fill("x{" + matcher + "}", WEB)).endsWith("\"web\\\\.eu-.*\"}");
  }

  @Test
  void inAPatternWithBackticksOnlyThePatternIsEscaped() {
    assertThat(PromQl.fill("x{pod=~`$name-\\d+`}", WEB)).isEqualTo("x{pod=~`web\\.eu-\\d+`}");
  }

  @Test
  void bracesSeparateAPlaceholderFromLetters() {
    assertThat(PromQl.fill("x{a=\"${name}_total\"}", WEB)).isEqualTo("x{a=\"web.eu_total\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "label_replace(up, \"a\", \"$1\", \"b\", \"(.*)\")",
        "label_replace(up, \"a\", \"${1}\", \"b\", \"(.*)\")",
        "x{a=~\"^web$\"}",
        "x{a=\"5$ or 6\"}",
        "x{a=\"say \\\"hi\\\"\"}",
        "x # isn't $name \"code\"",
        "x # it's\n+ y",
        ""
      })
  void leavesAloneWhatIsNoPlaceholder(String query) {
    assertThat(PromQl.fill(query, WEB)).isEqualTo(query);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"", "'", "\\", "\n", "\"} or up{a=\"", "} or {", "$name", "$namespace", "a#b"})
  void aValueNeverEndsItsStringAndIsNotFilledAgain(String hostile) {
    String query =
        PromQl.fill(
            "x{a=\"$name\",b='$name',c=~\"$name\"} # end",
            Map.of("name", hostile, "namespace", "other"));

    assertThat(outsideStrings(query)).isEqualTo("x{a=,b=,c=~} # end");
    assertThat(query).doesNotContain("other");
  }

  @Test
  void noRandomValueEndsItsString() {
    Random random = new Random(7);
    String alphabet = "\"'\\`{}$#\n\r\0nax0u~=|, name\ud83d\ude80";
    for (int n = 0; n < 20_000; n++) {
      StringBuilder value = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        value.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String query = PromQl.fill("x{a=\"$name\",b=~'$name'}", Map.of("name", value.toString()));
      assertThat(outsideStrings(query)).isEqualTo("x{a=,b=~}");
      assertThat(query).doesNotContain("\n");
    }
  }

  @Test
  void saysWhatIsWrongAndWhere() {
    assertThatThrownBy(() -> PromQl.fill("x{a=\"$nmae\"}", WEB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("column 6: unknown placeholder $nmae; known: [name, namespace]");
    assertThatThrownBy(() -> PromQl.fill("rate($name[5m])", WEB))
        .hasMessageContaining("column 6: $name stands outside quotes");
    assertThatThrownBy(() -> PromQl.fill("x{a=\"$name}", WEB))
        .hasMessageContaining("column 5: the string that starts here does not end");
    assertThatThrownBy(() -> PromQl.fill("x{a=`$name`}", Map.of("name", "a`b")))
        .hasMessageContaining("holds a backtick");
  }

  @Test
  void labelsComeBackOutOfTheNameOfASeries() {
    for (SortedMap<String, String> labels :
        List.of(
            new TreeMap<>(Map.of("__name__", "up")),
            new TreeMap<>(Map.of("__name__", "up:rate5m", "job", "a\"b,c='\\x22'\n}{")),
            new TreeMap<>(Map.of("a", "", "b", "\u0085\u2028é\ud83d\ude00")),
            new TreeMap<String, String>())) {
      assertThat(PromQl.labels(PromQl.seriesName(labels))).contains(labels);
    }
    for (String none :
        List.of("", "a b", "up{job=web}", "up{job=\"web\"", "up{job=\"a\" b=\"c\"}", "9")) {
      assertThat(PromQl.labels(none)).as(none).isEmpty();
    }
  }

  /** What the lexer of Prometheus would see beside the contents of strings. */
  private static String outsideStrings(String query) {
    StringBuilder out = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < query.length(); i++) {
      char c = query.charAt(i);
      if (quote == 0) {
        if (c == '"' || c == '\'') {
          quote = c;
        } else {
          out.append(c);
        }
      } else if (c == '\\') {
        i++;
      } else if (c == quote) {
        quote = 0;
      }
    }
    assertThat((int) quote).as("open string in %s", query).isZero();
    return out.toString();
  }
}
