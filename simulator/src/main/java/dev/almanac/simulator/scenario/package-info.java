/** What is the same for every policy of a comparison. */
@NullMarked
package dev.almanac.simulator.scenario;

import org.jspecify.annotations.NullMarked;
