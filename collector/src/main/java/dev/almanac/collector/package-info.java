/** Almanac collector. */
@NullMarked
package dev.almanac.collector;

import org.jspecify.annotations.NullMarked;
