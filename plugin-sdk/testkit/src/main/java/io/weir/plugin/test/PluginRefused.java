package io.weir.plugin.test;

/** The proxy does not take a plugin or its configuration; the message says why. */
public final class PluginRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PluginRefused(String message) {
    super(message);
  }
}
