package io.weir.proxy.logging;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loggers of the process by component, as Envoy names them: {@code config}, {@code http},
 * {@code lua}, {@code wasm}. Thread-safe. Libraries log under their class names and only warnings.
 */
public final class Loggers implements ILoggerFactory {
  /** Components that exist before they log, so that their levels can be set at start. */
  private static final List<String> COMPONENTS =
      List.of(
          "admin",
          "config",
          "connection",
          "dns",
          "dynamic_modules",
          "filter",
          "grpc",
          "hc",
          "health_checker",
          "http",
          "http2",
          "jwt",
          "lua",
          "main",
          "pool",
          "rbac",
          "router",
          "runtime",
          "secret",
          "stats",
          "upstream",
          "wasm");

  private final Map<String, ComponentLogger> loggers = new ConcurrentHashMap<>();
  private final LogLine.Sink sink;
  private volatile LogLevel level = LogLevel.INFO;

  Loggers(LogLine.Sink sink) {
    this.sink = sink;
    COMPONENTS.forEach(this::getLogger);
  }

  /** The loggers that SLF4J uses in this process. */
  public static Loggers installed() {
    if (LoggerFactory.getILoggerFactory() instanceof Loggers loggers) {
      return loggers;
    }
    throw new IllegalStateException("another logging provider is installed");
  }

  @Override
  public Logger getLogger(String name) {
    return loggers.computeIfAbsent(
        name, n -> new ComponentLogger(n, library(n) ? quiet() : level, sink));
  }

  /** Sets every component's level, present and future ones. */
  public void setLevel(LogLevel level) {
    this.level = level;
    loggers.forEach((name, logger) -> logger.setLevel(library(name) ? quiet() : level));
  }

  /**
   * Sets one component's level.
   *
   * @return false when there is no such component
   */
  public boolean setLevel(String component, LogLevel level) {
    ComponentLogger logger = loggers.get(component);
    if (logger == null) {
      return false;
    }
    logger.setLevel(level);
    return true;
  }

  /** Components and their levels, sorted by name. */
  public Map<String, LogLevel> levels() {
    var levels = new TreeMap<String, LogLevel>();
    loggers.forEach(
        (name, logger) -> {
          if (!library(name)) {
            levels.put(name, logger.level());
          }
        });
    return levels;
  }

  private static boolean library(String name) {
    return name.indexOf('.') >= 0;
  }

  private LogLevel quiet() {
    return level.compareTo(LogLevel.WARNING) > 0 ? level : LogLevel.WARNING;
  }
}
