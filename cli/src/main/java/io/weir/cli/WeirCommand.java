package io.weir.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line of {@code ./weir}: one sub-command a verb. */
@Command(
    name = "weir",
    description = "A programmable service-mesh proxy: data plane, control plane and tools.",
    synopsisSubcommandLabel = "VERB",
    mixinStandardHelpOptions = false)
final class WeirCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an unexpected error.")
  private boolean debug;

  private WeirCommand() {}

  /** Runs one command line and returns its exit code. */
  static int run(String... line) {
    String[] args = helpAsOption(line);
    var main = new WeirCommand();
    var commands = new CommandLine(main);
    Verb chosen = args.length > 0 ? Verb.of(args[0]) : null;
    // A known verb needs no other verb's classes: that halves a start.
    for (Verb verb : chosen == null ? Verb.values() : new Verb[] {chosen}) {
      commands.addSubcommand(verb.label(), verb.command());
    }
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setExecutionExceptionHandler(
        (error, command, parsed) -> {
          String message = error.getMessage();
          command.getErr().println("weir: " + (message == null ? error.toString() : message));
          if (main.debug) {
            error.printStackTrace(command.getErr());
          }
          return error instanceof VerbException verbError ? verbError.exitCode() : Main.FINDINGS;
        });
    return commands.execute(args);
  }

  /** {@code help VERB} and {@code help} mean {@code VERB --help} and nothing. */
  private static String[] helpAsOption(String[] line) {
    if (line.length == 0 || !line[0].equals("help")) {
      return line;
    }
    return line.length == 1 ? new String[0] : new String[] {line[1], "--help"};
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}
