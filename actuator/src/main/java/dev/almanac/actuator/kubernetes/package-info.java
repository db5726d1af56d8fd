/**
 * The cluster port over the Kubernetes API: a view of the workloads kept by list and watch, and
 * replicas written through the scale subresource.
 *
 * <p>The official client brings connection, TLS and credentials. Its typed models are not used:
 * they refuse objects with a field they do not know, so that the next minor version of an API
 * server would blind us (kubernetes-client/java issues 3428, 3980, 4809), and they fill patches
 * with empty lists and maps. What is needed of an object is read from the JSON stream into small
 * records.
 */
@NullMarked
package dev.almanac.actuator.kubernetes;

import org.jspecify.annotations.NullMarked;
