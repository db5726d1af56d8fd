package dev.almanac.actuator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSelectorTest {

  /** {@code a=1 b=2} as a map. */
  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new HashMap<>();
    for (String pair : text.split(" ")) {
      if (!pair.isEmpty()) {
        labels.put(pair.split("=", -1)[0], pair.split("=", -1)[1]);
      }
    }
    return labels;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app=web                      | app=web           | true",
        "app==web                     | app=web x=y       | true",
        "app=web                      | app=api           | false",
        "app=web                      | ''                | false",
        "app=web,tier=front           | app=web           | false",
        "app=web, tier=front          | app=web tier=front| true",
        "app!=web                     | app=api           | true",
        "app!=web                     | ''                | true",
        "app!=web                     | app=web           | false",
        "app in (web,api)             | app=api           | true",
        "app in ( web , api )         | app=web           | true",
        "app in (web,api)             | app=db            | false",
        "app notin (web,api)          | app=db            | true",
        "app notin (web,api)          | ''                | true",
        "app notin (web)              | app=web           | false",
        "app                          | app=              | true",
        "app                          | x=y               | false",
        "!app                         | x=y               | true",
        "! app                        | app=web           | false",
        "app=web,!canary,zone in (a,b)| app=web zone=b    | true",
        "app.kubernetes.io/name=web   | app.kubernetes.io/name=web | true",
        "app=                         | app=              | true",
        "app=                         | app=x             | false"
      })
  void matchesAsInKubernetes(String selector, String labels, boolean matches) {
    assertThat(LabelSelector.parse(selector).matches(labels(labels))).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ",",
        "=",
        "app=web,,x=y",
        "app=web tier=front",
        "app in web",
        "app in (web",
        "!app=web",
        "app=w,eb)",
        "app>5",
        "(",
        "app=web;drop",
        "app=\n\u0000"
      })
  void whatIsNoSelectorMatchesNothing(String selector) {
    LabelSelector parsed = LabelSelector.parse(selector);
    assertThat(parsed.matches(Map.of())).isFalse();
    assertThat(parsed.matches(Map.of("app", "web", "tier", "front"))).isFalse();
  }

  @Test
  void aVeryLongTextIsNotLookedAt() {
    assertThat(LabelSelector.parse("a" + " ".repeat(100_000) + "(").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'matchLabels':{'app':'web'}}                                          | app=web   | true",
        "{'matchLabels':{'app':'web','x':'y'}}                                  | app=web   | false",
        "{'matchExpressions':[{'key':'app','operator':'In','values':['web']}]}  | app=web   | true",
        "{'matchExpressions':[{'key':'app','operator':'NotIn','values':['a']}]} | app=web   | true",
        "{'matchExpressions':[{'key':'app','operator':'Exists'}]}               | app=web   | true",
        "{'matchExpressions':[{'key':'app','operator':'DoesNotExist'}]}         | app=web   | false",
        "{'matchLabels':{'app':'web'},'matchExpressions':[{'key':'canary','operator':'DoesNotExist'}]}"
            + " | app=web canary=1 | false",
        "{'matchLabels':{'app':'web'},'matchExpressions':[{'key':'app','operator':'Gt','values':['1']}]}"
            + " | app=web | false",
        "{'matchLabels':{'app':'web'},'matchSomethingNew':{'a':'b'}}            | app=web   | false",
        "{}                                                                     | app=web   | false",
        "null                                                                   | app=web   | false",
        "['app=web']                                                             | app=web   | false",
        "{'matchExpressions':[{'key':'app','operator':'In','values':[]}]}       | app=web   | false"
      })
  void readsTheSelectorOfAWorkload(String json, String labels, boolean matches) throws IOException {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    try (JsonParser p = Json.parser(bytes)) {
      assertThat(LabelSelector.read(p).matches(labels(labels))).isEqualTo(matches);
    }
  }
}
