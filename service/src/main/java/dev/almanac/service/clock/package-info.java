/** The one place where the service reads a clock. */
@NullMarked
package dev.almanac.service.clock;

import org.jspecify.annotations.NullMarked;
