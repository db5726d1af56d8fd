/** The live loop: reads, decides through the pure step, writes, and tells everybody who listens. */
@NullMarked
package dev.almanac.service.loop;

import org.jspecify.annotations.NullMarked;
