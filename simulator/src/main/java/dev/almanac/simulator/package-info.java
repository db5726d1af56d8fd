/**
 * Replays of the product's own decisions in virtual time, with the reference policies beside them.
 *
 * <p>Nothing here reads a clock, a file or a socket, starts a thread or draws a random number
 * without a seed: same input and seed, same bytes.
 */
@NullMarked
package dev.almanac.simulator;

import org.jspecify.annotations.NullMarked;
