/** Putting names into PromQL without letting them become PromQL. */
@NullMarked
package dev.almanac.collector.promql;

import org.jspecify.annotations.NullMarked;
