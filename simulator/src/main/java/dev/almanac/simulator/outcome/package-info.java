/** What a policy achieved and what it cost, counted the same way for every policy. */
@NullMarked
package dev.almanac.simulator.outcome;

import org.jspecify.annotations.NullMarked;
