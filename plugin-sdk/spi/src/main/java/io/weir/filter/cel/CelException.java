package io.weir.filter.cel;

/** An expression that cannot be parsed, or an evaluation that ended in an error. */
public final class CelException extends Exception {
  private static final long serialVersionUID = 1;

  CelException(String message) {
    super(message, null, false, false);
  }
}
