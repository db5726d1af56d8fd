package dev.almanac.service.cli;

import dev.almanac.collector.prometheus.PrometheusOptions;
import dev.almanac.collector.prometheus.PrometheusSource;
import dev.almanac.collector.prometheus.SeveralSeries;
import dev.almanac.predictor.series.TimeSeries;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SequencedMap;
import picocli.CommandLine.Option;

/** A Prometheus and a query. */
final class LiveOptions {
  private LiveOptions() {}

  /** The options that name the series of a store. */
  static final class Group {
    @Option(
        names = "--prometheus",
        required = true,
        paramLabel = "URL",
        description = "Prometheus or a compatible store.")
    private URI url = URI.create("");

    @Option(
        names = "--query",
        required = true,
        paramLabel = "PROMQL",
        description = "An expression that yields the demand.")
    private String query = "";

    @Option(
        names = "--history",
        paramLabel = "TIME",
        description = "How far back to read (default: 21d).")
    private Duration history = Duration.ofDays(21);

    @Option(
        names = "--step",
        paramLabel = "TIME",
        description = "Distance of two samples (default: 60s).")
    private Duration step = Duration.ofMinutes(1);

    boolean isGiven() {
      return !query.isEmpty();
    }

    /** The one series that the query yields. */
    TimeSeries read() {
      SequencedMap<String, TimeSeries> found = all();
      if (found.size() > 1) {
        throw new BadInput(
            "the query yields %d series, among them %s; sum them, or choose one"
                .formatted(found.size(), found.firstEntry().getKey()));
      }
      return found.firstEntry().getValue();
    }

    /** All series that the query yields, up to now. */
    SequencedMap<String, TimeSeries> all() {
      return all(InstantSource.system().instant(), (_, _) -> {});
    }

    /** All series that the query yields, up to an instant. */
    SequencedMap<String, TimeSeries> all(Instant until, PrometheusSource.Progress progress) {
      Vertx vertx = Vertx.vertx();
      try (PrometheusSource source = new PrometheusSource(vertx, PrometheusOptions.of(url))) {
        long seconds = Math.max(1, step.toSeconds());
        Instant to = Instant.ofEpochSecond(until.getEpochSecond() / seconds * seconds);
        return switch (source.ranges(query, to.minus(history), to, step, progress)) {
          case SeveralSeries.Present(SequencedMap<String, TimeSeries> found, String _) -> found;
          case SeveralSeries.Unreachable(String detail) ->
              throw new Unreachable(url.getHost() + ": " + detail);
          case SeveralSeries.None(String detail) -> throw new BadInput("--query: " + detail);
        };
      } catch (IllegalArgumentException e) {
        throw new BadInput("--prometheus: " + e.getMessage());
      } finally {
        vertx.close();
      }
    }
  }
}
