/** Waiting times of queues with several servers. */
@NullMarked
package dev.almanac.simulator.queueing;

import org.jspecify.annotations.NullMarked;
