package io.weir.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The entry point behind {@code ./weir}: one sub-command a verb. */
@Command(
    name = "weir",
    description = "A programmable service-mesh proxy: data plane, control plane and tools.",
    synopsisSubcommandLabel = "VERB",
    mixinStandardHelpOptions = false)
public final class Main implements Runnable {
  /** Fine. */
  static final int OK = 0;

  /** Findings, or input that is not valid. */
  static final int FINDINGS = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  /** A peer cannot be reached. */
  static final int UNREACHABLE = 3;

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

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs one command line and returns its exit code. */
  static int run(String... line) {
    String[] args = helpAsOption(line);
    Main main = new Main();
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
          return error instanceof VerbException verbError ? verbError.exitCode() : FINDINGS;
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
