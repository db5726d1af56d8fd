/** The virtual cluster: pods that take their time to become Ready, in virtual time. */
@NullMarked
package dev.almanac.simulator.cluster;

import org.jspecify.annotations.NullMarked;
