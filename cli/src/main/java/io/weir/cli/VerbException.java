package io.weir.cli;

/** An error that the user can do something about: one line on standard error and an exit code. */
final class VerbException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  VerbException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
