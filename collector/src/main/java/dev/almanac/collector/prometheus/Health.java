package dev.almanac.collector.prometheus;

import java.time.Duration;
import java.util.Optional;

/** Whether a store answers queries, for people and for {@code doctor}. */
public sealed interface Health {

  /**
   * It answers.
   *
   * @param version what it says it is; empty when it has no {@code /api/v1/status/buildinfo}
   * @param clockAhead how far the store's clock is ahead of ours, negative when it is behind; exact
   *     to half the round trip
   * @param roundTrip from asking for the time to having it
   */
  record Up(Optional<String> version, Duration clockAhead, Duration roundTrip) implements Health {}

  /** It does not answer, or not as Prometheus would; the detail is one line without secrets. */
  record Down(String detail) implements Health {}
}
