/** Usage as it would have been, and start-ups apart from the rest. */
@NullMarked
package dev.almanac.predictor.rightsizing.usage;

import org.jspecify.annotations.NullMarked;
