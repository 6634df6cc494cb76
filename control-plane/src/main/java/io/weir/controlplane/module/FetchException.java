package io.weir.controlplane.module;

/** Why a module cannot be had; the message is for the author of the plugin. */
final class FetchException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;
  private final boolean passing;

  private FetchException(String message, boolean passing) {
    super(message, null, false, false);
    this.reason = message;
    this.passing = passing;
  }

  /** Wrong until somebody changes something. */
  static FetchException lasting(String message) {
    return new FetchException(message, false);
  }

  /** May be over soon: a server that does not answer or is overloaded. */
  static FetchException passing(String message) {
    return new FetchException(message, true);
  }

  String reason() {
    return reason;
  }

  boolean isPassing() {
    return passing;
  }
}
