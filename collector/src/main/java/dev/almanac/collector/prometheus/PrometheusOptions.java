package dev.almanac.collector.prometheus;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a store is and how much it may cost us.
 *
 * @param url {@code http} or {@code https}, with the path under which {@code /api/v1} stands;
 *     without user, query and fragment
 * @param timeout for each HTTP request, from waiting for a free slot to the last byte; 1 ms to 10
 *     minutes
 * @param maxConcurrent requests under way at once, 1 to 1,000; further callers wait
 * @param instantBodyLimit bytes after which the answer to an instant query is cut off
 * @param rangeBodyLimit bytes after which the answer to a range query is cut off
 * @param maxPointsPerRequest grid points after which a range is cut into several requests;
 *     Prometheus refuses more than 11,000
 * @param authentication how to say who we are
 * @param tls which certificates to use; with {@code https} only
 */
public record PrometheusOptions(
    URI url,
    Duration timeout,
    int maxConcurrent,
    long instantBodyLimit,
    long rangeBodyLimit,
    int maxPointsPerRequest,
    Optional<Authentication> authentication,
    Optional<TlsFiles> tls) {

  /** Below the interval of a decision, so that a silent store cannot delay the one after next. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** Below what Prometheus evaluates at once by default ({@code query.max-concurrency}: 20). */
  public static final int DEFAULT_MAX_CONCURRENT = 16;

  /** 8 MiB. */
  public static final long DEFAULT_INSTANT_BODY_LIMIT = 8L << 20;

  /** 64 MiB. */
  public static final long DEFAULT_RANGE_BODY_LIMIT = 64L << 20;

  /**
   * "exceeded maximum resolution of 11,000 points per timeseries", prometheus/web/api/v1/api.go.
   */
  public static final int MAX_POINTS_PER_REQUEST = 11_000;

  /** Checks every bound; the message of the exception names the option. */
  public PrometheusOptions {
    String scheme = url.getScheme();
    if (!("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))
        || url.getHost() == null) {
      throw new IllegalArgumentException(
          "url must be http://HOST or https://HOST, with or without a path");
    }
    if (url.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "url must not hold a user or password; use authentication");
    }
    if (url.getRawQuery() != null || url.getRawFragment() != null) {
      throw new IllegalArgumentException("url must not hold a query or fragment");
    }
    if (timeout.compareTo(Duration.ofMillis(1)) < 0
        || timeout.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new IllegalArgumentException("timeout must be 1 ms to 10 min, was " + timeout);
    }
    requireBetween("maxConcurrent", maxConcurrent, 1, 1_000);
    requireBetween("instantBodyLimit", instantBodyLimit, 1, 1L << 30);
    requireBetween("rangeBodyLimit", rangeBodyLimit, 1, 1L << 30);
    requireBetween("maxPointsPerRequest", maxPointsPerRequest, 1, MAX_POINTS_PER_REQUEST);
    if (tls.isPresent() && !"https".equalsIgnoreCase(scheme)) {
      throw new IllegalArgumentException("tls is set but the url is not https");
    }
  }

  /** The defaults: no authentication, and the certificates that the JDK trusts. */
  public static PrometheusOptions of(URI url) {
    return new PrometheusOptions(
        url,
        DEFAULT_TIMEOUT,
        DEFAULT_MAX_CONCURRENT,
        DEFAULT_INSTANT_BODY_LIMIT,
        DEFAULT_RANGE_BODY_LIMIT,
        MAX_POINTS_PER_REQUEST,
        Optional.empty(),
        Optional.empty());
  }

  /** The same with another time-out. */
  public PrometheusOptions withTimeout(Duration timeout) {
    return new PrometheusOptions(
        url,
        timeout,
        maxConcurrent,
        instantBodyLimit,
        rangeBodyLimit,
        maxPointsPerRequest,
        authentication,
        tls);
  }

  /** The same with another number of requests at once. */
  public PrometheusOptions withMaxConcurrent(int maxConcurrent) {
    return new PrometheusOptions(
        url,
        timeout,
        maxConcurrent,
        instantBodyLimit,
        rangeBodyLimit,
        maxPointsPerRequest,
        authentication,
        tls);
  }

  /** The same with other limits on the bytes of an answer. */
  public PrometheusOptions withBodyLimits(long instantBodyLimit, long rangeBodyLimit) {
    return new PrometheusOptions(
        url,
        timeout,
        maxConcurrent,
        instantBodyLimit,
        rangeBodyLimit,
        maxPointsPerRequest,
        authentication,
        tls);
  }

  /** The same with ranges cut at another number of points. */
  public PrometheusOptions withMaxPointsPerRequest(int maxPointsPerRequest) {
    return new PrometheusOptions(
        url,
        timeout,
        maxConcurrent,
        instantBodyLimit,
        rangeBodyLimit,
        maxPointsPerRequest,
        authentication,
        tls);
  }

  /** The same with credentials. */
  public PrometheusOptions withAuthentication(Authentication authentication) {
    return new PrometheusOptions(
        url,
        timeout,
        maxConcurrent,
        instantBodyLimit,
        rangeBodyLimit,
        maxPointsPerRequest,
        Optional.of(authentication),
        tls);
  }

  /** The same with certificates of its own. */
  public PrometheusOptions withTls(TlsFiles tls) {
    return new PrometheusOptions(
        url,
        timeout,
        maxConcurrent,
        instantBodyLimit,
        rangeBodyLimit,
        maxPointsPerRequest,
        authentication,
        Optional.of(tls));
  }

  private static void requireBetween(String option, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s must be %,d to %,d, was %,d".formatted(option, min, max, value));
    }
  }
}
