/**
 * Scripts of faults: load, what goes wrong, and what must come of it, in a text that a person
 * reads. The same files run against the pure step, the virtual cluster and the live loop.
 */
@NullMarked
package dev.almanac.simulator.script;

import org.jspecify.annotations.NullMarked;
