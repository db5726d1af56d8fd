package dev.almanac.service.cli;

import dev.almanac.service.config.Configuration;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the documents are that describe what to scale. */
final class ConfigOption {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "PATH",
      description = "File or folder with PredictiveAutoscaler and MetricSource documents.")
  private Path path = Path.of("");

  /** The file or folder that the user named. */
  Path path() {
    return path;
  }

  /**
   * What a file or folder describes.
   *
   * @throws BadInput with all that is wrong in it at once
   */
  static Configuration read(Path path) {
    return switch (Configuration.load(path)) {
      case Configuration.Loaded(Configuration good) -> good;
      case Configuration.Rejected rejected -> throw new BadInput(rejected.report().strip());
    };
  }
}
