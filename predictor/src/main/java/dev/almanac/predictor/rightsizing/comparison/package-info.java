/** What each tool would say for one workload, in one table. */
@NullMarked
package dev.almanac.predictor.rightsizing.comparison;

import org.jspecify.annotations.NullMarked;
