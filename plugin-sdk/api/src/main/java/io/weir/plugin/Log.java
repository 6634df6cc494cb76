package io.weir.plugin;

/** The proxy's log, at the plugin's level. */
public interface Log {
  void trace(String message);

  void debug(String message);

  void info(String message);

  void warn(String message);

  void error(String message);
}
