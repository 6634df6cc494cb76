package io.weir.cli;

import java.io.IOException;

/** The entry point behind {@code ./weir}. */
public final class Main {
  /** Fine. */
  static final int OK = 0;

  /** Findings, or input that is not valid. */
  static final int FINDINGS = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  /** A peer cannot be reached. */
  static final int UNREACHABLE = 3;

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs one command line and returns its exit code. */
  static int run(String... line) {
    String verb = line.length > 0 ? line[0] : "";
    ProxyArguments proxy = verb.equals("proxy") ? ProxyArguments.read(line, 1) : null;
    if (proxy == null && !verb.equals("train")) {
      return WeirCommand.run(line);
    }
    try {
      return proxy == null
          ? Training.run(line.length > 1)
          : ProxyRun.run(proxy, System.out, System.err);
    } catch (VerbException e) {
      System.err.println("weir: " + e.getMessage());
      return e.exitCode();
    } catch (IOException | InterruptedException | RuntimeException e) {
      System.err.println("weir: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
      return FINDINGS;
    }
  }
}
