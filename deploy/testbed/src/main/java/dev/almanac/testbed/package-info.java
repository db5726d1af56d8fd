/** Real parts for tests: Prometheus, a Kubernetes control plane, Chromium. */
@NullMarked
package dev.almanac.testbed;

import org.jspecify.annotations.NullMarked;
