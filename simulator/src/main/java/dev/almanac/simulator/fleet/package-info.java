/** Many workloads over nodes in virtual time, as arrays: what replays and what-ifs are made of. */
@NullMarked
package dev.almanac.simulator.fleet;

import org.jspecify.annotations.NullMarked;
