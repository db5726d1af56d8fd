/** Almanac benchmarks. */
@NullMarked
package dev.almanac.benchmarks;

import org.jspecify.annotations.NullMarked;
