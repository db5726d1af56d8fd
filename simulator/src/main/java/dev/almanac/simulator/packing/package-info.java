/**
 * Pods into nodes at the least price, with a proven lower bound beside every answer.
 *
 * <p>Pods come as groups of equal size and equal constraints, nodes as types with a capacity vector
 * and a price. {@link dev.almanac.simulator.packing.PackingSolver} is the way in; {@link
 * dev.almanac.simulator.packing.PackingValidator} checks what comes out with code of its own.
 */
@NullMarked
package dev.almanac.simulator.packing;

import org.jspecify.annotations.NullMarked;
