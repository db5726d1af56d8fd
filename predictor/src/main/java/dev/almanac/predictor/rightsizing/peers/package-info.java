/** What other tools would say about the same usage. */
@NullMarked
package dev.almanac.predictor.rightsizing.peers;

import org.jspecify.annotations.NullMarked;
