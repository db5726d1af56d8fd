/** What the page shows, as values, and the port through which the control loop gives it. */
@NullMarked
package dev.almanac.service.view;

import org.jspecify.annotations.NullMarked;
