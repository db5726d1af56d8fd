/** What the service tells about itself. */
@NullMarked
package dev.almanac.service.telemetry;

import org.jspecify.annotations.NullMarked;
