/** {@code almanac whatif}: studies from a file, run over cores and shards, and their reports. */
@NullMarked
package dev.almanac.service.whatif;

import org.jspecify.annotations.NullMarked;
