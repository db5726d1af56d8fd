/** What has happened to each workload lately, kept in memory for the page. */
@NullMarked
package dev.almanac.service.history;

import org.jspecify.annotations.NullMarked;
