package dev.almanac.service.serve;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * Switches the whole fleet off while a file exists, whatever is in it. A file outlives restarts,
 * and no tool that applies configuration again switches it on behind people's backs, as Reddit's
 * did to its autoscaler in August 2016. Where nobody can tell whether it exists, it is taken to.
 *
 * @param file for example a key of a ConfigMap that is mounted as optional
 */
record KillSwitch(Path file) implements BooleanSupplier {

  @Override
  public boolean getAsBoolean() {
    return !Files.notExists(file);
  }
}
