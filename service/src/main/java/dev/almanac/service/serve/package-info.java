/** The composition root: what the service is made of, wired once, started and stopped in order. */
@NullMarked
package dev.almanac.service.serve;

import org.jspecify.annotations.NullMarked;
