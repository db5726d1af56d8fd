/** Prometheus and the stores that speak its query API. */
@NullMarked
package dev.almanac.collector.prometheus;

import org.jspecify.annotations.NullMarked;
