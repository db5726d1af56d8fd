/** Replays advice on requests over past usage, and compares tools. */
@NullMarked
package dev.almanac.benchmarks.rightsizing;

import org.jspecify.annotations.NullMarked;
