/** What an advisor would have done: replay over past usage, and its score. */
@NullMarked
package dev.almanac.predictor.rightsizing.replay;

import org.jspecify.annotations.NullMarked;
