/**
 * The decision log: every step as one line of JSON, from which the same decision is computed again.
 *
 * <p>{@link dev.almanac.service.log.DecisionLog} writes, restores and finds; {@link
 * dev.almanac.service.log.LogVerifier} replays and compares bytes. The format is described in
 * docs/reference/decision-log.md.
 */
@NullMarked
package dev.almanac.service.log;

import org.jspecify.annotations.NullMarked;
