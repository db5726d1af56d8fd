/** Questions of capacity planning: what is changed, what comes of it, and beside which lines. */
@NullMarked
package dev.almanac.simulator.whatif;

import org.jspecify.annotations.NullMarked;
