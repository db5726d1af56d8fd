/** Almanac service. */
@NullMarked
package dev.almanac.service;

import org.jspecify.annotations.NullMarked;
