package io.weir.plugin.jvm;

import io.weir.plugin.Log;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A plugin's lines in the proxy's log, under the name of their plugin. */
final class PluginLog implements Log {
  private static final Logger LOGGER = LoggerFactory.getLogger("dynamic_modules");

  private final String plugin;

  PluginLog(String plugin) {
    this.plugin = plugin;
  }

  @Override
  public void trace(String message) {
    LOGGER.trace("{}: {}", plugin, message);
  }

  @Override
  public void debug(String message) {
    LOGGER.debug("{}: {}", plugin, message);
  }

  @Override
  public void info(String message) {
    LOGGER.info("{}: {}", plugin, message);
  }

  @Override
  public void warn(String message) {
    LOGGER.warn("{}: {}", plugin, message);
  }

  @Override
  public void error(String message) {
    LOGGER.error("{}: {}", plugin, message);
  }

  /** Logs what left a callback, with the plugin's frames only. */
  void failure(String callback, Throwable error) {
    var text = new StringBuilder();
    for (Throwable e = error; e != null; e = e.getCause()) {
      text.append(e == error ? "" : "\ncaused by ").append(e);
      for (StackTraceElement frame : e.getStackTrace()) {
        if (frame.getClassName().startsWith("io.weir.plugin.jvm.")) {
          break;
        }
        text.append("\n  at ").append(frame);
      }
    }
    LOGGER.error("{}: {} failed: {}", plugin, callback, text);
  }
}
