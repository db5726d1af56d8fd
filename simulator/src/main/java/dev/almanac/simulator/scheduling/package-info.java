/**
 * Kubernetes' rules of which pod may run where, as far as they decide how many nodes are needed,
 * and their translation into a packing.
 *
 * <p>{@link dev.almanac.simulator.scheduling.ClusterPacking} is the way in; {@link
 * dev.almanac.simulator.scheduling.PlanValidator} checks a plan pod by pod with code of its own.
 */
@NullMarked
package dev.almanac.simulator.scheduling;

import org.jspecify.annotations.NullMarked;
