/** The demo: a real trace through the real control loop, over a virtual cluster in virtual time. */
@NullMarked
package dev.almanac.service.demo;

import org.jspecify.annotations.NullMarked;
