package dev.almanac.collector.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.almanac.predictor.metrics.MetricSource;
import dev.almanac.predictor.metrics.PodValues;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.metrics.SeriesReading;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads Prometheus, Thanos, Mimir, VictoriaMetrics and others that answer Prometheus' query API.
 *
 * <p>Calls block: make them from virtual threads or platform threads, never from an event loop.
 * Each HTTP request ends within {@link PrometheusOptions#timeout}; a range above {@link
 * PrometheusOptions#maxPointsPerRequest} takes several, one after the other. What the store does
 * wrong never throws, it is typed:
 *
 * <table>
 *   <caption>Readings by cause</caption>
 *   <tr><th>the store</th><th>the reading</th></tr>
 *   <tr><td>refuses the connection, is unknown, silent or slower than the time-out</td>
 *       <td>NoData, its detail beginning with {@link SeriesReading#UNREACHABLE}</td></tr>
 *   <tr><td>answers 401 or 403</td><td>NoData, {@code refused: 401}</td></tr>
 *   <tr><td>answers 408, 429 or 5xx</td><td>NoData with the code</td></tr>
 *   <tr><td>has nothing for the query</td><td>NoData</td></tr>
 *   <tr><td>sends {@code warnings}</td><td>Partial</td></tr>
 *   <tr><td>refuses the query (400, 422), redirects, answers anything else than 200</td>
 *       <td>Invalid</td></tr>
 *   <tr><td>sends no or broken JSON, two series, another type of result, points off the grid, more
 *       bytes than allowed, or as its newest sample one that is not finite or is negative</td>
 *       <td>Invalid</td></tr>
 * </table>
 *
 * Redirects are not followed, answers are not asked for compressed, no cookie is kept. Secrets are
 * in the files that the options name and in the requests, in no text that this class makes.
 */
public final class PrometheusSource implements MetricSource, AutoCloseable {
  /** 38 years of hours, nearly four years of minutes: 16 MB. More is a mistake in the caller. */
  private static final long MAX_POINTS = 2_000_000;

  /** Points in one answer about several series: 15 MB of text, in all of them. */
  private static final int POINTS_AT_ONCE = 500_000;

  /** Points of the first such answer, before anybody knows how many series there are. */
  private static final int FIRST_POINTS = 500;

  private static final long BUILD_INFO_LIMIT = 64 << 10;
  private static final JsonMapper JSON = new JsonMapper();

  private final PrometheusOptions options;
  private final StoreClient client;

  /**
   * A source that opens its connections when first asked.
   *
   * @param vertx whose event loops carry the traffic; it stays the caller's to close
   * @param options where the store is and what it may cost
   */
  public PrometheusSource(Vertx vertx, PrometheusOptions options) {
    this.options = options;
    this.client = new StoreClient(vertx, options);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Instants are cut to whole seconds, which is the grid that {@code query_range} can promise.
   * VictoriaMetrics moves a range to multiples of its step: for it, ask from such a multiple.
   *
   * @throws IllegalArgumentException when {@code to} is before {@code from}, when the step is not 1
   *     s to 1 day in whole seconds, or when the range has more than 2,000,000 points
   */
  @Override
  public SeriesReading range(String query, Instant from, Instant to, Duration step) {
    long stepSeconds = step.toSeconds();
    long start = from.getEpochSecond();
    int points = points(start, to.getEpochSecond(), step);
    RangeDecoder decoder = new RangeDecoder(start, (int) stepSeconds, points);
    for (int first = 0; first < points; first += options.maxPointsPerRequest()) {
      int count = Math.min(options.maxPointsPerRequest(), points - first);
      decoder.next(first, count);
      Map<String, String> form = form(query);
      form.put("start", Long.toString(start + first * stepSeconds));
      form.put("end", Long.toString(start + (first + count - 1) * stepSeconds));
      form.put("step", Long.toString(stepSeconds));
      Optional<Failure> failure =
          client.post("/api/v1/query_range", form, options.rangeBodyLimit(), decoder.answer());
      if (failure.isPresent()) {
        return failure.get().toSeriesReading();
      }
      Optional<String> defect = decoder.endBody();
      if (defect.isPresent()) {
        return new SeriesReading.Invalid(defect.get());
      }
    }
    return decoder.reading();
  }

  /**
   * All series of an expression on a grid: for looking back over many at once, not for a decision.
   *
   * <p>Takes requests of at most {@value #POINTS_AT_ONCE} points in all series, one after the
   * other. Samples that are not finite or are negative are absent.
   *
   * @param query an expression that yields up to 1,000 series
   * @param from first grid point
   * @param to last grid point, at or after {@code from}
   * @param step whole seconds, 1 s to 1 day
   * @throws IllegalArgumentException as {@link #range} does
   */
  public SeveralSeries ranges(String query, Instant from, Instant to, Duration step) {
    return ranges(query, from, to, step, (_, _) -> {});
  }

  /** Hears how far a long range is read. */
  public interface Progress {
    /** So many points of so many of each series have come. */
    void at(int done, int all);
  }

  /** The same, and tells how far it is. */
  public SeveralSeries ranges(
      String query, Instant from, Instant to, Duration step, Progress progress) {
    long stepSeconds = step.toSeconds();
    long start = from.getEpochSecond();
    int points = points(start, to.getEpochSecond(), step);
    MatrixDecoder decoder = new MatrixDecoder(start, (int) stepSeconds, points);
    int count = Math.min(FIRST_POINTS, options.maxPointsPerRequest());
    for (int first = 0; first < points; first += count) {
      if (first > 0) { // By now we know how many series there are.
        int each = POINTS_AT_ONCE / Math.max(1, decoder.seriesSeen());
        count = Math.clamp(each, 1, options.maxPointsPerRequest());
      }
      int last = Math.min(points, first + count) - 1;
      Map<String, String> form = form(query);
      form.put("start", Long.toString(start + first * stepSeconds));
      form.put("end", Long.toString(start + last * stepSeconds));
      form.put("step", Long.toString(stepSeconds));
      Optional<Failure> failure =
          client.post("/api/v1/query_range", form, options.rangeBodyLimit(), decoder.next());
      if (failure.isPresent()) {
        String detail = failure.get().detail();
        return detail.startsWith(SeriesReading.UNREACHABLE)
            ? new SeveralSeries.Unreachable(detail)
            : new SeveralSeries.None(detail);
      }
      Optional<String> defect = decoder.endBody();
      if (defect.isPresent()) {
        return new SeveralSeries.None(defect.get());
      }
      progress.at(last + 1, points);
    }
    return decoder.read();
  }

  private static int points(long start, long end, Duration step) {
    long stepSeconds = step.toSeconds();
    if (stepSeconds < 1 || stepSeconds > 86_400 || step.getNano() != 0) {
      throw new IllegalArgumentException("step must be 1 s to 1 day in whole seconds: " + step);
    }
    if (end < start) {
      throw new IllegalArgumentException(
          "range ends at %s, before %s"
              .formatted(Instant.ofEpochSecond(end), Instant.ofEpochSecond(start)));
    }
    long points = (end - start) / stepSeconds + 1;
    if (points > MAX_POINTS) {
      throw new IllegalArgumentException(
          "range of %,d points; at most %,d".formatted(points, MAX_POINTS));
    }
    return (int) points;
  }

  /**
   * The value of an expression at one instant.
   *
   * <p>The time that Prometheus reports with it is that of the evaluation, not that of the sample
   * below it, which may be five minutes older. Decisions therefore read ranges.
   *
   * @param query an expression that yields a scalar or exactly one series
   * @param at when to evaluate it, and the "now" of the reading
   * @param maxAge an answer for an older instant is Stale
   */
  public Reading instant(String query, Instant at, Duration maxAge) {
    InstantDecoder decoder = new InstantDecoder();
    Map<String, String> form = form(query);
    form.put("time", BigDecimal.valueOf(at.toEpochMilli(), 3).toPlainString());
    return client
        .post("/api/v1/query", form, options.instantBodyLimit(), decoder.answer())
        .map(Failure::toReading)
        .orElseGet(() -> decoder.finish(at, maxAge));
  }

  /**
   * {@inheritDoc}
   *
   * <p>As any instant query it finds samples up to five minutes old, where their series has not
   * ended before.
   */
  @Override
  public PodValues byPod(String query, Instant at) {
    PodVectorDecoder decoder = new PodVectorDecoder();
    Map<String, String> form = form(query);
    form.put("time", BigDecimal.valueOf(at.toEpochMilli(), 3).toPlainString());
    return client
        .post("/api/v1/query", form, options.rangeBodyLimit(), decoder.answer())
        .<PodValues>map(failure -> new PodValues.None(failure.detail()))
        .orElseGet(() -> decoder.finish(at));
  }

  /**
   * All series of an expression on a part of a grid, in one request, unlike {@link #ranges} with
   * their labels and every sample as it was sent.
   *
   * @param from first grid point, in whole seconds
   * @param points number of grid points, at least 1
   * @param step whole seconds
   */
  public BulkAnswer bulkRange(String query, Instant from, int points, Duration step) {
    long start = from.getEpochSecond();
    long stepSeconds = step.toSeconds();
    BulkDecoder decoder = BulkDecoder.ofRange(start, (int) stepSeconds, points);
    Map<String, String> form = form(query);
    form.put("start", Long.toString(start));
    form.put("end", Long.toString(start + (points - 1) * stepSeconds));
    form.put("step", Long.toString(stepSeconds));
    return bulk("/api/v1/query_range", form, decoder, decoder::finish);
  }

  /** All series of an expression at one instant. */
  public BulkAnswer bulkInstant(String query, Instant at) {
    BulkDecoder decoder = BulkDecoder.ofInstant();
    Map<String, String> form = form(query);
    form.put("time", Long.toString(at.getEpochSecond()));
    return bulk("/api/v1/query", form, decoder, decoder::finish);
  }

  /**
   * The labels of all series that a time has seen, without samples: a look into the index of the
   * store, which is cheap for it.
   *
   * @param selector such as {@code up{job="web"}}
   */
  public BulkAnswer bulkSeries(String selector, Instant from, Instant to) {
    LabelSetDecoder decoder = new LabelSetDecoder();
    Map<String, String> form = new LinkedHashMap<>();
    form.put("match[]", selector);
    form.put("start", Long.toString(from.getEpochSecond()));
    form.put("end", Long.toString(to.getEpochSecond()));
    return bulk("/api/v1/series", form, decoder, decoder::finish);
  }

  private BulkAnswer bulk(
      String path, Map<String, String> form, StoreClient.Body body, Supplier<BulkAnswer> finish) {
    Optional<Failure> failure = client.post(path, form, options.rangeBodyLimit(), body);
    if (failure.isEmpty()) {
      return finish.get();
    }
    String detail = failure.get().detail();
    return switch (failure.get().kind()) {
      case BUSY -> new BulkAnswer.Busy(detail);
      case TOO_MUCH -> new BulkAnswer.TooMuch(detail);
      case FINAL -> new BulkAnswer.Refused(detail);
    };
  }

  /** The store's own clock; empty when it does not answer. */
  public Optional<Instant> serverTime() {
    return time() instanceof Time.Is(Instant now) ? Optional.of(now) : Optional.empty();
  }

  /**
   * Asks for the time and the version.
   *
   * @param clock ours, to compare with
   */
  public Health check(InstantSource clock) {
    Instant asked = clock.instant();
    Time time = time();
    Instant answered = clock.instant();
    return switch (time) {
      case Time.Unknown(Failure why) -> new Health.Down(why.detail());
      case Time.Is(Instant now) -> {
        Duration roundTrip = Duration.between(asked, answered);
        yield new Health.Up(
            version(), Duration.between(asked.plus(roundTrip.dividedBy(2)), now), roundTrip);
      }
    };
  }

  private sealed interface Time {
    record Is(Instant now) implements Time {}

    record Unknown(Failure why) implements Time {}
  }

  private Time time() {
    InstantDecoder decoder = new InstantDecoder();
    Optional<Failure> failure =
        client.post("/api/v1/query", form("time()"), options.instantBodyLimit(), decoder.answer());
    if (failure.isPresent()) {
      return new Time.Unknown(failure.get());
    }
    decoder.answer().end();
    Optional<Instant> seen = decoder.sampledAt();
    Optional<String> defect = decoder.answer().defect();
    return seen.isPresent() && defect.isEmpty()
        ? new Time.Is(seen.get())
        : new Time.Unknown(Failure.invalid(defect.orElse("the answer holds no time")));
  }

  private Optional<String> version() {
    ByteArrayOutputStream document = new ByteArrayOutputStream();
    StoreClient.Body body =
        (bytes, offset, length) -> {
          document.write(bytes, offset, length);
          return true;
        };
    if (client.get("/api/v1/status/buildinfo", BUILD_INFO_LIMIT, body).isPresent()) {
      return Optional.empty();
    }
    try {
      JsonNode version = JSON.readTree(document.toByteArray()).path("data").path("version");
      return version.isTextual()
          ? Optional.of(AnswerDecoder.excerpt(version.textValue()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The query, and the time after which the store may stop working on it too. */
  private Map<String, String> form(String query) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("query", query);
    form.put("timeout", options.timeout().toMillis() + "ms");
    return form;
  }

  /** Ends all connections. Calls that are under way, and later ones, end with NoData. */
  @Override
  public void close() {
    client.close();
  }

  @Override
  public String toString() {
    return "PrometheusSource[%s]".formatted(options.url());
  }
}
