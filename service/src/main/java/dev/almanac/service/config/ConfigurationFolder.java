package dev.almanac.service.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A configuration that may change while it is in use. The owner polls it; it has no thread and no
 * clock of its own, and is for one thread at a time.
 *
 * <p>What is wrong never replaces what was right: the last good configuration stays until a better
 * one is there. Replace files whole (write beside, then rename), as Kubernetes does with
 * ConfigMaps: half a file may be a valid smaller one.
 */
public final class ConfigurationFolder {

  /** What a look at the files came to. */
  public sealed interface Reload {
    /** The files say what they said at the last look, be it right or wrong. */
    record Unchanged() implements Reload {}

    /** The files have changed, and this is in force now. */
    record Changed(Configuration configuration) implements Reload {}

    /** The files have changed and are refused; what was in force stays in force. Told once. */
    record Refused(List<Problem> problems) implements Reload {}
  }

  private final Path place;
  private String seen = "";
  private Optional<Configuration> lastGood = Optional.empty();
  private List<Problem> problems = List.of();

  /**
   * Nothing is read yet.
   *
   * @param place a file or a folder
   */
  public ConfigurationFolder(Path place) {
    this.place = place;
  }

  /** Reads the files; if their names or bytes are not those of the last look, checks them. */
  public Reload reloadIfChanged() {
    ConfigurationFiles files = ConfigurationFiles.read(place);
    String fingerprint = files.fingerprint();
    if (fingerprint.equals(seen)) {
      return new Reload.Unchanged();
    }
    seen = fingerprint;
    return switch (ConfigurationReader.read(files)) {
      case Configuration.Loaded(Configuration configuration) -> {
        lastGood = Optional.of(configuration);
        problems = List.of();
        yield new Reload.Changed(configuration);
      }
      case Configuration.Rejected(List<Problem> found) -> {
        problems = found;
        yield new Reload.Refused(found);
      }
    };
  }

  /** What is in force; empty until the first good look. */
  public Optional<Configuration> lastGood() {
    return lastGood;
  }

  /** What was wrong at the last look; empty when nothing was. */
  public List<Problem> problems() {
    return problems;
  }
}
