/** The verbs of the command line. */
@NullMarked
package dev.almanac.service.cli;

import org.jspecify.annotations.NullMarked;
