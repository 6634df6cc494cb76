package io.weir.cli.plugin;

/** Something about a plugin project that its author can mend; the message says what and where. */
public final class PluginToolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PluginToolException(String message) {
    super(message);
  }
}
