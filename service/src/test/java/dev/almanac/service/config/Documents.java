package dev.almanac.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Configurations for tests. */
final class Documents {
  static final String SOURCE =
      """
      ---
      apiVersion: almanac.dev/v1alpha1
      kind: MetricSource
      metadata: {name: cluster-prometheus}
      spec: {url: "http://prometheus:9090"}
      """;

  private Documents() {}

  /** A file's problems, one line each. */
  static List<String> problems(Path place) {
    return lines(Configuration.load(place));
  }

  /** The problems of a text that stands in {@code web.yaml}. */
  static List<String> problems(String yaml) {
    return problems(yaml.getBytes(StandardCharsets.UTF_8));
  }

  static List<String> problems(byte[] yaml) {
    return lines(read(yaml));
  }

  /** The configuration in a text, which must be right. */
  static Configuration configuration(String yaml) {
    Configuration.Result result = read(yaml.getBytes(StandardCharsets.UTF_8));
    assertThat(lines(result)).isEmpty();
    return ((Configuration.Loaded) result).configuration();
  }

  /** A right PredictiveAutoscaler with more fields in its spec, and the source that it needs. */
  static String autoscaler(String name, String moreSpec) {
    return """
    apiVersion: almanac.dev/v1alpha1
    kind: PredictiveAutoscaler
    metadata: {name: %s}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %s}
    %s
    """
            .formatted(name, name, moreSpec.indent(2).stripTrailing())
        + SOURCE;
  }

  private static Configuration.Result read(byte[] yaml) {
    return ConfigurationReader.read(
        new ConfigurationFiles(List.of(new ConfigurationFiles.File("web.yaml", yaml)), List.of()));
  }

  private static List<String> lines(Configuration.Result result) {
    return switch (result) {
      case Configuration.Loaded _ -> List.of();
      case Configuration.Rejected(List<Problem> problems) ->
          problems.stream().map(Problem::toString).toList();
    };
  }
}
