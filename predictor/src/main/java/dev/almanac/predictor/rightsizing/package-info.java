/** Right-sizing: requests and limits out of usage history. */
@NullMarked
package dev.almanac.predictor.rightsizing;

import org.jspecify.annotations.NullMarked;
