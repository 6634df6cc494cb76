package io.weir.plugin.jvm;

/** A jar or plugin that cannot be used; the message says what and why. */
final class PluginException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PluginException(String message) {
    super(message);
  }
}
