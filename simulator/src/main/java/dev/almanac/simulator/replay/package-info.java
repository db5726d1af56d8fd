/** The product's own decisions over a trace, in virtual time. */
@NullMarked
package dev.almanac.simulator.replay;

import org.jspecify.annotations.NullMarked;
