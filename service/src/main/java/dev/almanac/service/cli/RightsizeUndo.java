package dev.almanac.service.cli;

import dev.almanac.service.rightsize.Resized;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Gives running pods back what they had. */
@Command(
    name = "undo",
    description = {
      "Gives resized pods back what they had before the first time.",
      "Those that rightsize apply has resized; a memory limit stays where a lower one",
      "would be below what is used."
    },
    mixinStandardHelpOptions = true)
final class RightsizeUndo implements Callable<Integer> {
  @Mixin private ResizeOptions options = new ResizeOptions();

  @Override
  public Integer call() {
    return options.run((pods, ledger, resizing) -> {
      List<Resized> outcomes = new ArrayList<>();
      for (String namespace : ledger.namespaces()) {
        outcomes.addAll(resizing.giveBack(pods.pods(namespace), namespace));
      }
      return outcomes;
    });
  }
}
