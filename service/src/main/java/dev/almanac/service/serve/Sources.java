package dev.almanac.service.serve;

import dev.almanac.collector.prometheus.Authentication;
import dev.almanac.collector.prometheus.PrometheusOptions;
import dev.almanac.collector.prometheus.PrometheusSource;
import dev.almanac.collector.prometheus.TlsFiles;
import dev.almanac.predictor.metrics.MetricSource;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.service.config.MetricSourceConfig;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The metric sources of the configuration in force, by name. */
public final class Sources implements Function<String, MetricSource>, AutoCloseable {
  /** Answers for a name that has gone with the last reload. */
  private static final MetricSource UNKNOWN =
      (_, _, _, _) -> new SeriesReading.NoData("the metric source is not configured any more");

  private record Open(MetricSourceConfig config, PrometheusSource source) {}

  private final Vertx vertx;
  private final Map<String, Open> open = new ConcurrentHashMap<>();

  /** No sources yet. */
  public Sources(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Opens what is new or changed and closes what has gone. */
  public void use(Map<String, MetricSourceConfig> configs) {
    open.forEach((name, old) -> {
      if (!old.config().equals(configs.get(name))) {
        open.remove(name);
        old.source().close();
      }
    });
    configs.forEach((name, config) ->
        open.computeIfAbsent(
            name, _ -> new Open(config, new PrometheusSource(vertx, optionsOf(config)))));
  }

  /** What the collector needs to know of a document. */
  public static PrometheusOptions optionsOf(MetricSourceConfig config) {
    PrometheusOptions options = PrometheusOptions.of(config.url()).withTimeout(config.timeout());
    if (config.auth().isPresent()) {
      options =
          options.withAuthentication(
              switch (config.auth().get()) {
                case MetricSourceConfig.Auth.BearerTokenFile(var file) ->
                    new Authentication.Bearer(file);
                case MetricSourceConfig.Auth.Basic(String user, var file) ->
                    new Authentication.Basic(user, file);
              });
    }
    if (config.tls().isPresent()) {
      MetricSourceConfig.Tls tls = config.tls().get();
      options = options.withTls(new TlsFiles(tls.caFile(), tls.certFile(), tls.keyFile()));
    }
    return options;
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
