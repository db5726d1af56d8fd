/** What the HTML reports share: a page without scripts, and pictures as inline SVG. */
@NullMarked
package dev.almanac.service.report;

import org.jspecify.annotations.NullMarked;
