package io.weir.cli.demo;

/** The demo cannot run, or did not do what it must; the message says what to do. */
public final class DemoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DemoException(String message) {
    super(message);
  }
}
