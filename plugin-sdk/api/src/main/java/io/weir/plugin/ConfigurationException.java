package io.weir.plugin;

/** A configuration that the plugin cannot use; the message says what is wrong and what to do. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigurationException(String message) {
    super(message);
  }
}
