package dev.almanac.service.pack;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.almanac.simulator.scheduling.NodeKind;
import dev.almanac.simulator.scheduling.Plan;
import dev.almanac.simulator.scheduling.PlannedNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plan for people and for programs. docs/reference/packing.md describes both. */
public final class PackReport {
  private static final int WIDTH = 80;
  private static final int REASONS_SHOWN = 20;

  private final Plan plan;
  private final List<String> notes = new ArrayList<>();

  /** A report of a plan and of what the input said. */
  public PackReport(Plan plan, Inventory inventory) {
    this.plan = plan;
    notes.addAll(inventory.notes());
    notes.addAll(plan.notes());
  }

  /** What the reader should know about the input. */
  public List<String> notes() {
    return notes;
  }

  /** One JSON object; streamed, for a plan may have 100,000 pods. */
  public void writeJson(PrintStream out) throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeNumberField("node_count", plan.nodes().size());
      number(json, "price", plan.price());
      json.writeObjectFieldStart("lower_bound");
      number(json, "price", plan.bound().price());
      json.writeStringField("kind", plan.bound().kind().name());
      json.writeStringField("proof", plan.bound().kind().title());
      json.writeEndObject();
      number(json, "gap_percent", 100 * plan.gap());
      json.writeNumberField("placed_pods", plan.placedPods());
      json.writeNumberField("unplaced_pods", plan.unplacedPods());
      json.writeStringField("found_by", plan.step().name());
      json.writeArrayFieldStart("types");
      for (Use use : uses()) {
        json.writeStartObject();
        json.writeStringField("type", use.type);
        json.writeStringField("zone", use.zone);
        json.writeBooleanField("existing", use.exists);
        json.writeNumberField("nodes", use.nodes);
        json.writeNumberField("pods", use.pods);
        number(json, "price", use.price);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("nodes");
      for (PlannedNode node : plan.nodes()) {
        json.writeStartObject();
        json.writeStringField("name", node.name());
        json.writeStringField("type", typeOf(node.kind()));
        json.writeStringField("zone", zoneOf(node.kind()));
        json.writeBooleanField("existing", node.kind().exists());
        number(json, "price", node.kind().price());
        json.writeNumberField("pods", node.pods().size());
        json.writeNumberField("bound_pods", node.bound().size());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("assignments");
      for (PlannedNode node : plan.nodes()) {
        for (String pod : node.pods()) {
          json.writeStartObject();
          json.writeStringField("pod", pod);
          json.writeStringField("node", node.name());
          json.writeEndObject();
        }
      }
      json.writeEndArray();
      json.writeArrayFieldStart("unplaced");
      for (Plan.Unplaced unplaced : plan.unplaced()) {
        for (String pod : unplaced.pods()) {
          json.writeStartObject();
          json.writeStringField("pod", pod);
          json.writeStringField("reason", unplaced.reason());
          json.writeEndObject();
        }
      }
      json.writeEndArray();
      json.writeArrayFieldStart("notes");
      for (String note : notes) {
        json.writeString(note);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    out.println();
  }

  /** Prices add up from decimal fractions: nine decimals are all that is meant. */
  private static void number(JsonGenerator json, String field, double value) throws IOException {
    json.writeNumberField(
        field,
        java.math.BigDecimal.valueOf(value)
            .setScale(9, java.math.RoundingMode.HALF_UP)
            .stripTrailingZeros()
            .doubleValue());
  }

  /** A table of at most 80 columns. */
  public String toText() {
    StringBuilder out = new StringBuilder();
    out.append(format("%-34s %-14s %7s %8s %12s%n", "type", "zone", "nodes", "pods", "price"));
    for (Use use : uses()) {
      out.append(
          format(
              "%-34s %-14s %,7d %,8d %12s%n",
              cut((use.type + (use.exists ? " (existing)" : "")).strip(), 34),
              cut(use.zone, 14),
              use.nodes,
              use.pods,
              price(use.price)));
    }
    out.append(
        format(
            "%-34s %-14s %,7d %,8d %12s%n",
            "all", "", plan.nodes().size(), plan.placedPods(), price(plan.price())));
    out.append(
        format(
            "%nat least %s (%s), so the gap is at most %.2f %%%n",
            price(plan.bound().price()), plan.bound().kind().title(), 100 * plan.gap()));
    if (!plan.unplaced().isEmpty()) {
      out.append(
          format(
              "%n%s no node:%n",
              plan.unplacedPods() == 1
                  ? "1 pod has"
                  : format("%,d pods have", plan.unplacedPods())));
      plan.unplaced().stream()
          .limit(REASONS_SHOWN)
          .forEach(u -> {
            String first = u.pods().getFirst();
            String more = u.pods().size() > 1 ? format(" and %,d more", u.pods().size() - 1) : "";
            out.append(cut(first, WIDTH - 4 - more.length())).append(more).append(":\n");
            wrap(out, u.reason());
          });
      if (plan.unplaced().size() > REASONS_SHOWN) {
        out.append(
            format("and %,d kinds more: see -o json%n", plan.unplaced().size() - REASONS_SHOWN));
      }
    }
    return out.toString();
  }

  private static void wrap(StringBuilder out, String text) {
    int column = 0;
    for (String word : text.split(" ", -1)) {
      if (column > 0 && column + 1 + word.length() > WIDTH) {
        out.append('\n');
        column = 0;
      }
      out.append(column == 0 ? "  " : " ").append(word);
      column += (column == 0 ? 2 : 1) + word.length();
    }
    out.append('\n');
  }

  private static String format(String format, Object... args) {
    return String.format(Locale.ROOT, format, args);
  }

  private static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - 3) + "...";
  }

  private static String price(double price) {
    return price == Math.rint(price) ? format("%,.0f", price) : format("%,.4f", price);
  }

  private static String typeOf(NodeKind kind) {
    return kind.exists() ? kind.labels().getOrDefault(NodeReader.INSTANCE_TYPE, "") : kind.name();
  }

  private static String zoneOf(NodeKind kind) {
    return kind.labels().getOrDefault(NodeKind.ZONE, "");
  }

  private List<Use> uses() {
    Map<List<Object>, Use> uses = new LinkedHashMap<>();
    for (PlannedNode node : plan.nodes()) {
      NodeKind kind = node.kind();
      Use use =
          uses.computeIfAbsent(
              List.of(typeOf(kind), zoneOf(kind), kind.exists()),
              _ -> new Use(typeOf(kind), zoneOf(kind), kind.exists()));
      use.nodes++;
      use.pods += node.pods().size();
      use.price += kind.price();
    }
    List<Use> sorted = new ArrayList<>(uses.values());
    sorted.sort(
        java.util.Comparator.comparing((Use u) -> !u.exists)
            .thenComparing(u -> u.type)
            .thenComparing(u -> u.zone));
    return sorted;
  }

  /** Nodes of one type in one zone. */
  private static final class Use {
    final String type;
    final String zone;
    final boolean exists;
    int nodes;
    int pods;
    double price;

    Use(String type, String zone, boolean exists) {
      this.type = type;
      this.zone = zone;
      this.exists = exists;
    }
  }
}
