/**
 * How running pods come to requests that are right: what to ask of each of them now, and what not.
 */
@NullMarked
package dev.almanac.predictor.rightsizing.resize;

import org.jspecify.annotations.NullMarked;
