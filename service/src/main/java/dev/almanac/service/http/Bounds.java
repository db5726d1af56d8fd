package dev.almanac.service.http;

import java.time.Duration;

/**
 * How much of anything one caller, or all together, may take.
 *
 * @param connections open connections
 * @param requestHead a connection that sends no whole request head for so long is closed
 * @param working answers that are being computed at one time
 * @param answer time that one answer may take
 * @param streams open event streams
 * @param heartbeat time between two signs of life on an event stream
 * @param slowStream an event stream whose reader has taken nothing for so long is closed
 * @param streamBuffer bytes that may wait for a reader before events are skipped for it
 * @param tickGap shortest time between two events; ticks in between are joined
 * @param range longest range of a workload's history
 * @param points most points of an answer; a Prometheus range answer has the same limit
 */
record Bounds(
    int connections,
    Duration requestHead,
    int working,
    Duration answer,
    int streams,
    Duration heartbeat,
    Duration slowStream,
    int streamBuffer,
    Duration tickGap,
    Duration range,
    int points) {

  static final Bounds DEFAULT =
      new Bounds(
          512,
          Duration.ofSeconds(30),
          16,
          Duration.ofSeconds(10),
          64,
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          256 * 1024,
          Duration.ofMillis(250),
          Duration.ofDays(7),
          11_000);
}
