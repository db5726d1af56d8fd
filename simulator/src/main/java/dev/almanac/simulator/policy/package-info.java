/** Reference policies: plain HPA and perfect foresight. */
@NullMarked
package dev.almanac.simulator.policy;

import org.jspecify.annotations.NullMarked;
