package dev.almanac.service.http;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What is told to whoever watches over the process.
 *
 * @param alive whether the process works at all; asked on an event loop, so it answers at once
 * @param readiness whether decisions rest on fresh evidence; asked on an event loop, too
 * @param metrics the metrics page; may take milliseconds
 */
public record Probes(
    BooleanSupplier alive, Supplier<Readiness> readiness, Supplier<MetricsPage> metrics) {

  /**
   * Whether the service is of use.
   *
   * @param ready whether it is
   * @param reason one line for people, why or why not; nothing secret
   */
  public record Readiness(boolean ready, String reason) {}

  /**
   * The metrics as they are scraped.
   *
   * @param contentType for example {@code text/plain; version=0.0.4; charset=utf-8}
   * @param body the page; shared, not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  public record MetricsPage(String contentType, byte[] body) {}
}
