/** Shared by reports: text that fits a terminal, a page without scripts, pictures as SVG. */
@NullMarked
package dev.almanac.service.report;

import org.jspecify.annotations.NullMarked;
