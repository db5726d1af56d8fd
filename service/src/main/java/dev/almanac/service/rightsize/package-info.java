/**
 * The report of {@code almanac rightsize}: rows, money, and every form that they are printed in.
 */
@NullMarked
package dev.almanac.service.rightsize;

import org.jspecify.annotations.NullMarked;
