/** Traces of demand kept in files. */
@NullMarked
package dev.almanac.collector.trace;

import org.jspecify.annotations.NullMarked;
