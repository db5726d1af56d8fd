/** Files that a reader finds whole, at any time. */
@NullMarked
package dev.almanac.service.files;

import org.jspecify.annotations.NullMarked;
