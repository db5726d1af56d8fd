package dev.almanac.service.serve;

import dev.almanac.collector.prometheus.PrometheusOptions;
import dev.almanac.collector.prometheus.PrometheusSource;
import dev.almanac.predictor.metrics.MetricSource;
import dev.almanac.predictor.metrics.SeriesReading;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The metric sources of the configuration in force, by name. */
public final class Sources implements Function<String, MetricSource>, AutoCloseable {
  /** Answers for a name that has gone with the last reload. */
  private static final MetricSource UNKNOWN =
      (_, _, _, _) -> new SeriesReading.NoData("the metric source is not configured any more");

  private record Open(PrometheusOptions options, PrometheusSource source) {}

  private final Vertx vertx;
  private final Map<String, Open> open = new ConcurrentHashMap<>();

  /** No sources yet. */
  public Sources(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Opens what is new or changed and closes what has gone. */
  public void use(Map<String, PrometheusOptions> configured) {
    open.forEach((name, old) -> {
      if (!old.options().equals(configured.get(name))) {
        open.remove(name);
        old.source().close();
      }
    });
    configured.forEach((name, options) ->
        open.computeIfAbsent(name, _ -> new Open(options, new PrometheusSource(vertx, options))));
  }

  @Override
  public MetricSource apply(String name) {
    Open found = open.get(name);
    return found == null ? UNKNOWN : found.source();
  }

  @Override
  public void close() {
    use(Map.of());
  }
}
