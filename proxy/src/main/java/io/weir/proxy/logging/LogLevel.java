package io.weir.proxy.logging;

import java.util.Locale;
import java.util.Optional;
import org.slf4j.event.Level;

/** Envoy's log levels, quietest last. */
public enum LogLevel {
  TRACE,
  DEBUG,
  INFO,
  WARNING,
  ERROR,
  CRITICAL,
  OFF;

  /** The level of that name ({@code warn} means {@code warning}), or empty. */
  public static Optional<LogLevel> of(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    for (LogLevel level : values()) {
      if (level.name().equals(upper) || upper.equals("WARN") && level == WARNING) {
        return Optional.of(level);
      }
    }
    return Optional.empty();
  }

  static LogLevel of(Level level) {
    return switch (level) {
      case TRACE -> TRACE;
      case DEBUG -> DEBUG;
      case INFO -> INFO;
      case WARN -> WARNING;
      case ERROR -> ERROR;
    };
  }

  /** The level's name as logs and {@code /logging} show it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
