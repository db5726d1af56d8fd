package dev.almanac.service.rightsize;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Recommended;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Refused;
import dev.almanac.predictor.rightsizing.advice.Figures;
import dev.almanac.predictor.rightsizing.advice.Severity;
import dev.almanac.predictor.rightsizing.comparison.Advice;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The report for scripts, as JSON or YAML. What is unknown is null; what is unset is missing. */
public final class RightsizeJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLMapper.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .build()
              .getFactory());

  private static final long LONGEST = 512L << 20;

  private RightsizeJson() {}

  /** As JSON. */
  public static String of(RightsizeReport report) {
    return write(JSON, report);
  }

  /** As YAML. */
  public static String yaml(RightsizeReport report) {
    return write(YAML, report);
  }

  /**
   * Reads a report that {@link #of} has written.
   *
   * @return with an array {@code containers}
   * @throws IllegalArgumentException when the file is none, or is longer than 512 MiB
   */
  static JsonNode read(Path file) {
    try {
      if (Files.size(file) > LONGEST) {
        throw new IllegalArgumentException(file + " is longer than 512 MiB");
      }
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      if (!root.path("containers").isArray()) {
        throw new IllegalArgumentException(file + " is not a report of almanac rightsize -o json");
      }
      return root;
    } catch (JacksonException e) {
      throw new IllegalArgumentException(file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static String write(ObjectMapper mapper, RightsizeReport report) {
    try {
      return mapper.writeValueAsString(tree(report));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always written", e);
    }
  }

  private static ObjectNode tree(RightsizeReport report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("to", report.to().toString());
    root.put("days", report.days());
    root.put("goal", lower(report.goal()));
    ObjectNode prices = root.putObject("prices");
    prices.put("name", report.prices().name());
    prices.put("as_of", report.prices().asOf());
    prices.put("source", report.prices().source());
    prices.put("cpu_core_hour_usd", report.prices().prices().coreHour());
    prices.put("memory_gib_hour_usd", report.prices().prices().gibHour());
    ObjectNode summary = root.putObject("summary");
    summary.put("containers", report.rows().size());
    for (Severity severity : Severity.values()) {
      summary.put(lower(severity), report.count(severity));
    }
    summary.put("refused", report.refused());
    summary.put("cost_usd", cents(report.costUsd()));
    summary.put("waste_usd", cents(report.wasteUsd()));
    summary.put("saving_usd", cents(report.savingUsd()));
    ArrayNode notes = root.putArray("notes");
    report.notes().forEach(notes::add);
    ArrayNode since = root.putArray("since");
    for (Difference d : report.since()) {
      since.addObject().put("key", d.key()).put("text", d.text());
    }
    ArrayNode containers = root.putArray("containers");
    report.rows().forEach(row -> row(containers.addObject(), row));
    return root;
  }

  private static void row(ObjectNode to, Row row) {
    to.put("key", row.key());
    to.put("namespace", row.workload().namespace());
    to.put("kind", row.workload().kind());
    to.put("name", row.workload().name());
    to.put("guessed", row.guessed());
    to.put("container", row.advice().container());
    to.put("role", lower(row.role()));
    to.put("pods", row.pods());
    number(to, "mean_pods", row.meanPods());
    row.advice()
        .now()
        .ifPresentOrElse(n -> resources(to.putObject("now"), n), () -> to.putNull("now"));
    switch (row.advice()) {
      case Refused refused -> {
        ObjectNode why = to.putObject("refused");
        why.put("why", lower(refused.why()));
        why.put("text", refused.text());
      }
      case Recommended r -> recommended(to, row, r);
    }
    if (!row.others().isEmpty()) {
      ObjectNode others = to.putObject("others");
      row.others()
          .forEach((resource, tools) -> {
            ObjectNode of = others.putObject(lower(resource));
            tools.forEach((tool, advice) -> {
              if (advice instanceof Advice.Request(double amount)) {
                number(of, lower(tool), amount);
              } else {
                of.putNull(lower(tool));
              }
            });
          });
    }
  }

  private static void recommended(ObjectNode to, Row row, Recommended r) {
    resources(to.putObject("advised"), r.advised());
    to.put("changes", r.changes());
    to.put("severity", lower(r.severity()));
    number(to, "usd_month_now", cents(row.usdNow()));
    number(to, "usd_month_advised", cents(row.usdAdvised()));
    row.hpa()
        .ifPresent(hpa -> {
          ObjectNode of = to.putObject("hpa");
          of.put("name", hpa.name());
          of.put("target_percent_now", hpa.percentNow());
          of.put("target_percent", hpa.percent());
          of.put("scale_point_kept", hpa.kept());
        });
    r.cpu()
        .ifPresent(f -> figures(to.putObject("cpu_cores"), f, "short_share_now", "short_minutes"));
    r.memory().ifPresent(f -> figures(to.putObject("memory_bytes"), f, "oom_kills", "oom_days"));
    ArrayNode reasons = to.putArray("reasons");
    r.reasons()
        .forEach(x -> reasons.addObject().put("code", lower(x.code())).put("text", x.text()));
  }

  private static void figures(ObjectNode to, Figures f, String now, String promised) {
    number(to, "median", f.median());
    number(to, "p95", f.p95());
    number(to, "peak", f.peak());
    to.put("samples", f.samples());
    number(to, now, f.shortNow());
    f.promise()
        .ifPresent(p -> {
          ObjectNode promise = to.putObject("promise");
          number(promise, promised + "_a_month", p.mean());
          number(promise, "at_most_95", p.most());
          promise.put("days_replayed", p.days());
        });
  }

  static void resources(ObjectNode to, ContainerResources c) {
    amounts(to.putObject("requests"), c.requests());
    amounts(to.putObject("limits"), c.limits());
  }

  private static void amounts(ObjectNode to, ResourceList list) {
    list.get(Resource.CPU).ifPresent(x -> to.put("cpu_millicores", x));
    list.get(Resource.MEMORY).ifPresent(x -> to.put("memory_bytes", x));
  }

  private static double cents(double usd) {
    return Double.isFinite(usd) ? Math.round(usd * 100) / 100.0 : usd;
  }

  private static void number(ObjectNode to, String name, double value) {
    if (Double.isFinite(value)) {
      to.put(name, value);
    } else {
      to.putNull(name);
    }
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Reads what {@link #resources(ObjectNode, ContainerResources)} wrote. */
  static ContainerResources resources(JsonNode node) {
    return new ContainerResources(amounts(node.path("requests")), amounts(node.path("limits")));
  }

  private static ResourceList amounts(JsonNode node) {
    ResourceList list = ResourceList.NONE;
    JsonNode cpu = node.path("cpu_millicores");
    JsonNode memory = node.path("memory_bytes");
    if (cpu.isIntegralNumber()) {
      list = list.with(Resource.CPU, cpu.asLong());
    }
    return memory.isIntegralNumber() ? list.with(Resource.MEMORY, memory.asLong()) : list;
  }
}
