/** Almanac actuator. */
@NullMarked
package dev.almanac.actuator;

import org.jspecify.annotations.NullMarked;
