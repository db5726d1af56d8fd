/** Requests by price: what one unit of idle request may cost, against being short. */
@NullMarked
package dev.almanac.predictor.rightsizing.price;

import org.jspecify.annotations.NullMarked;
