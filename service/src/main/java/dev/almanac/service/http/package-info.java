/** The HTTP edge: probes, metrics, the read-only API and the page. */
@NullMarked
package dev.almanac.service.http;

import org.jspecify.annotations.NullMarked;
