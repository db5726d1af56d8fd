package dev.almanac.service;

import dev.almanac.service.cli.BacktestCommand;
import dev.almanac.service.cli.BadInput;
import dev.almanac.service.cli.DemoCommand;
import dev.almanac.service.cli.DoctorCommand;
import dev.almanac.service.cli.Durations;
import dev.almanac.service.cli.ExportCommand;
import dev.almanac.service.cli.ForecastCommand;
import dev.almanac.service.cli.PackCommand;
import dev.almanac.service.cli.RightsizeCommand;
import dev.almanac.service.cli.ServeCommand;
import dev.almanac.service.cli.SimulateCommand;
import dev.almanac.service.cli.Unreachable;
import dev.almanac.service.cli.VerifyCommand;
import dev.almanac.service.cli.WhatIfCommand;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line. Each verb is a class in {@code cli} that wires what it needs and runs it. */
@Command(
    name = "almanac",
    description = "Predictive autoscaling and capacity planning for Kubernetes.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "VERB",
    footer = {
      "",
      "Exit codes: 0 fine, 1 a gate failed, 2 bad usage or input, 3 a dependency is",
      "unreachable. Data go to stdout, progress and messages to stderr."
    },
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      BacktestCommand.class,
      ForecastCommand.class,
      SimulateCommand.class,
      WhatIfCommand.class,
      RightsizeCommand.class,
      PackCommand.class,
      ExportCommand.class,
      VerifyCommand.class,
      DoctorCommand.class
    })
public final class Main {

  private Main() {}

  /** Runs one verb and exits with its code. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs one verb and returns its exit code. */
  public static int run(String... args) {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.registerConverter(Duration.class, new Durations());
    commandLine.setUsageHelpWidth(80);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler((exception, command, _) ->
        switch (exception) {
          case BadInput e -> say(command, String.valueOf(e.getMessage()), 2);
          case Unreachable e -> say(command, String.valueOf(e.getMessage()), 3);
          default -> {
            command.getErr().println("almanac: this is a mistake of Almanac's own; please report:");
            exception.printStackTrace(command.getErr());
            yield 70;
          }
        });
    if (args.length == 0) {
      commandLine.usage(commandLine.getErr());
      return 2;
    }
    return commandLine.execute(args);
  }

  private static int say(CommandLine command, String message, int code) {
    command.getErr().println("almanac: " + message);
    command.getErr().flush();
    return code;
  }

  /** The version that the build has put into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"almanac " + version()};
    }
  }

  /** The version of this build, {@code development} outside a jar. */
  public static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
