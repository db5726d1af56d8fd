/** How much demand one replica serves, learned from how busy its pods were at which demand. */
@NullMarked
package dev.almanac.predictor.capacity;

import org.jspecify.annotations.NullMarked;
