package dev.almanac.service.view;

import java.time.Instant;
import java.util.Optional;

/**
 * What a decision knew about demand.
 *
 * @param kind whether it could be used
 * @param newest instant of the newest sample, empty when there never was one
 */
public record Evidence(Kind kind, Optional<Instant> newest) {

  /** How good the evidence is. */
  public enum Kind {
    /** Complete and young enough for every direction. */
    FRESH,
    /** Too old for a fall. */
    STALE,
    /** Incomplete by its source's own word. */
    PARTIAL,
    /** From a clock that disagrees with ours. */
    SKEWED,
    /** No answer, or an empty one. */
    NO_DATA,
    /** An answer that cannot be a measurement. */
    INVALID
  }
}
