/**
 * Configuration: documents in files, every problem of them told at once, or one immutable value.
 * {@link dev.almanac.service.config.Configuration#load} is the way in.
 */
@NullMarked
package dev.almanac.service.config;

import org.jspecify.annotations.NullMarked;
