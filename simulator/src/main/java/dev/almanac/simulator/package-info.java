/** Almanac simulator. */
@NullMarked
package dev.almanac.simulator;

import org.jspecify.annotations.NullMarked;
