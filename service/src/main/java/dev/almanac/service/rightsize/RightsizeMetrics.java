package dev.almanac.service.rightsize;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Recommended;
import dev.almanac.predictor.rightsizing.advice.Severity;
import dev.almanac.service.files.WholeFile;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The report as metrics in a file, for node-exporter's textfile collector. The first {@value
 * #MOST_CONTAINERS} containers by money have series of their own.
 */
public final class RightsizeMetrics {
  static final int MOST_CONTAINERS = 1_000;

  private RightsizeMetrics() {}

  /** Writes the file, whole or not at all: a collector may read at any time. */
  public static void write(Path file, RightsizeReport report) throws IOException {
    WholeFile.write(file, text(report).getBytes(StandardCharsets.UTF_8));
  }

  static String text(RightsizeReport report) throws IOException {
    PrometheusRegistry registry = new PrometheusRegistry();
    gauge(registry, "cost_usd_month", "What requests cost a month.").set(report.costUsd());
    gauge(registry, "waste_usd_month", "What of it idles.").set(report.wasteUsd());
    gauge(registry, "saving_usd_month", "What all advice together saves a month.")
        .set(report.savingUsd());
    gauge(registry, "history_end_timestamp_seconds", "End of the history that was read.")
        .set(report.to().getEpochSecond());
    Gauge containers = gauge(registry, "containers", "Containers by severity.", "severity");
    for (Severity severity : Severity.values()) {
      containers.labelValues(lower(severity)).set(report.count(severity));
    }
    containers.labelValues("refused").set(report.refused());
    String[] labels = {"namespace", "kind", "name", "container", "resource"};
    Gauge now = gauge(registry, "request", "Request today, in cores and bytes.", labels);
    Gauge advised = gauge(registry, "advised_request", "Advised request.", labels);
    report.rows().stream()
        .limit(MOST_CONTAINERS)
        .forEach(row -> {
          if (row.advice() instanceof Recommended r) {
            r.now().ifPresent(n -> set(now, row, n.requests()));
            set(advised, row, r.advised().requests());
          }
        });
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
    return out.toString(StandardCharsets.UTF_8);
  }

  private static Gauge gauge(
      PrometheusRegistry registry, String name, String help, String... labels) {
    return Gauge.builder()
        .name("almanac_rightsize_" + name)
        .help(help)
        .labelNames(labels)
        .register(registry);
  }

  private static void set(Gauge gauge, Row row, ResourceList requests) {
    requests
        .amounts()
        .forEach((resource, amount) ->
            gauge
                .labelValues(
                    row.workload().namespace(),
                    row.workload().kind(),
                    row.workload().name(),
                    row.advice().container(),
                    lower(resource))
                .set(resource == Resource.CPU ? amount / 1000.0 : amount));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
