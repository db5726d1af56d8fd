/** What people know about demand that its history does not say. */
@NullMarked
package dev.almanac.predictor.calendar;

import org.jspecify.annotations.NullMarked;
