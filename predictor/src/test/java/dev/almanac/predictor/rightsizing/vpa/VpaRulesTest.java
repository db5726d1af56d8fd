package dev.almanac.predictor.rightsizing.vpa;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.almanac.predictor.conformance.CaseFile;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The product's own cases one group at a time: which rule fails, and what mutation testing runs.
 */
class VpaRulesTest {
  private static final JsonNode FILE =
      CaseFile.read("almanac.vpa.cases.none", VpaRulesTest.class, "vpa-cases.json");

  static Set<String> groups() {
    Set<String> groups = new TreeSet<>();
    FILE.path("cases").forEach(one -> groups.add(one.path("group").asText()));
    return groups;
  }

  @ParameterizedTest
  @MethodSource("groups")
  void everyCaseOfTheGroupConforms(String group) {
    ObjectNode part = ((ObjectNode) FILE).objectNode();
    part.setAll((ObjectNode) FILE);
    part.remove("total");
    ArrayNode cases = part.putArray("cases");
    for (JsonNode one : FILE.path("cases")) {
      if (one.path("group").asText().equals(group)) {
        cases.add(one);
      }
    }
    assertThat(VpaConformanceTest.run(part).problems()).isEmpty();
  }
}
