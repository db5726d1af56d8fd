/** Kubernetes manifests and node types in, a packing with its proof out: what {@code pack} does. */
@NullMarked
package dev.almanac.service.pack;

import org.jspecify.annotations.NullMarked;
