package dev.almanac.service.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which cluster a verb speaks to. */
final class ClusterOption {
  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "Default: KUBECONFIG, ~/.kube/config, the pod's service account.")
  private Optional<Path> kubeconfig = Optional.empty();

  /** The file that the user named, if any. */
  Optional<Path> kubeconfig() {
    return kubeconfig;
  }
}
