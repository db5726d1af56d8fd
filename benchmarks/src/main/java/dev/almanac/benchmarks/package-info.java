/** Benchmarks that print tables. Each one says what it does not show. */
@NullMarked
package dev.almanac.benchmarks;

import org.jspecify.annotations.NullMarked;
