package io.weir.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Prints the version of Weir and of the JVM it runs on. */
@Command(name = "version", description = "Print the version.")
final class VersionVerb implements Callable<Integer> {
  static final String VERSION = "0.1.0";

  @Override
  public Integer call() {
    System.out.printf("weir %s (JVM %s)%n", VERSION, Runtime.version());
    return Main.OK;
  }
}
