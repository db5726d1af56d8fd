package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import dev.almanac.predictor.scaling.hpa.MetricAnswer;
import dev.almanac.predictor.scaling.hpa.PodUsage;
import dev.almanac.predictor.scaling.hpa.PodUsage.ContainerUsage;
import io.kubernetes.client.openapi.Pair;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What pods use, as metrics.k8s.io reports it: one request for a workload, whatever the number of
 * its metrics, where the HPA controller sends one for each. A report of more than {@value
 * ApiServer#ANSWER_LIMIT} bytes, some 7,000 pods, is not read.
 */
final class UsageReports {
  private static final String API = "/apis/metrics.k8s.io/v1beta1/namespaces/";

  /** A Go duration as the API writes it: {@code 30s}, {@code 1m0s}, {@code 15.062s}. */
  private static final Pattern DURATION =
      Pattern.compile("(?:(\\d{1,4})h)?(?:(\\d{1,5})m)?(?:(\\d{1,7}(?:\\.\\d{1,9})?)s)?");

  /** What the controller takes where the report says nothing. */
  private static final Duration DEFAULT_WINDOW = Duration.ofMinutes(1);

  /** Of one pod in a report; usage in milli-units by container, then by resource. */
  record Report(
      String namespace,
      String pod,
      Instant at,
      Duration window,
      Map<String, Map<String, Long>> containers) {}

  private final ApiServer api;

  UsageReports(ApiServer api) {
    this.api = api;
  }

  /** One answer for each resource; what is wrong with the API is wrong with all of them. */
  Map<String, MetricAnswer> read(String namespace, LabelSelector selector, Set<String> resources) {
    if (resources.isEmpty()) {
      return Map.of();
    }
    Answer answer =
        api.get(API + namespace + "/pods", List.of(new Pair("labelSelector", selector.text())));
    Optional<List<Report>> reports =
        answer instanceof Answer.Ok(byte[] body) ? parse(body) : Optional.empty();
    Map<String, MetricAnswer> answers = new HashMap<>();
    for (String resource : resources) {
      answers.put(
          resource,
          reports.isPresent()
              ? new MetricAnswer.Usage(
                  reports.get().stream().map(report -> usage(report, resource)).toList())
              : new MetricAnswer.Unavailable(why(answer)));
    }
    return answers;
  }

  private static String why(Answer answer) {
    return switch (answer) {
      case Answer.Ok _ -> "metrics.k8s.io: the answer is no list of pods";
      case Answer.Refused(int code, String _, Duration _) when code == 404 ->
          "the cluster does not serve metrics.k8s.io; metrics-server usually does";
      case Answer.Refused _, Answer.Unanswered _, Answer.NotSent _ ->
          "metrics.k8s.io: " + answer.text();
    };
  }

  private static PodUsage usage(Report report, String resource) {
    List<ContainerUsage> containers = new ArrayList<>();
    report
        .containers()
        .forEach((name, usage) -> {
          Long milli = usage.get(resource);
          containers.add(
              new ContainerUsage(
                  name, milli == null ? OptionalLong.empty() : OptionalLong.of(milli)));
        });
    return new PodUsage(report.pod(), report.at(), report.window(), containers);
  }

  /** Empty when the body is no list of pods. A pod without a name or a time is left out. */
  private static Optional<List<Report>> parse(byte[] body) {
    List<Report> reports = new ArrayList<>();
    boolean[] list = {false};
    try (JsonParser p = Json.parser(body)) {
      Json.eachField(
          p,
          name -> {
            switch (name) {
              case "kind" -> list[0] = Json.text(p).equals("PodMetricsList");
              case "items" -> Json.eachElement(p, () -> pod(p).ifPresent(reports::add));
              default -> {}
            }
          });
    } catch (IOException e) {
      return Optional.empty();
    }
    return list[0] ? Optional.of(reports) : Optional.empty();
  }

  /** One pod; empty where it has no name or no time. */
  static Optional<Report> pod(JsonParser p) throws IOException {
    String[] pod = {"", ""};
    List<Instant> at = new ArrayList<>();
    Duration[] window = {DEFAULT_WINDOW};
    Map<String, Map<String, Long>> containers = new LinkedHashMap<>();
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "metadata" ->
                Json.eachField(
                    p,
                    field -> {
                      switch (field) {
                        case "name" -> pod[0] = Json.text(p);
                        case "namespace" -> pod[1] = Json.text(p);
                        default -> {}
                      }
                    });
            case "timestamp" -> instant(Json.text(p)).ifPresent(at::add);
            case "window" -> window[0] = window(Json.text(p));
            case "containers" -> Json.eachElement(p, () -> container(p, containers));
            default -> {}
          }
        });
    return pod[0].isEmpty() || at.isEmpty()
        ? Optional.empty()
        : Optional.of(new Report(pod[1], pod[0], at.getLast(), window[0], containers));
  }

  private static void container(JsonParser p, Map<String, Map<String, Long>> containers)
      throws IOException {
    String[] container = {""};
    Map<String, Long> usage = new HashMap<>();
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "name" -> container[0] = Json.text(p);
            case "usage" ->
                Json.eachField(
                    p,
                    resource ->
                        Quantities.milli(Json.text(p))
                            .ifPresent(milli -> usage.put(resource, milli)));
            default -> {}
          }
        });
    containers.put(container[0], usage);
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  static Duration window(String text) {
    Matcher m = DURATION.matcher(text);
    if (text.isEmpty() || !m.matches()) {
      return DEFAULT_WINDOW;
    }
    long hours = m.group(1) == null ? 0 : Long.parseLong(m.group(1));
    long minutes = m.group(2) == null ? 0 : Long.parseLong(m.group(2));
    double seconds = m.group(3) == null ? 0 : Double.parseDouble(m.group(3));
    return Duration.ofHours(hours).plusMinutes(minutes).plusNanos(Math.round(seconds * 1e9));
  }
}
